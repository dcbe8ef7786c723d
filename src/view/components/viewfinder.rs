//! A camera and its picture: what everything that takes photos shares.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, HtmlVideoElement, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};
use yew::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::view::browser;

/// Shows the camera in `video` for as long as the component is there. `live` hears when it plays, `failed` why it cannot.
#[hook]
pub(in crate::view) fn use_viewfinder(video: &NodeRef, live: Callback<()>, failed: Callback<Error>) {
    let video = video.clone();
    use_effect_with((), move |()| {
        // Set when the component goes, also while the person is still being asked for permission.
        let closed = Rc::new(Cell::new(false));
        let gone = closed.clone();
        let element = video.cast::<HtmlVideoElement>();
        spawn_local({
            let element = element.clone();
            async move {
                match open().await {
                    Ok(stream) if closed.get() => stop(&stream),
                    Ok(stream) => {
                        let Some(element) = element else { return stop(&stream) };
                        element.set_src_object(Some(&stream));
                        if let Ok(playing) = element.play() {
                            let _ = JsFuture::from(playing).await; // autoplay does the same
                        }
                        live.emit(());
                    }
                    Err(_) if closed.get() => {}
                    Err(thrown) => failed.emit(refused(&thrown)),
                }
            }
        });
        move || {
            gone.set(true);
            if let Some(stream) = element.and_then(|element| element.src_object()) {
                stop(&stream);
            }
        }
    });
}

/// The camera's pictures, once the person allowed it; the one that looks away from the person where there are two.
async fn open() -> Result<MediaStream, JsValue> {
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
fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// How a picture becomes a file.
#[derive(Debug, Clone, Copy)]
pub(in crate::view) struct Shot {
    /// The longer side at most, pixels.
    pub longest: f64,
    /// JPEG quality, 0–1; `None`: the browser's own.
    pub quality: Option<f64>,
}

/// What the video shows now, as a JPEG file; `None` while no picture has come yet.
pub(in crate::view) async fn take(video: &HtmlVideoElement, shot: Shot, name: &str) -> Result<Option<File>, JsValue> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    if width < 1.0 || height < 1.0 {
        return Ok(None);
    }
    let scale = (shot.longest / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)?;
    let Some(blob) = browser::jpeg_of(&canvas, shot.quality).await? else { return Ok(None) };
    let options = FilePropertyBag::new();
    options.set_type("image/jpeg");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).map(Some)
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
