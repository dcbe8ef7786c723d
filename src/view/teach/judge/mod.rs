//! Trying photos, confusion, calibration, "none of these", suspect labels.
//!
//! | file | what |
//! |---|---|
//! | `tries.rs` | photos and camera frames that are tried, one at a time with the engine |
//! | `validation.rs` | everything that is drawn from the evaluation of held-out photos |
//! | `threshold.rs` | "none of these": the threshold, its range and what it costs |
//! | `suspects.rs` | labels that look wrong, and those that a person confirmed |
//! | `showing.rs` | what a person looks at: the tab, a cell, the order of a table |
//! | `saved.rs` | what is kept between visits |
//! | `words.rs`, `tables.rs` | sentences, and tables as CSV |
//! | `reduce.rs` | what happens to all of it |

mod reduce;
mod saved;
mod shared;
mod showing;
mod suspects;
pub mod tables;
mod threshold;
mod tries;
mod validation;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod draw;
#[cfg(target_arch = "wasm32")]
pub mod panel;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::error::Error;
use crate::project::{ClassId, SampleId};
use crate::protocol::{HeadCard, OwnPrediction, Prediction};

pub use shared::Shared;
pub use showing::{Column, Showing, Tab};
pub use suspects::{Looking, SuspectRow, Suspects};
pub use threshold::{Range, STEPS};
pub use tries::{KEPT, Live, NewTry, Tried, Tries, TryState};
pub use validation::{Pair, Validation};

/// Numbers of photos that are tried begin here, so that answers about them cannot be taken for those of the place Look.
pub const FIRST_PHOTO: u64 = 1 << 40;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judge {
    /// The head in use.
    pub head: Option<Rc<HeadCard>>,
    /// How the head does on held-out photos.
    pub validation: Option<Shared<Validation>>,
    /// What the validation was made from; kept as the temperature comes later.
    evaluated: Option<Shared<validation::Evaluated>>,
    /// The threshold that a person chose for this head; `None`: the head's own.
    pub threshold: Option<f32>,
    /// Photos that are tried.
    pub tries: Tries,
    /// Labels that look wrong.
    pub suspects: Suspects,
    /// What a person looks at.
    pub showing: Showing,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Photos are to be tried, in this order.
    Try(Vec<NewTry>),
    /// The camera has a picture, by its number.
    Frame(u64),
    /// A photo was classified. With it the `blob:` address of a thumbnail.
    Tried {
        /// Its number.
        photo: u64,
        /// What was found.
        prediction: Box<Prediction>,
        /// Its thumbnail's address.
        thumbnail: Option<String>,
    },
    /// A photo could not be classified.
    TryFailed {
        /// Its number.
        photo: u64,
        /// Why.
        error: Error,
    },
    /// A person wants to see a photo that was tried before.
    Show(u64),
    /// A person takes one off the list.
    Forget(u64),
    /// A photo that was tried is of this class, and is to be among its photos.
    AddTo(u64, ClassId),
    /// The live camera is wanted, or not.
    Live(bool),
    /// The camera cannot be used.
    LiveFailed(Error),

    /// A person moved the threshold.
    Threshold(f32),
    /// The head's own threshold again.
    OwnThreshold,

    /// A person looks at something else.
    Tab(Tab),
    /// Shares in the confusion matrix, or counts.
    Shares(bool),
    /// The photos of this cell: true class, what the head said. `None`: of none.
    Cell(Option<(usize, usize)>),
    /// The classes in another order; the same column again: the other way round.
    Sort(Column),
    /// More of a list of photos.
    More,

    /// Which labels look wrong?
    FindSuspects,
    /// The label is right.
    Keep(SampleId),
    /// The label that was confirmed last is in question again.
    UndoKeep,
    /// The photo goes to the class that was suggested.
    Move(SampleId),
    /// The photo goes.
    Remove(SampleId),
    /// What was confirmed is in question again.
    AskAgain,

    /// A table goes into the clipboard.
    Copy(Table),
    /// A table is saved as CSV.
    Save(Table),
}

/// A table that can be taken elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Which class was taken for which, counts.
    Confusion,
    /// Precision, recall, F1 and support of each class.
    Classes,
    /// Every held-out photo with its class and probabilities.
    Photos,
}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Files and thumbnails of these photos are not needed any more.
    Forget(Vec<u64>),
    /// The file of a photo that was tried is to be added to a class.
    AddTo(u64, ClassId),
    /// Put a text into the clipboard.
    Copy(String),
    /// Save a text as a file of this name.
    Save(String, String),
}

impl Judge {
    /// Has the engine a photo that is tried, or does it look for labels that are wrong?
    pub(super) fn is_awaited(&self) -> bool {
        self.tries.is_busy() || matches!(self.suspects.looking, Looking::Busy { .. })
    }

    /// The threshold in use; `None` where photos are never turned away.
    pub fn threshold(&self) -> Option<f32> {
        self.threshold.or_else(|| self.head.as_ref()?.rejection.map(|own| own.threshold))
    }

    /// Is this photo none of the classes, by the threshold as it is now?
    pub fn is_none(&self, own: &OwnPrediction) -> bool {
        self.threshold().map_or(own.none, |threshold| own.familiarity < threshold)
    }
}
