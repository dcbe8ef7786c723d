//! Do probabilities mean what they say? The reliability plot (Guo et al. 2017, figure 4), with the table behind it.

use yew::prelude::*;

use crate::metrics::{BINS, Bin};
use crate::view::format;
use crate::view::teach::judge::{Shared, Validation, words};

/// [`Calibration`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub validation: Shared<Validation>,
}

// The drawing's parts, in its own units: the plot, and below it how many photos each range has.
const LEFT: f64 = 46.0;
const TOP: f64 = 26.0;
const SIDE: f64 = 300.0;
const GAP: f64 = 54.0;
const COUNTS: f64 = 56.0;
const WIDTH: f64 = LEFT + SIDE + 74.0;
const HEIGHT: f64 = TOP + SIDE + GAP + COUNTS + 6.0;

/// The part.
#[component]
pub fn Calibration(props: &Props) -> Html {
    let validation = &props.validation;
    let (before, error_before) = &validation.before;
    let shown = validation.after.as_ref().unwrap_or(&validation.before);
    html! {
        <div class="judge-calibration">
            { plot(before, validation.after.as_ref().map(|(bins, _)| bins.as_slice())) }
            <div class="judge-calibration-words">
                <p>{ words::temperature(validation) }</p>
                <p class="small muted">
                    { "A point on the diagonal is what one wants: of all photos said to be 80\u{a0}% sure, 80\u{a0}% are right. " }
                    { "Below it the head boasts, above it is too modest. Points with few photos (small dots) say little." }
                </p>
                <dl class="facts">
                    { fact("Temperature", format!("{:.2}", validation.temperature)) }
                    { fact("Calibration error before", format::percent(*error_before)) }
                    if let Some((_, error)) = &validation.after {
                        { fact("Calibration error after", format::percent(*error)) }
                    }
                </dl>
                if validation.after.is_some() {
                    <p class="small muted">{ "For “after” each photo was given a temperature that was fitted on other photos, so that it is an honest figure." }</p>
                }
                <details>
                    <summary class="small">{ "As a table" }</summary>
                    { table(&shown.0) }
                </details>
            </div>
        </div>
    }
}

