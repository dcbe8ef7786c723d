//! The curves: runs as charts, as files.

use super::run::{self, Run};
use super::{CurveFile, Effect, Training};
use crate::plot::scale::nice_step;
use crate::plot::{Axis, CallOut, Lines, Paint, Scale, Scene, Series, Stroke};
use crate::protocol::EpochRow;
use crate::view::csv::harmless;

/// Heights of the charts, pixels.
const ACCURACY_HEIGHT: f64 = 220.0;
const LOSS_HEIGHT: f64 = 180.0;
/// Earlier runs have this share of the ink.
const GHOST: f64 = 0.25;
/// Between the charts and around them, in a file.
const GAP: f64 = 16.0;
/// A loss at or below this stands at the foot of a logarithmic axis.
const SMALLEST_LOSS: f64 = 1e-5;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Share that is right.
    Accuracy,
    /// Cross-entropy.
    Loss,
}

impl Quantity {
    fn training(self, row: &EpochRow) -> f32 {
        match self {
            Self::Accuracy => row.train_accuracy,
            Self::Loss => row.train_loss,
        }
    }

    fn validation(self, row: &EpochRow) -> Option<f32> {
        match self {
            Self::Accuracy => row.val_accuracy,
            Self::Loss => row.val_loss,
        }
    }

    fn value(self) -> fn(f64) -> String {
        match self {
            Self::Accuracy => |value| run::accuracy(Some(value as f32)),
            Self::Loss => |value| run::loss(Some(value as f32)),
        }
    }
}

impl Training {
    /// The runs that are drawn behind the current one, the oldest first.
    pub fn ghosts(&self) -> impl Iterator<Item = &Run> {
        let current = self.current().map(|run| run.number);
        let behind = self.runs.iter().filter(move |run| Some(run.number) != current && run.visible);
        behind.map(|run| &**run).filter(|run| !run.rows.is_empty())
    }

    /// A chart of this width, pixels; `None` before there is a run.
    pub fn chart(&self, quantity: Quantity, width: f64) -> Option<Lines> {
        let current = self.current()?;
        let mut series: Vec<Series> = self.ghosts().map(|ghost| behind(ghost, quantity)).collect();
        series.extend(in_front(current, quantity));
        let last = self.ghosts().map(Run::span).chain([current.span()]).max().unwrap_or(1);
        let (title, y, height) = match quantity {
            Quantity::Accuracy => ("Accuracy", accuracy_axis(), ACCURACY_HEIGHT),
            Quantity::Loss => ("Loss", self.loss_axis(&series), LOSS_HEIGHT),
        };
        Some(Lines {
            size: (width, height),
            title: title.to_owned(),
            label: label(title, current, quantity),
            x: epoch_axis(last, width),
            x_name: "epoch".to_owned(),
            y,
            call_outs: best(current, quantity).into_iter().collect(),
            series,
        })
    }

    /// From zero to the largest loss, or as far as the logarithms go.
    fn loss_axis(&self, series: &[Series]) -> Axis {
        let all =
            || series.iter().flat_map(|series| &series.points).map(|point| point.1).filter(|loss| loss.is_finite());
        let high = all().fold(0.0, f64::max);
        let value = Quantity::Loss.value();
        if self.log_loss {
            let low = all().fold(high, f64::min).max(SMALLEST_LOSS);
            let from = (round_down(low), round_up(high.max(low * 1.01)));
            let ticks = Scale::log(from, (0.0, 1.0)).ticks(4);
            return Axis { from, log: true, ticks, tick: plain, value };
        }
        let high = if high > 0.0 { high } else { 1.0 };
        let step = nice_step(high / 4.0);
        let from = (0.0, (high / step).ceil() * step);
        Axis { from, log: false, ticks: Scale::linear(from, (0.0, 1.0)).ticks(4), tick: plain, value }
    }

    /// What is to be saved; the curves are as they are on the page.
    pub fn file(&self, file: CurveFile, width: f64) -> Option<Effect> {
        let current = self.current()?;
        let name = |ending: &str| format!("graft-run-{}-curves.{ending}", current.number);
        if file == CurveFile::Csv {
            return Some(Effect::SaveText(name("csv"), "text/csv;charset=utf-8", self.table()));
        }
        let charts = [Quantity::Accuracy, Quantity::Loss].into_iter().filter_map(|which| self.chart(which, width));
        let scene = Scene::stacked(charts.map(|chart| chart.scene()), GAP).padded(GAP);
        let svg = scene.to_svg();
        Some(match file {
            CurveFile::Png => Effect::SavePng(name("png"), svg, scene.width, scene.height),
            _ => Effect::SaveText(name("svg"), "image/svg+xml", svg),
        })
    }

