//! The place Teach on the screen: three columns on a wide one, three steps on a narrow one.

use yew::prelude::*;

use super::classes::panel::ClassesPanel;
use super::intake::panel::IntakePanel;
use super::judge::panel::{JudgePanel, ValidationPanel};
use super::keep::panel::KeepPanel;
use super::runtime::Vault;
use super::training::panel::TrainingPanel;
use super::{Teach, TeachAction};
use crate::protocol::{BackboneCard, DeviceKind};

/// What every part of Teach is drawn from.
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct PartProps {
    /// The state.
    pub teach: Teach,
    /// What is kept of each sample: thumbnails to show.
    pub vault: Vault,
    /// The backbone in use; `None` before it is ready.
    pub backbone: Option<BackboneCard>,
    /// Where the main engine computes; `None` before it is open.
    pub device: Option<DeviceKind>,
    /// The page's clock when something last happened, milliseconds.
    pub now_ms: f64,
    /// Says what a person did.
    pub act: Callback<TeachAction>,
    /// Files that a person gave: see [`super::runtime::Given`].
    pub give: Callback<super::runtime::Given>,
}

/// The place.
#[component]
pub fn TeachScreen(props: &PartProps) -> Html {
    html! {
        <div class="teach">
            <KeepPanel ..props.clone() />
            <div class="teach-column"><IntakePanel ..props.clone() /><ClassesPanel ..props.clone() /></div>
            <div class="teach-column"><TrainingPanel ..props.clone() /></div>
            <div class="teach-column"><JudgePanel ..props.clone() /></div>
            <ValidationPanel ..props.clone() />
        </div>
    }
}