fn fact(name: &'static str, value: String) -> Html {
    html! { <div class="fact"><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn x(share: f32) -> f64 {
    LEFT + SIDE * f64::from(share)
}

fn y(share: f32) -> f64 {
    TOP + SIDE * (1.0 - f64::from(share))
}

fn plot(before: &[Bin], after: Option<&[Bin]>) -> Html {
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0];
    let said = |share: f32| format!("{:.0}\u{a0}%", share * 100.0);
    let foot = TOP + SIDE + GAP + COUNTS;
    let most = |bins: &[Bin]| bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    let counted = after.unwrap_or(before);
    let highest = most(counted) as f64;
    let bar = |(place, bin): (usize, &Bin)| {
        let height = COUNTS * bin.count as f64 / highest;
        let left = LEFT + SIDE * place as f64 / counted.len() as f64;
        let width = SIDE / counted.len() as f64;
        html! {
            <g>
                <rect class="plot-count" x={n(left + 1.0)} y={n(foot - height)} width={n(width - 2.0)} height={n(height)} />
                if bin.count > 0 {
                    <text class="plot-small" x={n(left + width / 2.0)} y={n(foot - height - 3.0)} text-anchor="middle">{ bin.count }</text>
                }
            </g>
        }
    };
    html! {
        <svg
            class="judge-plot"
            data-testid="reliability"
            viewBox={format!("0 0 {WIDTH} {HEIGHT}")}
            role="img"
            aria-label="Reliability plot: share that is right against probability; the table behind it has the numbers"
        >
            { for ticks.map(|share| html! {
                <g>
                    <path class="plot-grid" d={format!("M{} {}H{}", n(LEFT), n(y(share)), n(LEFT + SIDE))} />
                    <text class="plot-tick" x={n(LEFT - 6.0)} y={n(y(share) + 4.0)} text-anchor="end">{ said(share) }</text>
                    <text class="plot-tick" x={n(x(share))} y={n(TOP + SIDE + 16.0)} text-anchor="middle">{ said(share) }</text>
                </g>
            }) }
            <text class="plot-name" x="4" y={n(TOP - 14.0)}>{ "share that is right" }</text>
            <text class="plot-name" x={n(LEFT + SIDE)} y={n(TOP + SIDE + 32.0)} text-anchor="end">{ "probability that was said" }</text>
            <path class="plot-diagonal" d={format!("M{} {}L{} {}", n(x(0.0)), n(y(0.0)), n(x(1.0)), n(y(1.0)))} />
            { series(before, if after.is_some() { "before" } else { "as it is" }, if after.is_some() { "plot-before" } else { "plot-after" }, after.is_some()) }
            if let Some(after) = after {
                { series(after, "after", "plot-after", false) }
            }
            <path class="plot-axis" d={format!("M{} {}H{}", n(LEFT), n(foot), n(LEFT + SIDE))} />
            { for counted.iter().enumerate().map(bar) }
            <text class="plot-name" x={n(LEFT + SIDE + 8.0)} y={n(foot - 4.0)}>{ "photos" }</text>
        </svg>
    }
}

/// A line through the ranges that have photos, a dot each, the name at its end.
fn series(bins: &[Bin], name: &'static str, class: &'static str, lower: bool) -> Html {
    let filled: Vec<&Bin> = bins.iter().filter(|bin| bin.count > 0).collect();
    let total: usize = filled.iter().map(|bin| bin.count).sum();
    let line = filled.iter().enumerate().map(|(place, bin)| {
        format!("{}{} {}", if place == 0 { "M" } else { "L" }, n(x(bin.confidence)), n(y(bin.accuracy)))
    });
    let dot = |bin: &&Bin| {
        let share = bin.count as f64 / total.max(1) as f64;
        let words = format!(
            "{name}: {} with {} on average, {} right",
            format::photos(bin.count),
            format::percent(bin.confidence),
            format::percent(bin.accuracy)
        );
        html! {
            <circle class="plot-dot" cx={n(x(bin.confidence))} cy={n(y(bin.accuracy))} r={n(2.5 + 4.5 * share.sqrt())}>
                <title>{ words }</title>
            </circle>
        }
    };
    let end = filled.last().map(|bin| {
        let below = if lower { 18.0 } else { 0.0 };
        html! {
            <text class="plot-series" x={n(x(bin.confidence) + 12.0)} y={n(y(bin.accuracy) + 4.0 + below)}>{ name }</text>
        }
    });
    html! {
        <g class={class}>
            <path class="plot-line" d={line.collect::<String>()} />
            { for filled.iter().map(dot) }
            { for end }
        </g>
    }
}

fn table(bins: &[Bin]) -> Html {
    let row = |bin: &&Bin| {
        html! {
            <tr>
                <th scope="row">{ format!("{:.0}–{:.0}\u{a0}%", bin.low * 100.0, (bin.low + 1.0 / BINS as f32) * 100.0) }</th>
                <td>{ format::percent(bin.confidence) }</td>
                <td>{ format::percent(bin.accuracy) }</td>
                <td>{ bin.count }</td>
            </tr>
        }
    };
    html! {
        <table class="judge-classes">
            <thead>
                <tr><th scope="col">{ "Range" }</th><th scope="col">{ "Said" }</th><th scope="col">{ "Right" }</th><th scope="col">{ "Photos" }</th></tr>
            </thead>
            <tbody>{ for bins.iter().filter(|bin| bin.count > 0).collect::<Vec<_>>().iter().map(row) }</tbody>
        </table>
    }
}

/// A coordinate, to a tenth of a unit.
fn n(value: f64) -> String {
    format!("{value:.1}")
}