    /// All runs, a row an epoch. CSV as RFC 4180 has it.
    pub fn table(&self) -> String {
        let mut text = "run,name,epoch,train_loss,train_accuracy,val_loss,val_accuracy,seconds,kept\r\n".to_owned();
        for run in self.runs.iter().filter(|run| run.lab.is_none()) {
            let kept = run.summary.as_ref().map(|summary| summary.best_epoch);
            for row in &run.rows {
                let some = |value: Option<f32>| value.map(|value| value.to_string()).unwrap_or_default();
                let fields = [
                    run.number.to_string(),
                    quoted(&run.name),
                    row.epoch.to_string(),
                    row.train_loss.to_string(),
                    row.train_accuracy.to_string(),
                    some(row.val_loss),
                    some(row.val_accuracy),
                    format!("{:.3}", row.seconds),
                    u8::from(kept == Some(row.epoch)).to_string(),
                ];
                text += &fields.join(",");
                text += "\r\n";
            }
        }
        text
    }
}

/// An earlier run: its validation, or where it held nothing out its training.
fn behind(run: &Run, quantity: Quantity) -> Series {
    let has_validation = run.rows.iter().any(|row| quantity.validation(row).is_some());
    let points = if has_validation { validation(run, quantity) } else { training(run, quantity) };
    Series { name: run.name.clone(), points, stroke: Stroke::new(Paint::Ink, 1.5).faint(GHOST), lesser: true }
}

/// The current run: training thin and dashed, validation over it.
fn in_front(run: &Run, quantity: Quantity) -> Vec<Series> {
    let line = |name: &str, points, stroke| Series { name: name.to_owned(), points, stroke, lesser: false };
    let mut series = vec![line("training", training(run, quantity), Stroke::new(Paint::Muted, 1.25).dashed(4.0, 3.0))];
    let points = validation(run, quantity);
    // Before the first row nobody knows; the name's room is kept.
    if run.rows.is_empty() || points.iter().any(|point| point.1.is_finite()) {
        series.push(line("validation", points, Stroke::new(Paint::Leaf, 2.25)));
    }
    series
}

fn training(run: &Run, quantity: Quantity) -> Vec<(f64, f64)> {
    run.rows.iter().map(|row| (row.epoch as f64, f64::from(quantity.training(row)))).collect()
}

fn validation(run: &Run, quantity: Quantity) -> Vec<(f64, f64)> {
    let value = |row: &EpochRow| quantity.validation(row).map_or(f64::NAN, f64::from);
    run.rows.iter().map(|row| (row.epoch as f64, value(row))).collect()
}

/// The best epoch, on the validation line.
fn best(run: &Run, quantity: Quantity) -> Option<CallOut> {
    let row = run.best()?;
    let value = f64::from(quantity.validation(row)?);
    // While it is the newest epoch, too, its value stands at the end of the line.
    let is_newest = run.summary.is_none() && run.newest().is_some_and(|newest| newest.epoch == row.epoch);
    let text = if is_newest { String::new() } else { format!("best {}", quantity.value()(value)) };
    // On the side away from the training line.
    let below = quantity == Quantity::Accuracy;
    Some(CallOut { at: (row.epoch as f64, value), text, paint: Paint::Leaf, below })
}

fn label(title: &str, run: &Run, quantity: Quantity) -> String {
    let words = |value: f32| quantity.value()(f64::from(value));
    let Some(row) = run.newest() else { return format!("{title} of {}, no epoch yet", run.name) };
    let validation = quantity.validation(row).map(|value| format!(", validation {}", words(value))).unwrap_or_default();
    format!("{title} of {} at epoch {}: training {}{validation}", run.name, row.epoch, words(quantity.training(row)))
}

fn accuracy_axis() -> Axis {
    Axis {
        from: (0.0, 1.0),
        log: false,
        ticks: vec![0.0, 0.25, 0.5, 0.75, 1.0],
        tick: |value| format!("{:.0}\u{a0}%", value * 100.0),
        value: Quantity::Accuracy.value(),
    }
}

/// Epochs from 1 on; the numbers are whole.
fn epoch_axis(last: usize, width: f64) -> Axis {
    let from = (1.0, last as f64);
    let count = (width / 70.0).clamp(2.0, 8.0) as usize;
    let mut ticks = Scale::linear(from, (0.0, 1.0)).ticks(count);
    ticks.retain(|tick| tick.fract() == 0.0 && *tick >= 1.0);
    if ticks.first().is_none_or(|first| *first > 1.0) {
        ticks.insert(0, 1.0);
    }
    let whole = |value: f64| format!("{value:.0}");
    Axis { from, log: false, ticks, tick: whole, value: whole }
}

/// 0.5, 2, 0.001: as short as it can be.
fn plain(value: f64) -> String {
    run::number(value as f32)
}

/// The next of 1, 2, 5 × a power of ten below.
fn round_down(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [5.0, 2.0].into_iter().find(|factor| factor * power <= value).unwrap_or(1.0) * power
}

fn round_up(value: f64) -> f64 {
    nice_step(value)
}

/// A text as a cell: quoted whatever it holds, and never a formula.
fn quoted(text: &str) -> String {
    format!("\"{}\"", harmless(text).replace('"', "\"\""))
}
