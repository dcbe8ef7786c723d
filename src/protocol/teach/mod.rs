//! The messages about a person's own classes: embedding, training, judging, archives.
//!
//! As everywhere, the text is JSON and large data travels beside it; each message says what. Numbers beside a message are
//! little-endian f32, row by row.

mod command;
mod data;
mod event;

use serde::{Deserialize, Serialize};

use super::DeviceKind;
use super::tune::{TuneCommand, TuneEvent};
use crate::error::Error;
use crate::project::{Project, SampleId, SplitKind, TrainSettings};

pub use command::TeachCommand;
pub use data::{
    EmbeddingsFormat, Ended, EpochRow, Evaluation, HeadCard, Labelled, NetworkCard, OwnItem, OwnPrediction, Rejection,
    SampleFacts, Skipped, SplitReport, Suspect, TrainSummary, ZipEntry,
};
pub use event::TeachEvent;
