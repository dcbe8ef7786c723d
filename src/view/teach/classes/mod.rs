//! Photos sorted into classes: cards, thumbnails, undo and redo, data sheet, near-duplicates, clusters.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod panel;

use super::{Around, Teach, TeachEffect};
use crate::project::SampleId;
use crate::protocol::TeachEvent;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Classes {}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Let go of what is kept of these samples.
    Forget(Vec<SampleId>),
}

impl Teach {
    pub(super) fn reduce_classes(&mut self, action: Action, _around: &mut Around) -> Vec<TeachEffect> {
        match action {}
    }

    /// What an engine said about this part.
    pub(super) fn classes_heard(&mut self, _event: TeachEvent, _around: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }
}
