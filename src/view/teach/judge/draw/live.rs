//! The live camera: a picture goes to the engine whenever it has answered about the one before.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, HtmlVideoElement};
use yew::prelude::*;

use super::add_to::ClassChoice;
use crate::project::{Class, ClassId};
use crate::view::browser;
use crate::view::components::camera::{open, refused, stop};
use crate::view::components::icon::{Icon, icon};
use crate::view::format;
use crate::view::teach::judge::Action;
use crate::view::teach::judge::browser::FRAME;
use crate::view::teach::runtime::Given;

/// [`LiveCamera`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The engine has something; no picture is made meanwhile.
    pub busy: bool,
    /// Pictures a second so far.
    pub rate: Option<f64>,
    pub classes: Vec<Class>,
    pub give: Callback<Given>,
    pub act: Callback<Action>,
    /// What was found in the newest picture.
    pub children: Html,
}

/// Milliseconds between two looks at whether a picture can go; at most five pictures a second.
const BEAT_MS: i32 = 200;
/// The longer side of a picture, pixels: a little more than any network takes.
const SIDE: f64 = 448.0;
/// A picture for a class is to be larger.
const SIDE_TO_KEEP: f64 = 1280.0;

/// The camera; it is on for as long as this is there.
#[component]
pub fn LiveCamera(props: &Props) -> Html {
    let Props { busy, rate, classes, give, act, children } = props;
    let video = use_node_ref();
    let busy_now = use_memo((), |()| Cell::new(false));
    busy_now.set(*busy);
    use_effect_with((), {
        let (video, give, act) = (video.clone(), give.clone(), act.clone());
        move |()| {
            // Set when the panel goes, also while the person is still being asked for permission.
            let closed = Rc::new(Cell::new(false));
            let element = video.cast::<HtmlVideoElement>();
            spawn_local(show(element.clone(), closed.clone(), act));
            let beat = Closure::<dyn FnMut()>::new({
                let element = element.clone();
                move || {
                    let Some(element) = element.as_ref().filter(|_| !busy_now.get()) else { return };
                    let give = give.clone();
                    // A picture that cannot be taken now can be at the next beat.
                    let _ = grab(element, SIDE, FRAME, move |file| give.emit(Given::Frame(file)));
                }
            });
            let timer = browser::window()
                .set_interval_with_callback_and_timeout_and_arguments_0(beat.as_ref().unchecked_ref(), BEAT_MS);
            move || {
                closed.set(true);
                if let Ok(timer) = timer {
                    browser::window().clear_interval_with_handle(timer);
                }
                drop(beat);
                if let Some(stream) = element.and_then(|element| element.src_object()) {
                    stop(&stream);
                }
            }
        }
    });
    let name = |what: &str| format!("{what} {:.0}.jpg", browser::now_ms());
    let snap = {
        let (video, give) = (video.clone(), give.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            let give = give.clone();
            let _ = grab(&video, SIDE_TO_KEEP, &name("camera"), move |file| give.emit(Given::Try(vec![file])));
        })
    };
    let add = {
        let (video, give) = (video.clone(), give.clone());
        Callback::from(move |class: ClassId| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            let give = give.clone();
            let _ = grab(&video, SIDE_TO_KEEP, &name("camera"), move |file| {
                give.emit(Given::Photos(Some(class), vec![file]));
            });
        })
    };
    // The buttons come before what was found, whose height changes from picture to picture: they stay under the hand.
    html! {
        <div class="judge-stage">
            <div class="judge-said">
                <figure class="judge-picture">
                    <video ref={video} autoplay=true muted=true playsinline=true />
                    <figcaption class="judge-caption">
                        {
                            match rate {
                                Some(rate) => format!("{} pictures a second; none is kept", format::rate(*rate)),
                                None => "Waiting for the camera …".to_owned(),
                            }
                        }
                    </figcaption>
                </figure>
                if !classes.is_empty() {
                    <ClassChoice label="It is" classes={classes.clone()} choose={add} />
                }
                <div class="row">
                    <button type="button" class="button button-small" onclick={snap}>{ icon(Icon::Photo) }{ "Hold this picture" }</button>
                </div>
            </div>
            <div class="judge-said">{ children.clone() }</div>
        </div>
    }
}

async fn show(element: Option<HtmlVideoElement>, closed: Rc<Cell<bool>>, act: Callback<Action>) {
    match open().await {
        Ok(stream) if closed.get() => stop(&stream),
        Ok(stream) => {
            let Some(element) = element else { return stop(&stream) };
            element.set_src_object(Some(&stream));
            if let Ok(playing) = element.play() {
                let _ = JsFuture::from(playing).await; // autoplay does the same
            }
        }
        Err(_) if closed.get() => {}
        Err(thrown) => act.emit(Action::LiveFailed(refused(&thrown))),
    }
}

/// Takes the video's picture, its longer side at most `side` pixels, as a JPEG file.
fn grab(video: &HtmlVideoElement, side: f64, name: &str, take: impl FnOnce(File) + 'static) -> Result<(), JsValue> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    if width < 1.0 || height < 1.0 {
        return Ok(()); // no picture has come yet
    }
    let scale = (side / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)?;
    let name = name.to_owned();
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        let Some(blob) = blob else { return };
        let options = FilePropertyBag::new();
        options.set_type("image/jpeg");
        if let Ok(file) = File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), &name, &options) {
            take(file);
        }
    });
    canvas.to_blob_with_type(done.unchecked_ref(), "image/jpeg")
}
