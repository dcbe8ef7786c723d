//! How far the photos are: bar, count, rate, time left, Pause and Stop.

use yew::prelude::*;

use super::{Action, Intake, Pace};
use crate::view::components::bar::bar;
use crate::view::format;

/// [`Progress`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub intake: Intake,
    /// Photos of the project.
    pub samples: usize,
    /// The backbone in use.
    pub backbone: Option<AttrValue>,
    /// The backbone by whose embeddings the project came.
    pub wanted: AttrValue,
    pub now_ms: f64,
    pub act: Callback<Action>,
}

/// What the word on the page means.
const WHY: &str = "Each photo goes through the network once; the numbers that come out (its embedding) are kept, and training needs nothing else.";

/// The lines below the buttons.
#[component]
pub fn Progress(props: &Props) -> Html {
    let Props { intake, samples, backbone, wanted, now_ms, act } = props;
    let queue = &intake.queue;
    let outstanding = queue.outstanding();
    // Before anything was embedded in this visit, what an earlier one left counts.
    let (done, total) = if queue.run.is_some() { queue.progress() } else { (intake.embedded().len(), *samples) };
    let over = outstanding == 0;
    let workers = 1 + intake.pool.ready().count();
    let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
    let words = words(intake, backbone.is_some(), done, total, *now_ms);
    // A screen reader hears tenths, not every photo.
    let heard = if over { words.clone() } else { format!("{:.0} percent", (share * 10.0).floor() * 10.0) };
    let going = queue.pace == Pace::Going;
    html! {
        <>
            if let Some(text) = earlier(intake) {
                <p class="small muted intake-earlier" role="status">{ text }</p>
            }
            if let Some(backbone) = backbone.as_ref().filter(|_| intake.is_foreign()) {
                <p class="small intake-foreign" data-testid="message" data-kind="other-network">
                    { format!("The project's photos were embedded by {wanted}; the network in use is {backbone}. Choose {wanted}, or ") }
                    <button type="button" class="link" data-testid="embed-anew" onclick={act.reform(|_| Action::EmbedAnew)}>
                        { format!("embed the photos again by {backbone}") }
                    </button>
                    { "." }
                </p>
            }
            <div
                class="intake-progress"
                data-testid="intake-progress"
                data-done={done.to_string()}
                data-total={total.to_string()}
                data-workers={workers.to_string()}
                hidden={words.is_empty()}
            >
                <p class="queue-words" title={WHY}>{ words }</p>
                if !over {
                    <div class="row intake-buttons">
                        <button type="button" class="button button-small" data-testid="intake-pause" onclick={act.reform(move |_| Action::Pause(going))}>
                            { if going { "Pause" } else { "Go on" } }
                        </button>
                        if queue.pace != Pace::Stopped {
                            <button type="button" class="button button-small" data-testid="intake-stop" onclick={act.reform(|_| Action::Stop)}>{ "Stop" }</button>
                        }
                    </div>
                    <div
                        class="intake-bar"
                        role="progressbar"
                        aria-label="Photos embedded"
                        aria-valuemin="0"
                        aria-valuemax={total.to_string()}
                        aria-valuenow={done.to_string()}
                    >
                        { bar(share, "bar-progress") }
                    </div>
                }
                <span class="visually-hidden" role="status" aria-live="polite">{ heard }</span>
            </div>
        </>
    }
}

/// What happens before photos are samples.
fn earlier(intake: &Intake) -> Option<String> {
    if let Some(drawn) = intake.drawing {
        return Some(format!("Drawing the example: {} so far", format::photos(drawn)));
    }
    if let Some(found) = intake.reading {
        return Some(format!("Reading the folder: {found} files so far"));
    }
    let unpacking = intake.unpacking.as_ref()?;
    let name = &unpacking.archive.name;
    Some(match unpacking.left() {
        Some(left) => format!("Unpacking {name}: {} left", format::photos(left)),
        None => format!("Opening {name}"),
    })
}

fn words(intake: &Intake, ready: bool, done: usize, total: usize, now_ms: f64) -> String {
    let queue = &intake.queue;
    let Some(run) = &queue.run else { return String::new() };
    let all = format::photos(total);
    let rate = run.rate().map(|rate| format!(" · {}\u{a0}photos/s", format::rate(rate))).unwrap_or_default();
    if queue.outstanding() == 0 {
        return format!("{all} embedded in {}{rate}", format::duration(run.seconds(now_ms)));
    }
    match queue.pace {
        Pace::Paused => return format!("Paused at {done} of {all}"),
        Pace::Stopped => return format!("Stopped at {done} of {all}"),
        Pace::Going if !ready => return format!("{} wait for the network", format::photos(queue.outstanding())),
        Pace::Going => {}
    }
    let left = run.seconds_left(total - done).map(|left| format!(" · {} left", format::duration(left)));
    format!("Embedding {done} of {all}{rate}{}", left.unwrap_or_default())
}
