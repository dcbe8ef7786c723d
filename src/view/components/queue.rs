//! How far the photos are: bar, count, rate, time left, and Stop.

use yew::prelude::*;

use crate::view::format;
use crate::view::photos::Run;
use crate::view::state::Action;

use super::bar::bar;

/// [`Queue`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub run: Run,
    pub now_ms: f64,
    pub stopped: bool,
    /// Are engine and network there?
    pub ready: bool,
    pub act: Callback<Action>,
}

/// Photos after which the rate is worth telling.
const ENOUGH: usize = 3;

/// The line above the cards.
#[component]
pub fn Queue(props: &Props) -> Html {
    let Props { run, now_ms, stopped, ready, act } = props;
    let share = if run.total > 0 { run.done as f64 / run.total as f64 } else { 1.0 };
    let over = run.ended_ms.is_some();
    let mut words = match (over, *stopped, *ready) {
        (true, ..) => format!("{} done", format::photos(run.total)),
        (false, true, _) => format!("Stopped at {} of {}", run.done, format::photos(run.total)),
        (false, false, false) => {
            format!("{} waiting for the network", format::photos(run.total - run.done.min(run.total)))
        }
        (false, false, true) => format!("{} of {}", run.done, format::photos(run.total)),
    };
    if let Some(rate) = run.rate(*now_ms).filter(|_| run.done >= ENOUGH) {
        words += &format!(" · {}\u{a0}photos/s", format::rate(rate));
    }
    if let Some(ended_ms) = run.ended_ms.filter(|_| run.total >= ENOUGH) {
        words += &format!(" · {}", format::duration((ended_ms - run.started_ms) / 1000.0));
    }
    if let Some(seconds) = run.seconds_left(*now_ms).filter(|_| !over && !stopped && run.done >= ENOUGH) {
        words += &format!(" · {} left", format::duration(seconds));
    }
    let stop = !stopped;
    html! {
        <div class={classes!("queue", over.then_some("queue-over"))} data-testid="queue" data-done={run.done.to_string()} data-total={run.total.to_string()}>
            <p class="queue-words">{ words }</p>
            <button type="button" class="button button-small" data-testid="stop" disabled={over} onclick={act.reform(move |_| Action::Stop(stop))}>
                { if *stopped { "Go on" } else { "Stop" } }
            </button>
            <div
                class="queue-bar"
                role="progressbar"
                aria-label="Photos classified"
                aria-valuemin="0"
                aria-valuemax={run.total.to_string()}
                aria-valuenow={run.done.to_string()}
            >
                { bar(share, "bar-progress") }
            </div>
        </div>
    }
}
