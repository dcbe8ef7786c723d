//! The learning rate drawn: its course over the epochs, and what the finder found.

use yew::prelude::*;

use super::chart::use_width;
use super::rates::{Search, course};
use super::run::number;
use super::{Action, Phase, Training};
use crate::plot::Lines;
use crate::project::TrainSettings;
use crate::view::components::bar::bar;
use crate::view::draw;

/// [`Rates`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As they are.
    pub settings: TrainSettings,
    /// The state.
    pub training: Training,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The finder's curve with what can be done with it, then the course.
#[component]
pub fn Rates(props: &Props) -> Html {
    let Props { settings, training, act } = props;
    let (room, width) = use_width();
    let course = course(settings, width);
    html! {
        <div class="rates" ref={room}>
            if let Some(search) = &training.search {
                { found(search, training, settings, width, act) }
            }
            if let Some(course) = course {
                <figure class="curve">{ drawing(&course, "rate-course", None) }</figure>
            }
        </div>
    }
}

/// The button that begins a search; it stands at the field.
pub fn find_button(training: &Training, act: &Callback<Action>) -> Html {
    let busy = training.phase != Phase::Idle || training.searching().is_some();
    html! {
        <button
            type="button"
            class="link small"
            data-testid="find-rate"
            disabled={busy}
            title="Tries learning rates from tiny to huge, a step each, and shows where the loss falls fastest"
            onclick={act.reform(|_: MouseEvent| Action::FindRate)}
        >
            { "Find one" }
        </button>
    }
}

fn found(search: &Search, training: &Training, settings: &TrainSettings, width: f64, act: &Callback<Action>) -> Html {
    let preparing = training.preparing.as_ref().filter(|preparing| preparing.run == search.run);
    let taken = search.rate() == Some(settings.learning_rate);
    let chart = search.chart(width);
    html! {
        <div class="found" data-testid="rate-search" data-done={search.done.to_string()}>
            if let Some(chart) = chart {
                <figure class="curve">{ drawing(&chart, "rate-curve", search.rate()) }</figure>
            }
            <p class="small" role="status">
                { preparing.map_or_else(|| search.words(), |preparing| preparing.words()) }
            </p>
            if let Some(preparing) = preparing {
                { bar(preparing.share(), "bar-progress") }
            }
            <div class="row">
                if let Some(rate) = search.rate().filter(|_| search.done) {
                    <button
                        type="button"
                        class="button button-small"
                        data-testid="take-rate"
                        data-rate={rate.to_string()}
                        disabled={taken}
                        onclick={act.reform(|_: MouseEvent| Action::TakeRate)}
                    >
                        { if taken { format!("{} is set", number(rate)) } else { format!("Train with {}", number(rate)) } }
                    </button>
                }
                <button type="button" class="button button-small" onclick={act.reform(|_: MouseEvent| Action::EndSearch)}>
                    { if search.done { "Close" } else { "Stop" } }
                </button>
            </div>
        </div>
    }
}

fn drawing(chart: &Lines, testid: &'static str, suggested: Option<f32>) -> Html {
    let scene = chart.scene();
    html! {
        <svg
            class="plot plot-still"
            data-testid={testid}
            data-suggested={suggested.map(|rate| rate.to_string())}
            viewBox={format!("0 0 {} {}", scene.width, scene.height)}
            role="img"
            aria-label={scene.label.clone()}
        >
            { draw::marks(&scene.marks) }
        </svg>
    }
}
