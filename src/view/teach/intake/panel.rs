//! Where photos come in: dropped, picked, pasted, from a folder, a zip file or the camera, or ours.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::Action;
use super::camera::Recorder;
use super::progress::Progress;
use super::reports::Reports;
use crate::view::components::icon::{Icon, icon};
use crate::view::input::{self, Found};
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::Given;
use crate::view::teach::screen::PartProps;

/// The part's panel.
#[component]
pub fn IntakePanel(props: &PartProps) -> Html {
    let PartProps { teach, now_ms, act, give, backbone, .. } = props;
    let act = use_callback(act.clone(), |action: Action, act| act.emit(TeachAction::Intake(action)));
    let intake = &teach.intake;
    let empty = teach.project.samples.is_empty();
    let camera_open = intake.camera.is_some();
    html! {
        <section class={classes!("card", "panel", "intake", empty.then_some("intake-empty"))} aria-label="Add photos" data-testid="intake">
            <div class="intake-drop">
                if empty {
                    <p class="drop-title">{ icon(Icon::Photo) }<span>{ "Drop photos, a folder or a zip file here" }</span></p>
                    <p class="small muted intake-hint">
                        { "A folder with a sub-folder for each class is sorted at once. Photos by themselves can be sorted afterwards." }
                    </p>
                } else {
                    <h2 class="label">{ "Add photos" }</h2>
                }
                <div class="row intake-sources">
                    <Picker label="Choose a folder" short="Folder" small={!empty} primary={empty} testid="project-input" folder=true
                        hint="A folder with a sub-folder for each class" give={give.reform(Given::Folder)} />
                    <Picker label="Choose photos" short="Photos" small={!empty} testid="unsorted-input" accept="image/*" hint="Photos without a class, to be sorted afterwards"
                        give={give.reform(|found: Vec<Found>| Given::Photos(None, files_of(found)))} />
                    <Picker label="Choose a zip file" short="Zip file" small={!empty} testid="zip-input" accept=".zip,application/zip"
                        hint="A zip file of a folder with a sub-folder for each class" give={give.reform(Given::Folder)} />
                    <button
                        type="button"
                        class={classes!("button", (!empty).then_some("button-small"))}
                        data-testid="intake-camera"
                        aria-pressed={camera_open.to_string()}
                        onclick={act.reform(move |_| Action::Camera(!camera_open))}
                    >
                        { "Camera" }
                    </button>
                    if !empty {
                        <Picker label="Validation folder" short="Validation folder" small=true testid="validation-input" folder=true
                            hint="A folder of photos that are never trained on, with the same sub-folders: then they alone are the validation photos"
                            give={give.reform(Given::ValidationFolder)} />
                    }
                </div>
                if empty {
                    <p class="small intake-example">
                        <span class="muted">{ "Nothing at hand? " }</span>
                        <button type="button" class="link" data-testid="example-project" disabled={intake.drawing.is_some()} onclick={act.reform(|_| Action::Example)}>
                            { "Try our example" }
                        </button>
                        <span class="muted">{ ": 120 pictures in four classes." }</span>
                    </p>
                }
            </div>
            if let Some(target) = intake.camera {
                <Recorder classes={teach.project.classes.clone()} {target} act={act.clone()} {give} />
            }
            <Progress
                intake={intake.clone()}
                samples={teach.project.samples.len()}
                backbone={backbone.as_ref().map(|card| AttrValue::from(card.name.clone()))}
                wanted={teach.project.backbone.clone()}
                now_ms={*now_ms}
                act={act.clone()}
            />
            <Reports intake={intake.clone()} project={teach.project.clone()} {act} />
        </section>
    }
}

fn files_of(found: Vec<Found>) -> Vec<File> {
    found.into_iter().map(|found| found.file).collect()
}

#[derive(Debug, PartialEq, Properties)]
struct PickerProps {
    /// What the button says.
    label: AttrValue,
    /// What it says where there is little room.
    short: AttrValue,
    /// There is little room.
    small: bool,
    /// The first thing to do.
    #[prop_or_default]
    primary: bool,
    /// `data-testid` of the input.
    testid: AttrValue,
    /// It takes a folder rather than files.
    #[prop_or_default]
    folder: bool,
    #[prop_or_default]
    accept: Option<AttrValue>,
    /// What is meant, on hover.
    hint: AttrValue,
    give: Callback<Vec<Found>>,
}

/// A button that lets a person pick files, or a folder.
#[component]
fn Picker(props: &PickerProps) -> Html {
    let PickerProps { label, short, small, primary, testid, folder, accept, hint, give } = props;
    let pick = give.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let picked = input::found(input.files());
        input.set_value(""); // so that the same can be picked again
        picked
    });
    html! {
        <label class={classes!("button", primary.then_some("button-primary"), small.then_some("button-small"))} title={hint}>
            { if *small { short } else { label } }
            <input
                type="file"
                class="visually-hidden"
                data-testid={testid}
                multiple=true
                {accept}
                webkitdirectory={*folder}
                onchange={pick}
            />
        </label>
    }
}
