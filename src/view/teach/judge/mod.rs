//! Trying photos, confusion, calibration, "none of these", suspect labels.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod panel;

use super::{Around, Teach, TeachEffect};
use crate::protocol::TeachEvent;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judge {}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {}

impl Teach {
    pub(super) fn reduce_judge(&mut self, action: Action, _around: &mut Around) -> Vec<TeachEffect> {
        match action {}
    }

    /// What an engine said about this part.
    pub(super) fn judge_heard(
        &mut self,
        _event: TeachEvent,
        _numbers: Option<std::rc::Rc<[f32]>>,
        _around: &mut Around,
    ) -> Vec<TeachEffect> {
        Vec::new()
    }
}
