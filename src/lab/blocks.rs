//! How many trainable blocks? 0, 1, 2, 4, … until validation no longer improves.

use super::axes;
use crate::plot::{Axis, CallOut, Lines, Paint, Scale, Series, Stroke};
use crate::project::Way;

/// Height of the chart, pixels.
const HEIGHT: f64 = 220.0;

/// The search: numbers of blocks that were tried, with what came of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// Blocks of the network.
    pub most: usize,
    /// Trainable blocks and validation accuracy (0–1), in the order they were tried.
    pub tried: Vec<(usize, f32)>,
    /// Was it ended before its time?
    pub is_cut_off: bool,
}

impl Search {
    /// A search in a network of so many blocks.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// The number to try next; `None`: the last one was no better than the best before it, or all blocks were trained.
    pub fn next(&self) -> Option<usize> {
        let Some(((last, accuracy), before)) = self.tried.split_last() else { return Some(0) };
        let best = before.iter().map(|(_, accuracy)| *accuracy).fold(f32::NEG_INFINITY, f32::max);
        let improves = *accuracy > best;
        let next = if *last == 0 { 1 } else { last.saturating_mul(2) }.min(self.most);
        (improves && next > *last).then_some(next)
    }

    /// The number of the best accuracy, the smallest of equals.
    pub fn best(&self) -> Option<(usize, f32)> {
        self.tried.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// What came of it, in a sentence; `None` before the first run was over.
    pub fn outcome(&self) -> Option<String> {
        let (blocks, accuracy) = self.best()?;
        let accuracy = axes::percent(f64::from(accuracy));
        let what = match blocks {
            0 => "With all blocks frozen".to_owned(),
            blocks => format!("With the {} trained", Way::LastBlocks { blocks }.words()),
        };
        let rest = match self.next() {
            Some(_) if self.is_cut_off => "the search ended before more were tried",
            Some(_) => "more are being tried",
            None if self.tried.last().is_some_and(|last| last.0 != blocks) => "more did not help",
            None => "that is all there are",
        };
        Some(format!("{what} {accuracy} of the photos held out are right; {rest}."))
    }

    /// Accuracy against the number of trainable blocks, this wide, pixels; `None` before the first run was over.
    pub fn chart(&self, width: f64) -> Option<Lines> {
        let (best, accuracy) = self.best()?;
        let points: Vec<(f64, f64)> =
            self.tried.iter().map(|(blocks, accuracy)| (*blocks as f64, f64::from(*accuracy))).collect();
        let last = points.last().map_or(1.0, |point| point.0).max(1.0);
        let whole = |value: f64| format!("{value:.0}");
        Some(Lines {
            size: (width, HEIGHT),
            title: "Accuracy by trainable blocks".to_owned(),
            label: self.outcome().unwrap_or_default(),
            x: Axis { from: (0.0, last), log: false, ticks: ticks(&points, last, width), tick: whole, value: whole },
            x_name: "blocks".to_owned(),
            y: axes::accuracy(points.iter().map(|point| point.1)),
            series: vec![Series {
                name: "validation".to_owned(),
                points,
                stroke: Stroke::new(Paint::Leaf, 2.25),
                lesser: false,
            }],
            call_outs: vec![CallOut {
                at: (best as f64, f64::from(accuracy)),
                text: format!("best {}", axes::percent(f64::from(accuracy))),
                paint: Paint::Leaf,
                below: true,
            }],
        })
    }
}

/// The numbers that were tried, or round ones where they are many.
fn ticks(points: &[(f64, f64)], last: f64, width: f64) -> Vec<f64> {
    let most = (width / 40.0).max(2.0);
    if (points.len() as f64) <= most {
        points.iter().map(|point| point.0).collect()
    } else {
        Scale::linear((0.0, last), (0.0, 1.0)).ticks(4)
    }
}
