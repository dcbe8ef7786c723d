//! Samples as the engine takes them.

use std::collections::{HashMap, HashSet};

use crate::project::{ClassId, Project, Sample, SampleId};
use crate::protocol::Labelled;

/// The class under which unsorted photos stand in a file of embeddings.
const UNSORTED: &str = "(unsorted)";

/// Was it decoded?
pub fn is_known(sample: &Sample) -> bool {
    !sample.sha256.is_empty()
}

/// All samples that are embedded.
pub fn known(project: &Project, embedded: &HashSet<SampleId>) -> Vec<SampleId> {
    project.samples.iter().map(|sample| sample.id).filter(|id| embedded.contains(id)).collect()
}

/// The unsorted samples that are embedded.
pub fn unsorted(project: &Project, embedded: &HashSet<SampleId>) -> Vec<SampleId> {
    project.samples_of(None).map(|sample| sample.id).filter(|id| embedded.contains(id)).collect()
}

/// All samples that are embedded with their classes and file names, the unsorted ones under a name of their own; `None` if there
/// are none.
pub fn everything(project: &Project, embedded: &HashSet<SampleId>) -> Option<(Labelled, Vec<String>)> {
    let mut classes: Vec<String> = project.classes.iter().map(|class| class.name.clone()).collect();
    let place_of: HashMap<Option<ClassId>, u32> =
        project.classes.iter().map(|class| Some(class.id)).chain([None]).zip(0..).collect();
    let samples: Vec<&Sample> =
        project.samples.iter().map(AsRef::as_ref).filter(|sample| embedded.contains(&sample.id)).collect();
    if samples.is_empty() {
        return None;
    }
    if samples.iter().any(|sample| sample.class.is_none()) {
        classes.push(UNSORTED.to_owned());
    }
    let labels = samples.iter().map(|sample| place_of.get(&sample.class).copied().unwrap_or_default()).collect();
    let ids = samples.iter().map(|sample| sample.id).collect();
    let names = samples.iter().map(|sample| sample.name.clone()).collect();
    Some((Labelled { classes, samples: ids, labels, validation: Vec::new() }, names))
}
