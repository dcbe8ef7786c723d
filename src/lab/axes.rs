//! The axes that the Lab's charts share.

use crate::plot::scale::nice_step;
use crate::plot::{Axis, Scale};

/// Where an accuracy axis may begin, 0–1: as high as leaves every value on it, so that runs which are all good can be told apart.
const FLOORS: [f64; 5] = [0.95, 0.9, 0.8, 0.5, 0.0];

/// "97.25 %": two decimals, as such tables have them.
pub fn percent(share: f64) -> String {
    format!("{:.2}\u{a0}%", 100.0 * share)
}

/// Accuracies from the floor to 100 %.
pub fn accuracy(values: impl Iterator<Item = f64>) -> Axis {
    let lowest = values.filter(|value| value.is_finite()).fold(1.0, f64::min);
    let floor = FLOORS.into_iter().find(|floor| *floor <= lowest).unwrap_or(0.0);
    let ticks = (0..=4).map(|quarter| floor + (1.0 - floor) * f64::from(quarter) / 4.0).collect();
    Axis { from: (floor, 1.0), log: false, ticks, tick: short_percent, value: percent }
}

/// "75 %", "97.5 %", "98.75 %": no more digits than there are.
fn short_percent(share: f64) -> String {
    format!("{}\u{a0}%", (share * 1e4).round() / 1e2)
}

/// Losses from zero to the largest.
pub fn loss(values: impl Iterator<Item = f64>) -> Axis {
    let high = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
    let high = if high > 0.0 { high } else { 1.0 };
    let step = nice_step(high / 4.0);
    let from = (0.0, (high / step).ceil() * step);
    let ticks = Scale::linear(from, (0.0, 1.0)).ticks(4);
    let short = |value: f64| format!("{}", (value * 1e6).round() / 1e6);
    Axis { from, log: false, ticks, tick: short, value: |value| format!("{value:.3}") }
}

/// Epochs from 1 to the last; the numbers are whole.
pub fn epochs(last: usize, width: f64) -> Axis {
    let from = (1.0, last.max(1) as f64);
    let count = (width / 70.0).clamp(2.0, 10.0) as usize;
    let mut ticks = Scale::linear(from, (0.0, 1.0)).ticks(count);
    ticks.retain(|tick| tick.fract() == 0.0 && *tick >= 1.0);
    if ticks.first().is_none_or(|first| *first > 1.0) {
        ticks.insert(0, 1.0);
    }
    let whole = |value: f64| format!("{value:.0}");
    Axis { from, log: false, ticks, tick: whole, value: whole }
}
