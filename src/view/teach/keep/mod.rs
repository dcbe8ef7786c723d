//! The project in the browser's storage, `.graft` files, deleting everything.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod panel;

use super::{Around, Teach, TeachEffect};
use crate::protocol::TeachEvent;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keep {}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {}

impl Keep {
    /// Is a `.graft` file being opened, so that what is said of a zip file is said of it?
    pub fn is_opening(&self) -> bool {
        false
    }
}

impl Teach {
    pub(super) fn reduce_keep(&mut self, action: Action, _around: &mut Around) -> Vec<TeachEffect> {
        match action {}
    }

    /// What an engine said about this part.
    pub(super) fn keep_heard(&mut self, _event: TeachEvent, _around: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }

    /// The project was changed by any part.
    pub(super) fn project_changed(&mut self, _around: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }
}
