//! The camera: a photo for a press, several a second for as long as the button is held.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, CanvasRenderingContext2d, Element, File, FilePropertyBag, HtmlCanvasElement, HtmlSelectElement,
    HtmlVideoElement,
};
use yew::prelude::*;

use super::Action;
use crate::project::{Class, ClassId};
use crate::view::browser;
use crate::view::components::camera::{open, refused, stop};
use crate::view::components::icon::{Icon, icon};
use crate::view::teach::runtime::Given;

/// Milliseconds between two photos while the button is held: six a second.
const EVERY_MS: f64 = 160.0;
/// Longest side of a photo, pixels: more than any network sees, little to keep.
const LONGEST: f64 = 640.0;
/// JPEG quality, 0–1.
const QUALITY: f64 = 0.9;
/// Photos after which what was recorded is handed over although the button is still held.
const MOST: usize = 120;

/// [`Recorder`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The classes to choose from.
    pub classes: Vec<Class>,
    /// The class that photos go into; `None`: unsorted.
    pub target: Option<ClassId>,
    pub act: Callback<Action>,
    pub give: Callback<Given>,
}

thread_local! {
    /// Photos taken so far, for their names.
    static TAKEN: Cell<u32> = const { Cell::new(0) };
}

/// What the button's handlers share with the recording.
#[derive(Debug, Clone, Default)]
struct Hold {
    held: Rc<Cell<bool>>,
    recording: Rc<Cell<bool>>,
    photos: Rc<RefCell<Vec<File>>>,
}

/// The panel; the camera is on for as long as it is there.
#[component]
pub fn Recorder(props: &Props) -> Html {
    let Props { classes, target, act, give } = props;
    let (video, button) = (use_node_ref(), use_node_ref());
    let live = use_state(|| false);
    let count = use_state(|| 0_usize);
    let hold = (*use_memo((), |()| Hold::default())).clone();
    use_camera(&video, live.setter(), act.clone());

    let begin = {
        let (hold, video, give, act, count) = (hold.clone(), video.clone(), give.clone(), act.clone(), count.setter());
        let target = *target;
        Callback::from(move |()| {
            hold.held.set(true);
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            if hold.recording.replace(true) {
                return;
            }
            let (hold, give, act, count) = (hold.clone(), give.clone(), act.clone(), count.clone());
            spawn_local(async move {
                let recorded = record(
                    &hold,
                    &video,
                    |photos| count.set(photos),
                    |photos| give.emit(Given::Photos(target, photos)),
                );
                if let Err(thrown) = recorded.await {
                    act.emit(Action::CameraFailed(refused(&thrown)));
                }
                hold.recording.set(false);
            });
        })
    };
    let end = {
        let hold = hold.clone();
        Callback::from(move |()| hold.held.set(false))
    };
    let pressed = {
        let (begin, button) = (begin.clone(), button.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            // The finger may slide off the button; it is held until it is lifted.
            if let Some(button) = button.cast::<Element>() {
                let _ = button.set_pointer_capture(event.pointer_id());
            }
            begin.emit(());
        })
    };
    let key_down = Callback::from(move |event: KeyboardEvent| {
        if is_press(&event) {
            event.prevent_default();
            begin.emit(());
        }
    });
    let key_up = {
        let end = end.clone();
        Callback::from(move |event: KeyboardEvent| {
            if is_press(&event) {
                event.prevent_default();
                end.emit(());
            }
        })
    };
    let choose = act.reform(|event: Event| {
        Action::CameraInto(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok())
    });
    let name =
        target.and_then(|target| classes.iter().find(|class| class.id == target)).map(|class| class.name.clone());
    html! {
        <div class="recorder" data-testid="recorder">
            <video ref={video} class="recorder-picture" autoplay=true muted=true playsinline=true aria-label="The camera's picture" />
            <label class="recorder-class small">
                <span>{ "Photos go to" }</span>
                <select class="select" data-testid="camera-class" onchange={choose}>
                    { for classes.iter().map(|class| html! {
                        <option value={class.id.to_string()} selected={Some(class.id) == *target}>{ &class.name }</option>
                    }) }
                    <option value="" selected={target.is_none()}>{ "Unsorted" }</option>
                </select>
            </label>
            <div class="row">
                <button
                    ref={button}
                    type="button"
                    class={classes!("button", "button-primary", "recorder-button")}
                    data-testid="record"
                    disabled={!*live}
                    onpointerdown={pressed}
                    onpointerup={end.reform(|_| ())}
                    onpointercancel={end.reform(|_| ())}
                    onlostpointercapture={end.reform(|_| ())}
                    onkeydown={key_down}
                    onkeyup={key_up}
                    onblur={end.reform(|_| ())}
                    oncontextmenu={Callback::from(|event: MouseEvent| event.prevent_default())}
                >
                    { icon(Icon::Camera) }
                    { if *live { "Hold to record" } else { "Waiting for the camera …" } }
                </button>
                <button type="button" class="button" onclick={act.reform(|_| Action::Camera(false))}>{ "Close the camera" }</button>
            </div>
            <p class="small muted" role="status">
                {
                    match (*count, name) {
                        (0, _) => "Press for one photo, hold for six a second. Move the thing, or yourself, while you hold.".to_owned(),
                        (photos, Some(name)) => format!("{photos} in one go, for {name}"),
                        (photos, None) => format!("{photos} in one go, unsorted"),
                    }
                }
            </p>
        </div>
    }
}

