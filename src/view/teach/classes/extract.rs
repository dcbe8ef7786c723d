//! Samples as the engine takes them.

use std::collections::HashMap;

use crate::project::{ClassId, Project, Sample, SampleId};
use crate::protocol::Labelled;

/// The class under which unsorted photos stand in a file of embeddings.
const UNSORTED: &str = "(unsorted)";

/// Was it decoded, and so embedded?
pub fn is_known(sample: &Sample) -> bool {
    !sample.sha256.is_empty()
}

/// All samples that were embedded.
pub fn known(project: &Project) -> Vec<SampleId> {
    project.samples.iter().filter(|sample| is_known(sample)).map(|sample| sample.id).collect()
}

/// The unsorted samples that were embedded.
pub fn unsorted(project: &Project) -> Vec<SampleId> {
    project.samples_of(None).filter(|sample| is_known(sample)).map(|sample| sample.id).collect()
}

/// All samples that were embedded with their classes and file names, the unsorted ones under a name of their own; `None` if there
/// are none.
pub fn everything(project: &Project) -> Option<(Labelled, Vec<String>)> {
    let mut classes: Vec<String> = project.classes.iter().map(|class| class.name.clone()).collect();
    let place_of: HashMap<Option<ClassId>, u32> =
        project.classes.iter().map(|class| Some(class.id)).chain([None]).zip(0..).collect();
    let samples: Vec<&Sample> = project.samples.iter().map(AsRef::as_ref).filter(|sample| is_known(sample)).collect();
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
