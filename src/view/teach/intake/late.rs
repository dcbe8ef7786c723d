//! Answers about photos of a project that is gone: its photos were with the engine when another took its place, and theirs may have the same numbers.

use std::collections::VecDeque;

use crate::project::SampleId;

/// Answers of the main engine that are still to come and concern nobody. It answers in the order in which it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Late(VecDeque<SampleId>);

impl Late {
    /// The project of these photos is gone.
    pub fn expect(&mut self, photos: Vec<SampleId>) {
        self.0.extend(photos);
    }

    /// The engine is a new one.
    pub fn none(&mut self) {
        self.0.clear();
    }

    /// An answer came: is it one of these? Then the next is awaited.
    pub fn is(&mut self, photo: SampleId) -> bool {
        self.0.pop_front_if(|next| *next == photo).is_some()
    }
}
