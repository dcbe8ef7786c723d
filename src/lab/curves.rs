//! The curves of several runs over one another.
//!
//! Runs of one name have one colour: their mean is a thick line with the name at its end, each of them a faint one.

use super::axes;
use super::record::Record;
use crate::plot::scene::HUES;
use crate::plot::{CallOut, Lines, Paint, Scene, Series, Stroke};
use crate::protocol::EpochRow;

/// Height of a chart where names need no more, pixels.
const HEIGHT: f64 = 260.0;
/// Room that a name with its value takes, and what is above and below the plot, pixels.
const NAME: f64 = 30.0;
const AROUND: f64 = 52.0;
/// Single runs behind their mean have this share of the ink.
const FAINT: f64 = 0.35;
/// Between the charts and around them, in a file.
const GAP: f64 = 16.0;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Share of the validation samples that is right.
    Accuracy,
    /// Cross-entropy on the validation samples.
    Loss,
}

impl Quantity {
    fn of(self, row: &EpochRow) -> Option<f32> {
        match self {
            Self::Accuracy => row.val_accuracy,
            Self::Loss => row.val_loss,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Accuracy => "Validation accuracy",
            Self::Loss => "Validation loss",
        }
    }
}

/// One chart of all runs that held something out, this wide, pixels; `None` where none did.
pub fn chart(records: &[Record], quantity: Quantity, width: f64) -> Option<Lines> {
    let groups = super::groups(records);
    let (mut behind, mut front, mut call_outs) = (Vec::new(), Vec::new(), Vec::new());
    for (place, group) in groups.iter().enumerate() {
        let runs: Vec<Vec<(f64, f64)>> =
            group.records.iter().map(|record| points(record, quantity)).filter(|points| !points.is_empty()).collect();
        let stroke = stroke(place);
        if runs.len() > 1 {
            let faint = runs.iter().map(|points| Series {
                name: String::new(),
                points: points.clone(),
                stroke: Stroke { width: 1.0, ..stroke }.faint(FAINT),
                lesser: true,
            });
            behind.extend(faint);
        }
        let points = mean(&runs);
        if points.is_empty() {
            continue;
        }
        call_outs.extend(best(&points, quantity).map(|at| CallOut {
            at,
            text: String::new(),
            paint: stroke.paint,
            below: false,
        }));
        front.push(Series { name: group.name.clone(), points, stroke, lesser: false });
    }
    if front.is_empty() {
        return None;
    }
    let height = HEIGHT.max(front.len() as f64 * NAME + AROUND);
    let label = format!("{} by epoch: {}", quantity.title(), ends(&front, quantity));
    let series: Vec<Series> = behind.into_iter().chain(front).collect();
    let values = || series.iter().flat_map(|series| &series.points).map(|point| point.1);
    let last = records.iter().filter_map(|record| record.rows.last()).map(|row| row.epoch).max().unwrap_or(1);
    let y = match quantity {
        Quantity::Accuracy => axes::accuracy(values()),
        Quantity::Loss => axes::loss(values()),
    };
    Some(Lines {
        size: (width, height),
        title: quantity.title().to_owned(),
        label,
        x: axes::epochs(last, width),
        x_name: "epoch".to_owned(),
        y,
        series,
        call_outs,
    })
}

/// Both charts under one another; `None` where no run held anything out.
pub fn scene(records: &[Record], width: f64) -> Option<Scene> {
    let charts: Vec<Scene> = [Quantity::Accuracy, Quantity::Loss]
        .into_iter()
        .filter_map(|quantity| chart(records, quantity, width))
        .map(|chart| chart.scene())
        .collect();
    (!charts.is_empty()).then(|| Scene::stacked(charts, GAP).padded(GAP))
}

/// The colour of the run of this place; when all were taken they come again in dashes.
fn stroke(place: usize) -> Stroke {
    let stroke = Stroke::new(Paint::Hue((place % HUES) as u8), 2.25);
    match place / HUES {
        0 => stroke,
        1 => stroke.dashed(6.0, 3.0),
        _ => stroke.dashed(2.0, 3.0),
    }
}

fn points(record: &Record, quantity: Quantity) -> Vec<(f64, f64)> {
    let point = |row: &EpochRow| Some((row.epoch as f64, f64::from(quantity.of(row)?)));
    record.rows.iter().filter_map(point).collect()
}

/// The mean at every epoch that all runs came to.
fn mean(runs: &[Vec<(f64, f64)>]) -> Vec<(f64, f64)> {
    let Some(first) = runs.first() else { return Vec::new() };
    let at = |run: &[(f64, f64)], epoch: f64| run.iter().find(|point| point.0 == epoch).map(|point| point.1);
    let common = first.iter().filter_map(|(epoch, _)| {
        let values: Option<Vec<f64>> = runs.iter().map(|run| at(run, *epoch)).collect();
        let values = values?;
        Some((*epoch, values.iter().sum::<f64>() / values.len() as f64))
    });
    common.collect()
}

/// Where the line is best, the first of equals.
fn best(points: &[(f64, f64)], quantity: Quantity) -> Option<(f64, f64)> {
    let better = |one: f64, other: f64| match quantity {
        Quantity::Accuracy => one > other,
        Quantity::Loss => one < other,
    };
    let finite = points.iter().copied().filter(|point| point.1.is_finite());
    finite.reduce(|best, next| if better(next.1, best.1) { next } else { best })
}

fn ends(series: &[Series], quantity: Quantity) -> String {
    let end = |series: &Series| {
        let value = series.points.last()?.1;
        let value = match quantity {
            Quantity::Accuracy => axes::percent(value),
            Quantity::Loss => format!("{value:.3}"),
        };
        Some(format!("{} ends at {value}", series.name))
    };
    series.iter().filter_map(end).collect::<Vec<_>>().join(", ")
}
