//! What a person teaches: classes, photos sorted into them, and how to train. Plain data; the page edits it, a terminal reads it, a
//! `.graft` file holds it as JSON.

mod edit;
mod folders;
mod history;
mod model;
mod photo_names;
mod settings;
mod sheet;

pub use edit::Edit;
pub use folders::{Placed, place};
pub use history::{History, Stepped};
pub use model::{Class, ClassId, FORMAT_VERSION, Project, Role, Sample, SampleId};
pub use photo_names::{NoPhoto, no_photo};
pub use settings::{Augmentation, Fill, HeadKind, OptimizerKind, Schedule, SplitKind, TrainSettings, Way, held_out_of};
pub use sheet::{Beside, Sheet, SheetRow};
