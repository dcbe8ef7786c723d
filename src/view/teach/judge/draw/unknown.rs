//! "None of these": the threshold, and what it costs.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::metrics::{histogram, rejection_cost};
use crate::protocol::Rejection;
use crate::view::teach::judge::{Action, Range, STEPS, Shared, Validation, words};

/// [`Unknown`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub validation: Shared<Validation>,
    /// Of the head's classes.
    pub names: Rc<Vec<String>>,
    /// In use.
    pub threshold: Option<f32>,
    /// A person chose it.
    pub chosen: bool,
    /// The head's own.
    pub suggested: Option<Rejection>,
    pub act: Callback<Action>,
}

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;
const BARS: usize = 50;

/// The part.
#[component]
pub fn Unknown(props: &Props) -> Html {
    let Props { validation, names, threshold, chosen, suggested, act } = props;
    // From the suggested one, not from that in use: else the slider's ends would move under the hand.
    let Some(range) = Range::of(&validation.familiarity, suggested.map(|own| own.threshold)) else {
        return html! { <p class="muted">{ "Nothing is known of how familiar the held-out photos are; train again to find out." }</p> };
    };
    let step = range.step(*threshold);
    let never = step == 0;
    let at = range.threshold(step);
    let cost =
        rejection_cost(&validation.familiarity, &validation.labels, validation.classes, threshold.unwrap_or(f32::MIN));
    let value = if never { "Never".to_owned() } else { format!("{at:.2}") };
    let slide = act.reform(move |event: InputEvent| {
        let step = event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(0);
        Action::Threshold(range.threshold(step))
    });
    html! {
        <div class="judge-unknown">
            <p>
                { "A photo that is less familiar than the threshold is called “None of these”. The further right, the more strangers are " }
                { "turned away, and the more photos of your classes with them." }
            </p>
            { drawing(validation, range, (!never).then_some(at)) }
            <label class="judge-slider">
                <span class="visually-hidden">{ "Threshold of familiarity" }</span>
                <input
                    type="range"
                    data-testid="threshold"
                    min="0"
                    max={STEPS.to_string()}
                    step="1"
                    value={step.to_string()}
                    aria-valuetext={format!("{value}. {}", words::cost(&cost, names))}
                    oninput={slide}
                />
            </label>
            <div class="judge-line">
                <p
                    data-testid="rejection"
                    data-threshold={threshold.map(|at| format!("{at:.6}"))}
                    data-false-rejections={format!("{:.6}", cost.share())}
                >
                    <strong>{ if never { "Photos are never turned away.".to_owned() } else { format!("Threshold {value}.") } }</strong>
                    { " " }
                    { words::cost(&cost, names) }
                </p>
                if *chosen {
                    <button type="button" class="button button-small" onclick={act.reform(|_| Action::OwnThreshold)}>
                        {
                            match suggested {
                                Some(own) => format!("Use the suggested {:.2}", own.threshold),
                                None => "Back to none".to_owned(),
                            }
                        }
                    </button>
                }
            </div>
            <p class="small muted">
                if suggested.is_some() && !chosen {
                    { "This threshold was suggested by the held-out photos. " }
                }
                { "How many strangers it catches depends on the strangers: try some." }
            </p>
        </div>
    }
}

/// How familiar the held-out photos are, those below the threshold marked.
fn drawing(validation: &Validation, range: Range, threshold: Option<f32>) -> Html {
    let right = histogram(&validation.familiarity, range.low, range.high, BARS);
    let highest = right.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = WIDTH / BARS as f64;
    let line = threshold.map(|at| range.share(at) * WIDTH);
    let bar = |(place, count): (usize, &usize)| {
        let (left, height) = (place as f64 * width, (HEIGHT - 16.0) * *count as f64 / highest);
        // Marked once all of its photos are turned away.
        let away = line.is_some_and(|line| left + width <= line);
        html! {
            <rect
                class={if away { "plot-away" } else { "plot-kept" }}
                x={format!("{:.1}", left + 0.5)}
                y={format!("{:.1}", HEIGHT - height)}
                width={format!("{:.1}", width - 1.0)}
                height={format!("{height:.1}")}
            />
        }
    };
    html! {
        <svg
            class="judge-histogram"
            viewBox={format!("0 0 {WIDTH} {HEIGHT}")}
            preserveAspectRatio="none"
            role="img"
            aria-label="How many held-out photos are how familiar"
        >
            { for right.iter().enumerate().map(bar) }
            <path class="plot-axis" d={format!("M0 {HEIGHT}H{WIDTH}")} />
            if let Some(line) = line {
                <path class="plot-threshold" d={format!("M{line:.1} 0V{HEIGHT}")} />
            }
        </svg>
    }
}
