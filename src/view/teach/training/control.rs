//! Train, Pause and Stop, how far it is, and what stands in the way.

use std::rc::Rc;

use yew::prelude::*;

use super::ready::{Ask, Problem, Readiness};
use super::run::Run;
use super::{Action, Phase, words};
use crate::error::Error;
use crate::view::components::bar::bar;
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::teach::screen::PartProps;
use crate::view::teach::{Teach, TeachAction};

/// The part of the panel that begins, pauses and ends a run.
#[component]
pub fn Control(props: &PartProps) -> Html {
    let teach = &props.teach;
    let training = &teach.training;
    let act = props.act.reform(TeachAction::Training);
    let is_ready = props.backbone.is_some() && props.device.is_some();
    let ask = training.refused.unwrap_or_default();
    let (problem, warning) = match teach.obstacle(ask, None) {
        Ok(warning) => ((!is_ready).then_some(Problem::NotReady), warning),
        Err(problem) => (Some(problem), None),
    };
    let changes = if training.phase == Phase::Idle { changes(teach) } else { None };
    let may_go_on = changes.is_some() && goes_on(props);
    html! {
        <div class="control">
            { messages(teach, problem.as_ref(), warning, &act) }
            if let Some(words) = changes {
                <p class="message message-info" data-testid="message" data-kind="stale">
                    { format!("The head does not know these changes yet: {words}.") }
                </p>
            }
            <div class="control-row">
                { train_button(teach, problem.as_ref(), &act) }
                if may_go_on {
                    <button
                        type="button"
                        class="button"
                        data-testid="train-on"
                        title="Begin with the head in use rather than with a new one: quicker, but what it has learned stays in it"
                        onclick={act.reform(|_| Action::Train(Ask { go_on: true, ..Ask::default() }))}
                    >
                        { "Train on" }
                    </button>
                }
                { pause_and_stop(teach, &act) }
                { epoch(teach) }
            </div>
            { progress(teach) }
        </div>
    }
}

/// What the head does not know of the project, in words; `None` where there is no head or nothing it does not know.
fn changes(teach: &Teach) -> Option<String> {
    let head = teach.training.head.as_ref()?;
    let changes = head.changes(&teach.project, |sample| teach.readiness(sample) != Readiness::Failed);
    (!changes.is_empty()).then(|| changes.words())
}

fn goes_on(props: &PartProps) -> bool {
    let head = props.teach.training.head.as_ref();
    head.zip(props.backbone.as_ref()).is_some_and(|(head, card)| head.card.backbone == card.name)
}

fn train_button(teach: &Teach, problem: Option<&Problem>, act: &Callback<Action>) -> Html {
    let training = &teach.training;
    let idle = training.phase == Phase::Idle;
    let words = match (&training.phase, problem) {
        (Phase::Running(_), _) => "Training …",
        (Phase::Waiting { .. }, _) => "Waiting …",
        (Phase::Idle, Some(problem)) if problem.passes() => "Train when ready",
        (Phase::Idle, _) if training.head.is_some() => "Train again",
        (Phase::Idle, _) => "Train",
    };
    html! {
        <button
            type="button"
            class="button button-primary train"
            data-testid="train"
            disabled={!idle}
            onclick={act.reform(|_| Action::Train(Ask::default()))}
        >
            { words }
        </button>
    }
}

fn pause_and_stop(teach: &Teach, act: &Callback<Action>) -> Html {
    let Some(live) = teach.training.live() else { return Html::default() };
    let paused = live.paused;
    html! {
        <>
            <button
                type="button"
                class="button"
                data-testid="pause"
                disabled={live.stopping}
                aria-pressed={paused.to_string()}
                onclick={act.reform(move |_| Action::Pause(!paused))}
            >
                { if paused { "Go on" } else { "Pause" } }
            </button>
            <button
                type="button"
                class="button"
                data-testid="stop"
                disabled={live.stopping}
                title="Stop training; the best head so far is kept"
                onclick={act.reform(|_| Action::Stop)}
            >
                { if live.stopping { "Stopping …" } else { "Stop" } }
            </button>
        </>
    }
}

