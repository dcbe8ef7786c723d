//! A project on the screen. The place Teach: three columns on a wide one, three steps on a narrow one. The place Lab: its panel alone.

use yew::prelude::*;

use super::classes::panel::ClassesPanel;
use super::intake::panel::IntakePanel;
use super::judge::panel::{JudgePanel, ValidationPanel};
use super::keep::Home;
use super::keep::panel::KeepPanel;
use super::lab::panel::LabPanel;
use super::runtime::Vault;
use super::training::panel::TrainingPanel;
use super::{Teach, TeachAction};
use crate::protocol::{BackboneCard, DeviceKind};
use crate::view::components::messages::Messages;
use crate::view::networks::Networks;
use crate::view::notices::Notice;
use crate::view::state::{Action, Place};
use crate::view::timings::Timings;

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

/// [`TeachScreen`]
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct ScreenProps {
    /// Teach or the Lab.
    pub place: Place,
    /// What every part is drawn from.
    pub part: PartProps,
    /// The networks, for the chooser.
    pub networks: Networks,
    /// What a photo takes here with each, as far as it was measured.
    pub timings: Timings,
    /// The messages of the page.
    pub notices: Vec<Notice>,
    /// Files are held over the window.
    pub over: bool,
    /// Says what a person did outside Teach.
    pub act: Callback<Action>,
}

/// What is on a narrow screen at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Classes,
    Train,
    Try,
}

impl Step {
    const ALL: [Self; 3] = [Self::Classes, Self::Train, Self::Try];

    fn word(self) -> &'static str {
        match self {
            Self::Classes => "Classes",
            Self::Train => "Train",
            Self::Try => "Try",
        }
    }
}

/// The places that are about a project.
#[component]
pub fn TeachScreen(props: &ScreenProps) -> Html {
    let ScreenProps { place, part, networks, timings, notices, over, act } = props;
    let in_lab = *place == Place::Lab;
    let title = if in_lab { "Runs side by side" } else { "Teach it your own classes" };
    let reading = match part.teach.keep.home {
        Home::Opening(done, total) => Some((done, total)),
        _ => None,
    };
    html! {
        <main class={classes!("page", "teach-page", in_lab.then_some("lab-page"))} id="place" tabindex="-1">
            if let Some((done, total)) = reading {
                <h1 class="visually-hidden">{ title }</h1>
                <p class="muted" role="status">
                    { if part.teach.keep.deleting { "Deleting …" } else { "Opening your project …" } }
                    if total > 0 { { format!(" {done} of {total} photos") } }
                </p>
            } else if in_lab {
                <LabPanel part={part.clone()} networks={networks.clone()}><Messages notices={notices.clone()} {act} /></LabPanel>
            } else {
                if part.teach.is_empty() {
                    <div class="intro">
                        <h1>{ title }</h1>
                        <p class="lead">{ "Sort photos into classes, press Train, and try it on new photos at once. All of it happens here, on your machine." }</p>
                    </div>
                } else {
                    <h1 class="visually-hidden">{ title }</h1>
                }
                <KeepPanel part={part.clone()} networks={networks.clone()} timings={timings.clone()} {act} />
                <Messages notices={notices.clone()} {act} />
                <Columns part={part.clone()} />
            }
            if *over {
                <div class="drop-over" aria-hidden="true">
                    <p class="drop-over-words">
                        <strong>{ "Let go to add them" }</strong>
                        { "On a class: into that class. Anywhere else: photos come in unsorted; of a folder or a zip file the folders become classes; a .graft file is opened." }
                    </p>
                </div>
            }
        </main>
    }
}

/// [`Columns`]
#[derive(Debug, Clone, PartialEq, Properties)]
struct ColumnsProps {
    part: PartProps,
}

/// What Teach is made of: side by side, or one step at a time.
#[component]
fn Columns(props: &ColumnsProps) -> Html {
    let part = &props.part;
    let step = use_state(|| Step::Classes);
    let column = |of: Step| classes!("teach-column", (*step == of).then_some("teach-step"));
    html! {
        <>
            <div class="teach">
                <div class={column(Step::Classes)}><IntakePanel ..part.clone() /><ClassesPanel ..part.clone() /></div>
                <div class={column(Step::Train)}><TrainingPanel ..part.clone() /></div>
                <div class={column(Step::Try)}><JudgePanel ..part.clone() /></div>
                <div class={classes!(column(Step::Try), "teach-wide")}><ValidationPanel ..part.clone() /></div>
            </div>
            <nav class="steps" aria-label="Steps">
                {
                    for Step::ALL.into_iter().map(|to| {
                        let step = step.clone();
                        let current = (*step == to).then_some("step");
                        let go = move |_: MouseEvent| step.set(to);
                        html! {
                            <button
                                type="button"
                                class="step"
                                aria-current={current}
                                data-testid={format!("step-{}", to.word().to_lowercase())}
                                onclick={go}
                            >
                                { to.word() }
                            </button>
                        }
                    })
                }
            </nav>
        </>
    }
}