/// Space and Enter press a button; a key that is held repeats itself.
fn is_press(event: &KeyboardEvent) -> bool {
    !event.repeat() && matches!(event.key().as_str(), " " | "Enter")
}

#[hook]
fn use_camera(video: &NodeRef, live: UseStateSetter<bool>, act: Callback<Action>) {
    let video = video.clone();
    use_effect_with((), move |()| {
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
    });
}

/// Takes photos for as long as the button is held, one at least, and hands them over together: one step, undone as one.
async fn record(
    hold: &Hold,
    video: &HtmlVideoElement,
    count: impl Fn(usize),
    hand_over: impl Fn(Vec<File>),
) -> Result<(), JsValue> {
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let mut total = 0;
    loop {
        let began = browser::now_ms();
        let photo = photo(video, &canvas).await?;
        total += 1;
        count(total);
        hold.photos.borrow_mut().push(photo);
        if !hold.held.get() || hold.photos.borrow().len() >= MOST {
            hand_over(hold.photos.take());
        }
        if !hold.held.get() {
            return Ok(());
        }
        pause(EVERY_MS - (browser::now_ms() - began)).await;
        if !hold.held.get() {
            let photos = hold.photos.take();
            if !photos.is_empty() {
                hand_over(photos);
            }
            return Ok(());
        }
    }
}

async fn pause(ms: f64) {
    let wait = Promise::new(&mut |resolve: Function, _| {
        let _ = browser::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms.max(0.0) as i32);
    });
    let _ = JsFuture::from(wait).await;
}

async fn photo(video: &HtmlVideoElement, canvas: &HtmlCanvasElement) -> Result<File, JsValue> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    let scale = (LONGEST / width.max(height).max(1.0)).min(1.0);
    let (width, height) = ((width * scale).round(), (height * scale).round());
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)?;
    let blob = Promise::new(&mut |resolve: Function, reject: Function| {
        let quality = JsValue::from_f64(QUALITY);
        if let Err(thrown) = canvas.to_blob_with_type_and_encoder_options(&resolve, "image/jpeg", &quality) {
            let _ = reject.call1(&JsValue::NULL, &thrown);
        }
    });
    let blob: Blob = JsFuture::from(blob).await?.dyn_into().map_err(|_| JsValue::from("a camera without a picture"))?;
    let number = TAKEN.with(|taken| {
        taken.set(taken.get() + 1);
        taken.get()
    });
    let options = FilePropertyBag::new();
    options.set_type("image/jpeg");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), &format!("camera {number:04}.jpg"), &options)
}
