//! Is the project in a `.graft` file one that can be worked with? Nothing of it is trusted before.

use std::collections::HashSet;

use super::trouble::no_project;
use crate::error::Result;
use crate::project::{FORMAT_VERSION, HeadKind, Project};

/// The most classes and samples of a project; [as many files](super::limits::MAX_ENTRIES) fit a zip file.
const MAX_CLASSES: usize = 10_000;

/// Puts right what is harmless (counters that lag behind), and refuses what contradicts itself.
///
/// # Errors
/// `Archive`: a later version, ids or names that come twice, a sample of a class that is not there, settings out of their ranges.
pub(super) fn project(project: &mut Project) -> Result<()> {
    if project.version > FORMAT_VERSION {
        let expected = format!("a project of version {FORMAT_VERSION} or before");
        return Err(later(expected, project.version));
    }
    let wrong = |found: String| Err(no_project("a project in which everything fits", found));
    if project.classes.len() > MAX_CLASSES {
        return wrong(format!("{} classes", project.classes.len()));
    }
    let mut classes = HashSet::new();
    let mut names = HashSet::new();
    for class in &project.classes {
        if !classes.insert(class.id) {
            return wrong(format!("two classes of the number {}", class.id));
        }
        if !names.insert(class.name.as_str()) {
            return wrong(format!("two classes called {:?}", class.name));
        }
    }
    let mut samples = HashSet::new();
    for sample in &project.samples {
        if !samples.insert(sample.id) {
            return wrong(format!("two photos of the number {}", sample.id));
        }
        if sample.class.is_some_and(|class| !classes.contains(&class)) {
            return wrong(format!("{:?} in a class that is not there", sample.name));
        }
        if !(sample.sha256.is_empty()
            || sample.sha256.len() == 64 && sample.sha256.bytes().all(|c| c.is_ascii_hexdigit()))
        {
            return wrong(format!("a checksum of {:?} that is none", sample.name));
        }
    }
    if let Some(found) = settings(project) {
        return wrong(found);
    }
    let next = |largest: Option<u64>| largest.map_or(1, |id| id.saturating_add(1));
    project.next_sample = project.next_sample.max(next(samples.into_iter().max()));
    project.next_class = project.next_class.max(classes.into_iter().max().map_or(1, |id| id.saturating_add(1)));
    Ok(())
}

/// A setting that is out of its range (see [`TrainSettings`](crate::project::TrainSettings)).
fn settings(project: &Project) -> Option<String> {
    let settings = &project.settings;
    let within = |value: f32, low: f32, high: f32| (low..=high).contains(&value); // false for NaN
    let hidden = match settings.head {
        HeadKind::Linear => true,
        HeadKind::Hidden { units, dropout } => (1..=65_536).contains(&units) && within(dropout, 0.0, 0.9),
    };
    let fine = [
        ("head", hidden),
        ("learning rate", settings.learning_rate > 0.0 && settings.learning_rate.is_finite()),
        ("momentum", within(settings.momentum, 0.0, 0.99)),
        ("weight decay", within(settings.weight_decay, 0.0, f32::MAX)),
        ("batch", settings.batch > 0),
        ("epochs", settings.epochs > 0),
        ("label smoothing", within(settings.label_smoothing, 0.0, 0.5)),
        ("share of validation", within(settings.validation, 0.0, 0.5)),
    ];
    fine.iter().find(|(_, fine)| !fine).map(|(name, _)| format!("a setting out of its range: {name}"))
}

/// The error for what a later version of this program has written.
pub(super) fn later(expected: String, found: u32) -> crate::error::Error {
    let error = no_project(expected, format!("version {found}"));
    crate::error::Error {
        cure: "It was made by a later Graft: reload the page for the newest, and open it there.".into(),
        ..error
    }
}
