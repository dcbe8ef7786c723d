//! Train, Pause and Stop, how far it is, and what stands in the way.

use yew::prelude::*;

use super::messages::messages;
use super::ready::{Ask, Problem, Readiness};
use super::run::Run;
use super::{Action, Phase, words};
use crate::view::components::bar::bar;
use crate::view::format;
use crate::view::teach::screen::PartProps;
use crate::view::teach::{Teach, TeachAction};

/// An epoch of so many seconds is a long one.
const LONG_EPOCH: f64 = 1.0;

/// The part of the panel that begins, pauses and ends a run.
#[component]
pub fn Control(props: &PartProps) -> Html {
    let teach = &props.teach;
    let training = &teach.training;
    let act = props.act.reform(TeachAction::Training);
    let is_ready = props.backbone.is_some() && props.device.is_some();
    let ask = training.refused.unwrap_or_default();
    let backbone = props.backbone.as_ref();
    let (problem, warning) = match teach.hindrance(ask, backbone) {
        Ok(warning) => ((!is_ready).then_some(Problem::NotReady), warning),
        Err(problem) => (Some(problem), None),
    };
    let changes = if training.phase == Phase::Idle { changes(teach) } else { None };
    let may_go_on = teach.offers_going_on(backbone, changes.is_some());
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
                        title="Begin with what is in use rather than anew: quicker, but what it has learned stays in it. The best epoch is what is used in the end; if none is better, what is in use now."
                        onclick={act.reform(|_| Action::Train(Ask { go_on: true, ..Ask::default() }))}
                    >
                        { "Train on" }
                    </button>
                }
                { pause_and_stop(teach, &act) }
                { epoch(teach) }
            </div>
            { progress(teach) }
            { takes(teach, props) }
        </div>
    }
}

/// What the choice will take, before it begins.
fn takes(teach: &Teach, props: &PartProps) -> Html {
    let Some(Ok(takes)) = teach.takes(props.backbone.as_ref()) else { return Html::default() };
    html! {
        <p class="small muted" data-testid="memory-estimate" data-bytes={takes.bytes.to_string()}>{ takes.words() }</p>
    }
}

/// What the head does not know of the project, in words; `None` where there is no head or nothing it does not know.
fn changes(teach: &Teach) -> Option<String> {
    let head = teach.training.head.as_ref()?;
    let changes = head.changes(&teach.project, |sample| teach.readiness(sample) != Readiness::Failed);
    (!changes.is_empty()).then(|| changes.words())
}

fn train_button(teach: &Teach, problem: Option<&Problem>, act: &Callback<Action>) -> Html {
    let training = &teach.training;
    let idle = training.phase == Phase::Idle && training.searching().is_none();
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
        let Some(mut words) = teach.training.current().and_then(|run| run.outcome()) else { return Html::default() };
        if let Some(own) = teach.training.own_network() {
            words = format!("{words} {own}");
        }
        return html! { <p class="control-progress small muted">{ words }</p> };
    };
    let Some(run) = teach.training.run(live.run) else { return Html::default() };
    if let Some(preparing) = teach.training.preparing.as_ref().filter(|preparing| preparing.run == live.run) {
        let (done, total) = (preparing.done.to_string(), preparing.total.to_string());
        return html! {
            <div class="control-progress" data-testid="preparing" data-done={done} data-total={total}>
                { bar(preparing.share(), "bar-progress") }
                <span class="small muted">{ preparing.words() }</span>
            </div>
        };
    }
    html! {
        <div class="control-progress">
            { bar(run.progress(), "bar-progress") }
            <span class="small muted">{ left(run, live.paused, live.ask) }</span>
        </div>
    }
}

fn left(run: &Run, paused: bool, ask: Ask) -> String {
    let compares = ask.is_aside();
    let what = match ask {
        Ask { lab: Some(_), .. } => format!("{} in the Lab: ", run.name),
        Ask { careless_of: Some(_), .. } => "Random split for comparison: ".to_owned(),
        _ => String::new(),
    };
    let Some(row) = run.newest() else { return format!("{what}the first epoch is under way") };
    let epoch = if compares { format!("epoch {} of {}, ", row.epoch, run.epochs()) } else { String::new() };
    // Where an epoch takes long, people want to know how long.
    let pace = run.pace().seconds_an_epoch().filter(|seconds| *seconds >= LONG_EPOCH);
    let pace = pace.map(|seconds| format!("{} an epoch, ", words::seconds_words(seconds))).unwrap_or_default();
    match run.seconds_left() {
        _ if paused => format!("{what}{epoch}paused"),
        Some(seconds) if run.settings.patience.is_some() => {
            format!("{what}{epoch}{pace}at most {} left", format::duration(seconds))
        }
        Some(seconds) => format!("{what}{epoch}{pace}{} left", format::duration(seconds)),
        None if row.epoch <= run.head_first() => format!("{what}{epoch}the head first, then the blocks"),
        None => format!("{what}{epoch}{pace}"),
    }
}