/// The newest epoch of the current run.
fn epoch(teach: &Teach) -> Html {
    let Some(run) = teach.training.current() else { return Html::default() };
    let Some(row) = run.newest() else { return Html::default() };
    let [train_accuracy, val_accuracy, train_loss, val_loss] = words::data(row);
    html! {
        <p
            class="epoch"
            data-testid="epoch"
            data-epoch={row.epoch.to_string()}
            data-train-accuracy={train_accuracy}
            data-val-accuracy={val_accuracy}
            data-train-loss={train_loss}
            data-val-loss={val_loss}
            title="Accuracy on training photos / on those held out"
        >
            { run.line() }
        </p>
    }
}

/// How far the run in progress is, and how long it may still take; what came of it in the same place.
fn progress(teach: &Teach) -> Html {
    let Some(live) = teach.training.live() else {
        let came = teach.training.current().and_then(|run| run.outcome());
        return came.map(|words| html! { <p class="control-progress small muted">{ words }</p> }).unwrap_or_default();
    };
    let Some(run) = teach.training.run(live.run) else { return Html::default() };
    html! {
        <div class="control-progress">
            { bar(run.progress(), "bar-progress") }
            <span class="small muted">{ left(run, live.paused, live.ask.careless_of.is_some()) }</span>
        </div>
    }
}

fn left(run: &Run, paused: bool, compares: bool) -> String {
    let what = if compares { "Random split for comparison: " } else { "" };
    let Some(row) = run.newest() else { return format!("{what}the first epoch is under way") };
    let epoch = if compares { format!("epoch {} of {}, ", row.epoch, run.settings.epochs) } else { String::new() };
    match run.seconds_left() {
        _ if paused => format!("{what}{epoch}paused"),
        Some(seconds) if run.settings.patience.is_some() => {
            format!("{what}{epoch}at most {} left", format::duration(seconds))
        }
        Some(seconds) => format!("{what}{epoch}{} left", format::duration(seconds)),
        None => format!("{what}{epoch}"),
    }
}

/// What stands in the way, what is waited for, what went wrong.
fn messages(teach: &Teach, problem: Option<&Problem>, warning: Option<String>, act: &Callback<Action>) -> Html {
    let training = &teach.training;
    let failure = training.failure.as_ref().map(|error| failure(error, act));
    let about = match (&training.phase, problem) {
        (Phase::Waiting { again, .. }, problem) => {
            let (kind, words) = match (again, problem) {
                (Some(_), Some(Problem::NotReady) | None) => {
                    ("engine-lost", "The engine stopped in the middle of training. It trains again from the start when it is back, with the same result.".to_owned())
                }
                (_, Some(problem)) => (problem.kind(), problem.words()),
                (_, None) => ("not-ready", "Training begins at once.".to_owned()),
            };
            Some(message("info", kind, &words, waiting_buttons(problem, act)))
        }
        (Phase::Idle, Some(problem)) if training.refused.is_some() => {
            Some(message("warning", problem.kind(), &problem.words(), cures(problem, act)))
        }
        (Phase::Idle, _) => warning.map(|words| message("warning", "one-photo", &words, Html::default())),
        _ => None,
    };
    html! { <>{ failure }{ about }</> }
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

fn cures(problem: &Problem, act: &Callback<Action>) -> Html {
    let button = |words: &'static str, action: Action| {
        let act = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class="button button-small" onclick={act}>{ words }</button> }
    };
    match problem {
        Problem::EmptyClasses(names, true) => {
            let words = if names.len() == 1 { "Train without it" } else { "Train without them" };
            button(words, Action::Train(Ask { without_empty: true, ..Ask::default() }))
        }
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
