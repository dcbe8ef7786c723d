//! When the project is written: a moment after it changed, one write at a time, again after a while when one failed.

use std::rc::Rc;

use crate::error::Error;

/// How long the project rests before it is written, milliseconds.
const REST_MS: f64 = 1000.0;
/// A write may take this share of the time at most.
const MAX_SHARE: f64 = 0.2;
/// How long until a write that failed is tried again, milliseconds.
const AGAIN_MS: f64 = 30_000.0;

/// How the last write went.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Outcome {
    /// Nothing was written in this visit.
    #[default]
    None,
    /// At this time of day, such as "14:03".
    Saved(String),
    /// Why it failed.
    Failed(Rc<Error>),
}

/// What is yet to be written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Saving {
    /// How the last write went.
    pub outcome: Outcome,
    /// There are changes that no write has begun to take in.
    dirty: bool,
    /// A timer runs.
    awaited: bool,
    /// A write is under way.
    writing: bool,
    /// How long the last write took, milliseconds.
    took_ms: f64,
}

impl Saving {
    /// Something changed. Gives the milliseconds after which [`Self::due`] is to be asked, if it is not already to be.
    pub fn touch(&mut self) -> Option<f64> {
        self.dirty = true;
        self.wait()
    }

    /// The time is over: is there something to write, and may it be written now? Then the write begins.
    pub fn due(&mut self) -> bool {
        self.awaited = false;
        let begins = self.dirty && !self.writing;
        if begins {
            (self.dirty, self.writing) = (false, true);
        }
        begins
    }

    /// A write ended after so many milliseconds. Gives what [`Self::touch`] does.
    pub fn wrote(&mut self, outcome: Outcome, took_ms: f64) -> Option<f64> {
        (self.writing, self.took_ms) = (false, took_ms);
        // What failed is yet to be written.
        self.dirty |= matches!(outcome, Outcome::Failed(_));
        self.outcome = outcome;
        if self.dirty { self.wait() } else { None }
    }

    /// The write that failed may be tried again at once: room was made, or a person asks for it.
    pub fn again(&mut self) -> Option<f64> {
        self.awaited = false;
        if !self.dirty || self.writing {
            return None;
        }
        self.awaited = true;
        Some(REST_MS)
    }

    /// Is there something that a closed tab would lose?
    pub fn is_unsaved(&self) -> bool {
        self.dirty || self.writing
    }

    fn wait(&mut self) -> Option<f64> {
        if self.awaited || self.writing {
            return None;
        }
        self.awaited = true;
        Some(match self.outcome {
            Outcome::Failed(_) => AGAIN_MS,
            _ => REST_MS.max(self.took_ms * (1.0 / MAX_SHARE - 1.0)),
        })
    }
}
