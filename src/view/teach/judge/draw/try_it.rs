//! Trying photos: where they come in, the one in sight with what was found, those before.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::add_to::AddTo;
use super::answer::Answer;
use super::live::LiveCamera;
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::teach::TeachAction;
use crate::view::teach::judge::{Action, Tried, TryState};
use crate::view::teach::runtime::Given;
use crate::view::teach::screen::PartProps;
use crate::view::{browser, input};

/// The panel.
#[component]
pub fn JudgePanel(props: &PartProps) -> Html {
    let PartProps { teach, backbone, act, give, .. } = props;
    let judge = &teach.judge;
    let over = use_state(|| false);
    let names = use_memo(teach.head_names(), Clone::clone);
    if judge.head.is_none() {
        return nothing_trained();
    }
    let tries = &judge.tries;
    let say = act.reform(TeachAction::Judge);
    let take = give.reform(Given::Try);
    let pick = take.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let picked = input::files(input.files());
        input.set_value(""); // so that the same file can be picked again
        picked
    });
    let paste = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() else { return };
            let pasted = input::files(event.clipboard_data().and_then(|data| data.files()));
            if !pasted.is_empty() {
                // Elsewhere on the page a pasted photo becomes one of the project's.
                event.prevent_default();
                take.emit(pasted);
            }
        })
    };
    let hold = |value: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            if input::carries_files(&event) {
                event.prevent_default();
                over.set(value);
            }
        })
    };
    let drop = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            if input::carries_files(&event) {
                event.prevent_default();
                over.set(false);
                take.emit(input::files(event.data_transfer().and_then(|data| data.files())));
            }
        })
    };
    let live = tries.live.is_some();
    let shown = tries.shown().filter(|_| !live);
    let answer = |found| {
        html! {
            <Answer
                prediction={found}
                judge_head={judge.head.clone()}
                threshold={judge.threshold()}
                names={names.clone()}
                backbone={backbone.clone()}
            />
        }
    };
    html! {
        <section
            class={classes!("card", "panel", "judge-try", over.then_some("judge-try-over"))}
            aria-label="Try it"
            tabindex="-1"
            onpaste={paste}
            ondragover={hold(true)}
            ondragleave={hold(false)}
            ondrop={drop}
        >
            <h2>{ "Try it" }</h2>
            <div class="row judge-try-buttons">
                <label class={classes!("button", (shown.is_none() && !live).then_some("button-primary"))}>
                    { icon(Icon::Photo) }{ "Choose a photo" }
                    <input type="file" class="visually-hidden" data-testid="try-input" multiple=true accept="image/*" onchange={pick} />
                </label>
                <button
                    type="button"
                    class="button"
                    data-testid="try-live"
                    aria-pressed={live.to_string()}
                    onclick={say.reform(move |_| Action::Live(!live))}
                >
                    { icon(Icon::Camera) }{ if live { "Close camera" } else { "Live camera" } }
                </button>
            </div>
            if let Some(running) = &tries.live {
                <LiveCamera
                    busy={tries.is_busy()}
                    rate={running.rate()}
                    classes={teach.project.classes.clone()}
                    {give}
                    act={say.clone()}
                >
                    if let Some(found) = &running.prediction {
                        { answer(found.clone()) }
                    }
                </LiveCamera>
            } else if let Some(tried) = shown {
                <div class="judge-stage">
                    { picture(tried) }
                    <div class="judge-said">
                        { result(tried, &answer) }
                        <AddTo tried={tried.clone()} classes={teach.project.classes.clone()} act={say.clone()} />
                    </div>
                </div>
            } else {
                <p class="judge-drop">
                    { icon(Icon::Photo) }
                    <span>{ "Drop or paste a photo here that the head has never seen." }</span>
                </p>
            }
            if tries.list.len() > 1 || (live && !tries.list.is_empty()) {
                <ol class="judge-history" aria-label="Photos tried before">
                    { for tries.list.iter().map(|tried| past(tried, !live && tries.shown == Some(tried.photo), &say)) }
                </ol>
            }
        </section>
    }
}

fn nothing_trained() -> Html {
    let go = Callback::from(|_: MouseEvent| {
        let train = browser::window().document().and_then(|page| page.query_selector("[data-testid=train]").ok()?);
        if let Some(train) = train.and_then(|train| train.dyn_into::<HtmlElement>().ok()) {
            train.scroll_into_view();
            let _ = train.focus();
        }
    });
    html! {
        <section class="card panel judge-try" aria-label="Try it">
            <h2>{ "Try it" }</h2>
            <p class="muted">
                { "Once a head is trained, any photo dropped here is named by your own classes: Ants 91\u{a0}%, Bees 8\u{a0}%." }
            </p>
            <div class="row"><button type="button" class="button" onclick={go}>{ "Go to Train" }</button></div>
        </section>
    }
}

fn picture(tried: &Tried) -> Html {
    html! {
        <figure class="judge-picture">
            if let Some(address) = &tried.thumbnail {
                <img src={address.clone()} alt={format!("Photo {}", tried.name)} decoding="async" />
            } else {
                { icon(if tried.state == TryState::Failed { Icon::Warning } else { Icon::Photo }) }
            }
            <figcaption class="judge-caption" title={tried.name.clone()}>{ &tried.name }</figcaption>
        </figure>
    }
}

fn result(tried: &Tried, answer: &impl Fn(Rc<crate::protocol::Prediction>) -> Html) -> Html {
    match (&tried.error, &tried.prediction) {
        (Some(error), _) => html! {
            <p class="judge-error" data-testid="message" data-kind={crate::view::format::kind(error.kind)}>{ error_words(error) }</p>
        },
        (_, Some(found)) => answer(found.clone()),
        _ => html! { <p class="muted small" role="status">{ "The network is looking at it …" }</p> },
    }
}

fn past(tried: &Rc<Tried>, shown: bool, say: &Callback<Action>) -> Html {
    let photo = tried.photo;
    let best =
        tried.prediction.as_ref().and_then(|found| found.own.as_ref()?.top.first()).map(|item| item.label.clone());
    let says = best.map_or_else(|| tried.name.clone(), |best| format!("{}: {best}", tried.name));
    let show = Callback::from({
        let say = say.clone();
        move |_: MouseEvent| {
            say.emit(Action::Live(false));
            say.emit(Action::Show(photo));
        }
    });
    html! {
        <li key={photo.to_string()}>
            <button type="button" class="judge-past" aria-pressed={shown.to_string()} aria-label={says.clone()} title={says} onclick={show}>
                if let Some(address) = &tried.thumbnail {
                    <img src={address.clone()} alt="" decoding="async" />
                } else {
                    { icon(if tried.state == TryState::Failed { Icon::Warning } else { Icon::Photo }) }
                }
            </button>
        </li>
    }
}
