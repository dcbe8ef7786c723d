//! Where photos come in: dropped, picked, pasted, from the camera, or ours.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::view::state::{Action, Sample};
use crate::view::{browser, input};

use super::icon::{Icon, icon};

/// [`DropZone`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// There are photos already, so that one line will do.
    pub compact: bool,
    /// Files are held over the window.
    pub over: bool,
    pub camera: bool,
    /// A folder is being read; so many files were found so far.
    pub reading: Option<usize>,
    pub samples: Vec<Sample>,
    pub files: Callback<Vec<File>>,
    pub sample: Callback<usize>,
    pub act: Callback<Action>,
}

/// The zone. The whole window takes files; this says so.
#[component]
pub fn DropZone(props: &Props) -> Html {
    let Props { compact, over, camera, reading, samples, files, sample, act } = props;
    let open = !camera;
    let pick = files.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let picked = input::files(input.files());
        input.set_value(""); // so that the same file can be picked again
        picked
    });
    html! {
        <section
            class={classes!("drop-zone", if *compact { "drop-zone-compact" } else { "drop-zone-large" }, over.then_some("drop-zone-over"))}
            data-testid="drop-zone"
            aria-label="Add photos"
        >
            <p class="drop-title">
                { icon(Icon::Photo) }
                <span>
                    {
                        match (over, *reading, compact) {
                            (true, ..) => "Let go to add them".to_owned(),
                            (_, Some(count), _) => format!("Reading the folder: {count} files so far …"),
                            (.., true) => "Drop or paste more photos".to_owned(),
                            (.., false) => "Drop photos here, or paste them".to_owned(),
                        }
                    }
                </span>
            </p>
            <div class="row drop-buttons">
                <label class={classes!("button", (!camera).then_some("button-primary"))}>
                    { icon(Icon::Add) }{ "Choose photos" }
                    <input
                        type="file"
                        class="visually-hidden"
                        data-testid="photo-input"
                        multiple=true
                        accept="image/*"
                        onchange={pick}
                    />
                </label>
                <button
                    type="button"
                    class="button"
                    data-testid="camera"
                    aria-pressed={camera.to_string()}
                    onclick={act.reform(move |_| Action::Camera(open))}
                >
                    { icon(Icon::Camera) }{ "Camera" }
                </button>
            </div>
            if !compact && !samples.is_empty() {
                <div class="samples" role="group" aria-label="Example photos">
                    <span class="small muted">{ "or try one of ours" }</span>
                    <div class="sample-row">
                        {
                            for samples.iter().enumerate().map(|(place, ours)| html! {
                                <button
                                    type="button"
                                    key={ours.file.clone()}
                                    class="sample"
                                    data-testid="sample"
                                    title={title(ours)}
                                    onclick={sample.reform(move |_| place)}
                                >
                                    <img
                                        src={browser::address(&format!("samples/{}", ours.file))}
                                        alt={ours.title.clone()}
                                        width="96"
                                        height="96"
                                    />
                                </button>
                            })
                        }
                    </div>
                </div>
            }
        </section>
    }
}

fn title(sample: &Sample) -> String {
    if sample.credit.is_empty() { sample.title.clone() } else { format!("{}, {}", sample.title, sample.credit) }
}
