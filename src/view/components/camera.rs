//! The camera's picture, and a button that takes a photo of it.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, HtmlVideoElement, MediaDevices,
    MediaStream, MediaStreamConstraints, MediaStreamTrack,
};
use yew::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::view::browser;
use crate::view::state::Action;

use super::icon::{Icon, icon};

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
    use_effect_with((), {
        let (video, act, live) = (video.clone(), act.clone(), live.clone());
        move |()| {
            // Set when the panel goes, also while the person is still being asked for permission.
            let closed = Rc::new(Cell::new(false));
            let gone = closed.clone();
            let element = video.cast::<HtmlVideoElement>();
            spawn_local({
                let element = element.clone();
                async move {
                    match open().await {
                        Ok(stream) if closed.get() => stop(&stream),
                        Ok(stream) => {
                            if let Some(element) = &element {
                                element.set_src_object(Some(&stream));
                                if let Ok(playing) = element.play() {
                                    let _ = JsFuture::from(playing).await; // autoplay does the same
                                }
                            }
                            live.set(true);
                        }
                        Err(_) if closed.get() => {}
                        Err(thrown) => act.emit(Action::CameraFailed(refused(&thrown))),
                    }
                }
            });
            move || {
                gone.set(true);
                if let Some(stream) = element.and_then(|element| element.src_object()) {
                    stop(&stream);
                }
            }
        }
    });
    let take = {
        let (video, files, act) = (video.clone(), files.clone(), act.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            if let Err(thrown) = take_photo(&video, files.clone()) {
                act.emit(Action::CameraFailed(refused(&thrown)));
            }
        })
    };
    html! {
        <section class="card panel camera" aria-label="Camera">
            <video ref={video} class="camera-picture" autoplay=true muted=true playsinline=true />
            <div class="row">
                <button type="button" class="button button-primary" disabled={!*live} onclick={take}>
                    { icon(Icon::Camera) }{ if *live { "Take a photo" } else { "Waiting for the camera …" } }
                </button>
                <button type="button" class="button" onclick={act.reform(|_| Action::Camera(false))}>{ "Close the camera" }</button>
            </div>
        </section>
    }
}

/// The camera's pictures, once the person allowed it; the one that looks away from the person where there are two.
pub(in crate::view) async fn open() -> Result<MediaStream, JsValue> {
    // Undefined over plain http, though the type says it is there.
    let devices = Reflect::get(&browser::window().navigator(), &"mediaDevices".into())?;
    let devices = devices
        .dyn_into::<MediaDevices>()
        .map_err(|_| JsValue::from("a page over plain http, which may not use the camera"))?;
    let wanted = MediaStreamConstraints::new();
    let facing = js_sys::Object::new();
    Reflect::set(&facing, &"facingMode".into(), &"environment".into())?;
    wanted.set_video(&facing);
    Ok(JsFuture::from(devices.get_user_media_with_constraints(&wanted)?).await?.unchecked_into())
}

/// Turns the camera off.
pub(in crate::view) fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

fn take_photo(video: &HtmlVideoElement, files: Callback<Vec<File>>) -> Result<(), JsValue> {
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(video.video_width());
    canvas.set_height(video.video_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        let Some(blob) = blob else { return };
        let number = TAKEN.with(|taken| {
            taken.set(taken.get() + 1);
            taken.get()
        });
        let options = FilePropertyBag::new();
        options.set_type("image/jpeg");
        let name = format!("camera {number}.jpg");
        if let Ok(file) = File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), &name, &options) {
            files.emit(vec![file]);
        }
    });
    canvas.to_blob_with_type(done.unchecked_ref(), "image/jpeg")
}

/// Why there is no camera, from what the browser threw.
pub(in crate::view) fn refused(thrown: &JsValue) -> Error {
    let name = Reflect::get(thrown, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    let (found, cure) = match name.as_str() {
        "NotAllowedError" => (
            "that it was denied".to_owned(),
            "Allow the camera for this page (the symbol left of the address), then press Camera again.",
        ),
        "NotFoundError" | "OverconstrainedError" => ("no camera".to_owned(), "Connect one, or choose photos instead."),
        "NotReadableError" => {
            ("that another program uses it".to_owned(), "Close that program, then press Camera again.")
        }
        _ => (browser::words(thrown), "Open the page over https or from localhost, or choose photos instead."),
    };
    Error::new(ErrorKind::Io, "The camera", "a camera that this page may use", found, cure)
}
