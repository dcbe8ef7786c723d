//! What stands in the way of a run, what is waited for, what went wrong: in words, with what can be done.

use std::rc::Rc;

use yew::prelude::*;

use super::fields::Field;
use super::ready::{Ask, Problem};
use super::{Action, Phase};
use crate::error::Error;
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::teach::Teach;

/// What stands in the way, what is waited for, what went wrong.
pub fn messages(teach: &Teach, problem: Option<&Problem>, warning: Option<String>, act: &Callback<Action>) -> Html {
    let training = &teach.training;
    let failure = training.failure.as_ref().map(|error| failure(error, act));
    let resumed = training.resumed_words().map(|words| message("info", "resumed", &words, Html::default()));
    let about = match (&training.phase, problem) {
        (Phase::Waiting { again, .. }, problem) => {
            let (kind, words) = match (again, problem) {
                (Some(_), Some(Problem::NotReady) | None) => {
                    ("engine-lost", "The engine stopped in the middle of training. It trains again from the first epoch when it is back, with the same result: what it had trained so far was in its memory and is gone.".to_owned())
                }
                (_, Some(problem)) => (problem.kind(), problem.words()),
                (_, None) => ("not-ready", "Training begins at once.".to_owned()),
            };
            Some(message("info", kind, &words, waiting_buttons(problem, act)))
        }
        (Phase::Idle, Some(problem)) if training.refused.is_some() => {
            Some(message("warning", problem.kind(), &problem.words(), cures(teach, problem, act)))
        }
        // Too much memory is said before anybody presses Train.
        (Phase::Idle, Some(problem @ Problem::Memory(_))) => {
            Some(message("warning", problem.kind(), &problem.words(), cures(teach, problem, act)))
        }
        (Phase::Idle, _) => warning.map(|words| message("warning", "one-photo", &words, Html::default())),
        _ => None,
    };
    html! { <>{ failure }{ resumed }{ about }</> }
}

fn message(tone: &'static str, kind: &'static str, words: &str, buttons: Html) -> Html {
    html! {
        <div class={classes!("message", format!("message-{tone}"))} data-testid="message" data-kind={kind}>
            { icon(if tone == "info" { Icon::Info } else { Icon::Warning }) }
            <div class="message-words">{ words }</div>
            { buttons }
        </div>
    }
}

fn cures(teach: &Teach, problem: &Problem, act: &Callback<Action>) -> Html {
    let button = |words: &str, action: Action| {
        let act = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class="button button-small" onclick={act}>{ words.to_owned() }</button> }
    };
    match problem {
        Problem::EmptyClasses(names, true) => {
            let words = if names.len() == 1 { "Train without it" } else { "Train without them" };
            button(words, Action::Train(Ask { without_empty: true, ..Ask::default() }))
        }
        Problem::Batch(..) => {
            let batch = teach.fitting_batch();
            button(&format!("Use a batch of {batch}"), Action::Set(Field::Batch, batch.to_string()))
        }
        Problem::Memory(too_much) => match too_much.from {
            Some(from) => button("Train fewer blocks", Action::TrainFrom(from)),
            None => button("Keep it frozen", Action::Way(crate::project::Way::Frozen)),
        },
        Problem::Setting(..) => button("Reset the settings", Action::Reset),
        _ => Html::default(),
    }
}

fn waiting_buttons(problem: Option<&Problem>, act: &Callback<Action>) -> Html {
    html! {
        <>
            if let Some(Problem::Embedding(waiting, all)) = problem {
                if waiting < all {
                    <button
                        type="button"
                        class="button button-small"
                        onclick={act.reform(|_| Action::TrainNow)}
                    >
                        { format!("Train now with {}", all - waiting) }
                    </button>
                }
            }
            <button type="button" class="button button-small" onclick={act.reform(|_| Action::DoNotWait)}>{ "Do not wait" }</button>
        </>
    }
}

fn failure(error: &Rc<Error>, act: &Callback<Action>) -> Html {
    html! {
        <div class="message message-error" role="alert" data-testid="message" data-kind={format::kind(error.kind)}>
            { icon(Icon::Stop) }
            <div class="message-words">{ error_words(error) }</div>
            <button
                type="button"
                class="button-bare"
                aria-label="Close this message"
                title="Close"
                onclick={act.reform(|_| Action::Dismiss)}
            >
                { icon(Icon::Cross) }
            </button>
        </div>
    }
}
