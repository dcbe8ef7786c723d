//! What a person teaches: classes, photos sorted into them, and how to train. Plain data; the page edits it, a terminal reads it, a
//! `.graft` file holds it as JSON.

mod folders;
mod model;
mod settings;

pub use folders::{Placed, place};
pub use model::{Class, ClassId, FORMAT_VERSION, Project, Role, Sample, SampleId};
pub use settings::{HeadKind, OptimizerKind, SplitKind, TrainSettings};
