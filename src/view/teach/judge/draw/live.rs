//! The live camera: a picture goes to the engine whenever it has answered about the one before.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlVideoElement};
use yew::prelude::*;

use super::add_to::ClassChoice;
use crate::project::{Class, ClassId};
use crate::view::browser;
use crate::view::components::icon::{Icon, icon};
use crate::view::components::viewfinder::{Shot, take, use_viewfinder};
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
    use_viewfinder(&video, Callback::noop(), act.reform(Action::LiveFailed));
    use_effect_with((), {
        let (video, give) = (video.clone(), give.clone());
        move |()| {
            let beat = Closure::<dyn FnMut()>::new(move || {
                let Some(video) = video.cast::<HtmlVideoElement>().filter(|_| !busy_now.get()) else { return };
                let give = give.clone();
                grab(video, SIDE, FRAME.to_owned(), move |file| give.emit(Given::Frame(file)));
            });
            let timer = browser::window()
                .set_interval_with_callback_and_timeout_and_arguments_0(beat.as_ref().unchecked_ref(), BEAT_MS);
            move || {
                if let Ok(timer) = timer {
                    browser::window().clear_interval_with_handle(timer);
                }
                drop(beat);
            }
        }
    });
    let name = |what: &str| format!("{what} {:.0}.jpg", browser::now_ms());
    let snap = {
        let (video, give) = (video.clone(), give.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            let give = give.clone();
            grab(video, SIDE_TO_KEEP, name("camera"), move |file| give.emit(Given::Try(vec![file])));
        })
    };
    let add = {
        let (video, give) = (video.clone(), give.clone());
        Callback::from(move |class: ClassId| {
            let Some(video) = video.cast::<HtmlVideoElement>() else { return };
            let give = give.clone();
            grab(video, SIDE_TO_KEEP, name("camera"), move |file| {
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

/// Takes a picture and hands it on; one that cannot be taken now can be at the next beat, or press.
fn grab(video: HtmlVideoElement, longest: f64, name: String, hand: impl FnOnce(File) + 'static) {
    spawn_local(async move {
        if let Ok(Some(file)) = take(&video, Shot { longest, quality: None }, &name).await {
            hand(file);
        }
    });
}
