//! The camera: a photo for a press, several a second for as long as the button is held.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, File, HtmlSelectElement, HtmlVideoElement};
use yew::prelude::*;

use super::Action;
use crate::project::{Class, ClassId};
use crate::view::browser;
use crate::view::components::icon::{Icon, icon};
use crate::view::components::viewfinder::{Shot, refused, take, use_viewfinder};
use crate::view::teach::runtime::Given;

/// Milliseconds between two photos while the button is held: six a second.
const EVERY_MS: f64 = 160.0;
/// Larger than any network sees, little to keep.
const SHOT: Shot = Shot { longest: 640.0, quality: Some(0.9) };
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
    use_viewfinder(
        &video,
        {
            let live = live.setter();
            Callback::from(move |()| live.set(true))
        },
        act.reform(Action::CameraFailed),
    );

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

/// Takes photos for as long as the button is held, one at least, and hands them over together: one step, undone as one.
async fn record(
    hold: &Hold,
    video: &HtmlVideoElement,
    count: impl Fn(usize),
    hand_over: impl Fn(Vec<File>),
) -> Result<(), JsValue> {
    let mut total = 0;
    loop {
        let began = browser::now_ms();
        let number = TAKEN.with(|taken| taken.replace(taken.get() + 1) + 1);
        let photo = take(video, SHOT, &format!("camera {number:04}.jpg")).await?;
        let photo = photo.ok_or("a camera without a picture")?;
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
