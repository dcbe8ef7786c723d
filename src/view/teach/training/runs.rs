//! The runs as a list, and who was on which side of the split.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::run::{Run, accuracy, split};
use super::words::seconds_words;
use super::{Action, MAX_RUNS, Training};
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::state::Place;

/// Photos left out of a run that are listed; the rest is counted.
const SHOWN: usize = 100;

/// Who was on which side in the current run, and who on none.
pub fn split_facts(training: &Training) -> Html {
    let Some(run) = training.current() else { return Html::default() };
    let Some(sides) = &run.sides else { return left_out(run) };
    let kind = split(sides.kind);
    let held = match sides.validation {
        0 => "none held out".to_owned(),
        count => format!("{count} held out"),
    };
    html! {
        <div class="split small" data-testid="split" data-training={sides.training.to_string()} data-validation={sides.validation.to_string()}>
            <p>
                <strong>{ format!("{} trained on, {held}", format::photos(sides.training)) }</strong>
                <span class="muted">{ format!(" · {kind}") }</span>
                if sides.groups > 0 {
                    <span class="muted">{ groups(sides.groups) }</span>
                }
            </p>
            if sides.validation == 0 {
                <p class="muted">{ "Nothing is held out, so nobody knows how it will do on new photos." }</p>
            }
            if sides.seen_before > 0 {
                <p class="muted">{ seen_before(sides.seen_before, sides.validation) }</p>
            }
            { for sides.cut.iter().map(|(class, count)| html! { <p class="muted">{ cut(class, *count) }</p> }) }
            { for sides.notes.iter().map(|note| html! { <p class="muted">{ note }</p> }) }
            { left_out(run) }
        </div>
    }
}

fn left_out(run: &Run) -> Html {
    let Some(words) = run.left_out_words() else { return Html::default() };
    let count = run.left_out.len();
    let photos = run.left_out.iter().take(SHOWN).map(|(sample, error)| {
        html! {
            <li key={*sample}>
                <span class="report-name">{ &error.subject }</span>{ " " }
                <span class="muted">{ format!("expected {}, found {}. {}", error.expected, error.found, error.cure) }</span>
            </li>
        }
    });
    html! {
        <details class="report" data-testid="left-out" data-count={count.to_string()}>
            <summary>{ words }</summary>
            <ul class="report-list small">
                { for photos }
                if count > SHOWN {
                    <li class="muted">{ format!("and {} more", count - SHOWN) }</li>
                }
            </ul>
        </details>
    }
}

fn groups(count: usize) -> String {
    let groups = if count == 1 { "1 group".to_owned() } else { format!("{count} groups") };
    format!(" · {groups} of near-duplicates kept together")
}

fn cut(class: &str, count: usize) -> String {
    format!(
        "{count} photos of “{class}” are near-duplicates of one another, too many to stay together: they were cut where they differ most."
    )
}

fn seen_before(count: usize, all: usize) -> String {
    format!(
        "{count} of the {all} held out were trained on before this run went on, so that its validation claims too much; training again from the start does not."
    )
}

/// [`Runs`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The state.
    pub training: Training,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The runs, the newest first.
#[component]
pub fn Runs(props: &Props) -> Html {
    let Props { training, act } = props;
    let current = training.current().map(|run| run.number);
    let live = training.live().map(|live| live.run);
    html! {
        <div class="runs">
            <h3>{ "Runs" }</h3>
            <ol>
                {
                    for training.runs.iter().rev().filter(|run| run.lab.is_none()).map(|run| {
                        shown(run, Some(run.number) == current, Some(run.number) == live, act)
                    })
                }
            </ol>
            if let Some((_, run)) = &training.deleted {
                <p class="small">
                    { format!("{} was deleted. ", run.name) }
                    <button type="button" class="link" onclick={act.reform(|_| Action::Undelete)}>{ "Undo" }</button>
                </p>
            }
            if training.runs.len() == MAX_RUNS {
                <p class="small muted">{ format!("The newest {MAX_RUNS} are kept.") }</p>
            }
            <p class="small muted">
                <a class="link" href={format!("#{}", Place::Lab.word())}>{ "The Lab" }</a>
                { " runs several ways, networks and seeds one after another, and puts them into one table." }
            </p>
        </div>
    }
}

fn shown(run: &Run, is_current: bool, is_live: bool, act: &Callback<Action>) -> Html {
    let number = run.number;
    let best = run.best();
    let value = best.and_then(|row| row.val_accuracy);
    html! {
        <li
            key={number}
            class={classes!("run", is_current.then_some("run-current"))}
            data-testid="run"
            data-run={number.to_string()}
            data-val-accuracy={value.map(|value| value.to_string())}
        >
            <label class="run-shown" title="Draw its curves">
                <input
                    type="checkbox"
                    checked={is_current || run.visible}
                    disabled={is_current}
                    aria-label={format!("Draw the curves of {}", run.name)}
                    onchange={act.reform(move |event: Event| {
                        Action::Show(number, event.target_unchecked_into::<HtmlInputElement>().checked())
                    })}
                />
            </label>
            <input
                class="run-name"
                type="text"
                maxlength="60"
                aria-label={format!("Name of run {number}")}
                value={run.name.clone()}
                onchange={act.reform(move |event: Event| {
                    Action::Rename(number, event.target_unchecked_into::<HtmlInputElement>().value())
                })}
            />
            <strong class="run-accuracy" title="Validation accuracy of the best epoch">{ accuracy(value) }</strong>
            <button
                type="button"
                class="button-bare"
                disabled={is_live}
                aria-label={format!("Delete {}", run.name)}
                title="Delete this run"
                onclick={act.reform(move |_| Action::Delete(number))}
            >
                { icon(Icon::Bin) }
            </button>
            <p class="run-facts small muted">{ facts(run, is_live) }</p>
            if let Some(error) = run.failed() {
                <p class="run-facts small">{ error_words(error) }</p>
            }
        </li>
    }
}

fn facts(run: &Run, is_live: bool) -> String {
    let mut facts = Vec::new();
    if let Some(row) = run.newest() {
        facts.push(match run.epochs() {
            1 => "1 epoch".to_owned(),
            all if all == row.epoch => format!("{all} epochs"),
            all => format!("{} of {all} epochs", row.epoch),
        });
    }
    match &run.summary {
        Some(summary) => {
            facts.push(seconds_words(summary.seconds));
            if summary.steps_per_second >= 1.0 {
                facts.push(format!("{:.0} steps/s", summary.steps_per_second));
            }
            facts.push(match summary.best_epoch {
                0 => "the network from before kept".to_owned(),
                epoch => format!("epoch {epoch} kept"),
            });
        }
        None if is_live => facts.push("under way".to_owned()),
        None => {}
    }
    if !is_live && !run.ended_words().is_empty() {
        facts.push(run.ended_words().to_owned());
    }
    facts.extend(run.left_out_words());
    if let Some(epoch) = run.resumed {
        facts.push(format!("without the GPU from epoch {}", epoch + 1));
    }
    facts.extend(run.differences());
    facts.join(" · ")
}
