//! Files, folders, zips and the camera come in; photos go to the engines and come back embedded.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod panel;

use super::{Around, Teach, TeachEffect};
use crate::protocol::TeachEvent;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intake {}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {}

impl Teach {
    pub(super) fn reduce_intake(&mut self, action: Action, _around: &mut Around) -> Vec<TeachEffect> {
        match action {}
    }

    /// What an engine said about this part.
    pub(super) fn intake_heard(
        &mut self,
        _engine: usize,
        _event: TeachEvent,
        _around: &mut Around,
    ) -> Vec<TeachEffect> {
        Vec::new()
    }

    /// See [`super::TeachAction::EngineReady`].
    pub(super) fn intake_engine_ready(&mut self, _around: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }

    /// See [`super::TeachAction::EngineLost`].
    pub(super) fn intake_engine_lost(&mut self, _around: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }
}
