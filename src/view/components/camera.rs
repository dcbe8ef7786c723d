//! The camera's picture, and a button that takes a photo of it.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlVideoElement};
use yew::prelude::*;

use crate::view::state::Action;

use super::icon::{Icon, icon};
use super::viewfinder::{Shot, refused, take, use_viewfinder};

/// As the camera gives it.
const WHOLE: Shot = Shot { longest: f64::INFINITY, quality: None };

/// [`Camera`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub files: Callback<Vec<File>>,
    pub act: Callback<Action>,
}

thread_local! {
    /// Photos taken so far, for their names.
    static TAKEN: Cell<u32> = const { Cell::new(0) };
}

/// The panel; the camera is on for as long as it is there.
#[component]
pub fn Camera(props: &Props) -> Html {
    let Props { files, act } = props;
    let video = use_node_ref();
    let live = use_state(|| false);
    use_viewfinder(
        &video,
        {
            let live = live.setter();
            Callback::from(move |()| live.set(true))
        },
        act.reform(Action::CameraFailed),
    );
    let press = {
        let (video, files, act) = (video.clone(), files.clone(), act.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            let (files, act) = (files.clone(), act.clone());
            spawn_local(async move {
                let number = TAKEN.with(|taken| taken.replace(taken.get() + 1) + 1);
                match take(&video, WHOLE, &format!("camera {number}.jpg")).await {
                    Ok(photo) => photo.into_iter().for_each(|photo| files.emit(vec![photo])),
                    Err(thrown) => act.emit(Action::CameraFailed(refused(&thrown))),
                }
            });
        })
    };
    html! {
        <section class="card panel camera" aria-label="Camera">
            <video ref={video} class="camera-picture" autoplay=true muted=true playsinline=true />
            <div class="row">
                <button type="button" class="button button-primary" data-testid="take-photo" disabled={!*live} onclick={press}>
                    { icon(Icon::Camera) }{ if *live { "Take a photo" } else { "Waiting for the camera …" } }
                </button>
                <button type="button" class="button" data-testid="close-camera" onclick={act.reform(|_| Action::Camera(false))}>
                    { "Close the camera" }
                </button>
            </div>
        </section>
    }
}
