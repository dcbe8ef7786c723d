//! The learning-rate finder, and the drawings of rates: loss against rate, and the rate's course.

use std::rc::Rc;

use super::run::{self, number};
use crate::plot::{Axis, CallOut, Lines, Paint, Scale, Series, Stroke};
use crate::project::TrainSettings;
use crate::schedule::Course;

/// Heights of the drawings, pixels.
const RATES_HEIGHT: f64 = 170.0;
const COURSE_HEIGHT: f64 = 110.0;
/// Points of the drawn course, at most: epochs times steps.
const COURSE_POINTS: usize = 400;
/// Losses above so many times the first do not widen the axis: there the search has left the rails.
const TOO_HIGH: f64 = 1.25;

/// A search for a learning rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Its number, counted with the runs.
    pub run: u32,
    /// Rate and smoothed loss of each step.
    pub points: Rc<Vec<(f32, f32)>>,
    /// Where the loss falls fastest.
    pub suggested: Option<f32>,
    /// Is it over?
    pub done: bool,
}

impl Search {
    /// A search that begins.
    pub fn new(run: u32) -> Self {
        Self { run, points: Rc::default(), suggested: None, done: false }
    }

    /// The suggestion with the digits that a person would type: 0.0003 rather than 0.000287.
    pub fn rate(&self) -> Option<f32> {
        self.suggested.filter(|rate| rate.is_finite() && *rate > 0.0).map(rounded)
    }

    /// What is known so far, in a sentence.
    pub fn words(&self) -> String {
        match (self.rate(), self.done) {
            (Some(rate), _) => format!("At {} the loss falls fastest.", number(rate)),
            (None, true) => "The loss fell nowhere, so that no rate can be suggested.".to_owned(),
            (None, false) => match self.points.len() {
                0 => "Trying learning rates from tiny to huge …".to_owned(),
                1 => "Trying learning rates: 1 step so far …".to_owned(),
                steps => format!("Trying learning rates: {steps} steps so far …"),
            },
        }
    }

    /// Loss against rate, the rate on a logarithmic axis; `None` before there are two points.
    pub fn chart(&self, width: f64) -> Option<Lines> {
        let known =
            |(rate, loss): &(f32, f32)| (*rate > 0.0 && loss.is_finite()).then(|| (lg(*rate), f64::from(*loss)));
        let points: Vec<(f64, f64)> = self.points.iter().filter_map(known).collect();
        let ((first, at_first), (last, _)) = (*points.first()?, *points.last()?);
        if points.len() < 2 || last <= first {
            return None;
        }
        let low = points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let ceiling = at_first * TOO_HIGH;
        let high = points.iter().map(|point| point.1).filter(|loss| *loss <= ceiling).fold(at_first, f64::max);
        let margin = ((high - low) * 0.08).max(1e-6);
        let y = (low - margin, high + margin);
        let near = self.suggested.map(lg).and_then(|suggested| {
            points
                .iter()
                .copied()
                .min_by(|one, other| (one.0 - suggested).abs().total_cmp(&(other.0 - suggested).abs()))
        });
        let call_out =
            near.zip(self.rate()).map(|(at, rate)| CallOut { at, text: number(rate), paint: Paint::Leaf, below: true });
        Some(Lines {
            size: (width, RATES_HEIGHT),
            title: "Loss by learning rate".to_owned(),
            label: format!("Loss by learning rate, from {} to {}. {}", power(first), power(last), self.words()),
            x: Axis {
                from: (first, last),
                log: false,
                ticks: (first.ceil() as i32..=last.floor() as i32).map(f64::from).collect(),
                tick: power,
                value: power,
            },
            x_name: "rate".to_owned(),
            y: Axis {
                from: y,
                log: false,
                ticks: Scale::linear(y, (0.0, 1.0)).ticks(3),
                tick: |value| number(value as f32),
                value: |value| run::loss(Some(value as f32)),
            },
            series: vec![Series {
                name: "loss".to_owned(),
                // What lies above the axis would be drawn along its upper end.
                points: points.into_iter().take_while(|point| point.1 <= y.1).collect(),
                stroke: Stroke::new(Paint::Leaf, 2.25),
                lesser: false,
            }],
            call_outs: call_out.into_iter().collect(),
        })
    }
}

/// Does the learning rate change from step to step?
pub fn moves(settings: &TrainSettings) -> bool {
    settings.schedule != crate::project::Schedule::Constant || settings.warm_up > 0.0
}

/// The course of the learning rate over the epochs; `None` where it is a straight line.
pub fn course(settings: &TrainSettings, width: f64) -> Option<Lines> {
    if !moves(settings) || settings.epochs == 0 {
        return None;
    }
    let per_epoch = (COURSE_POINTS / settings.epochs).max(1);
    let course = Course::new(settings, per_epoch);
    let every = (settings.epochs * per_epoch / COURSE_POINTS).max(1);
    let steps = settings.epochs * per_epoch;
    let points: Vec<(f64, f64)> = (0..steps)
        .step_by(every)
        .chain([steps - 1])
        .map(|step| (step as f64 / per_epoch as f64, f64::from(course.rate(step))))
        .collect();
    let highest = f64::from(settings.learning_rate);
    let epochs = settings.epochs as f64;
    let across = (0.0, epochs);
    let mut ticks = Scale::linear(across, (0.0, 1.0)).ticks(5);
    ticks.retain(|tick| tick.fract() == 0.0);
    let plain = |value: f64| number(value as f32);
    Some(Lines {
        size: (width, COURSE_HEIGHT),
        title: "Learning rate".to_owned(),
        label: format!("The learning rate over {} epochs, at most {}", settings.epochs, plain(highest)),
        x: Axis {
            from: across,
            log: false,
            ticks,
            tick: |value| format!("{value:.0}"),
            value: |value| format!("{value:.1}"),
        },
        x_name: "epoch".to_owned(),
        y: Axis { from: (0.0, highest), log: false, ticks: vec![0.0, highest], tick: plain, value: plain },
        series: vec![Series { name: String::new(), points, stroke: Stroke::new(Paint::Leaf, 1.75), lesser: false }],
        call_outs: Vec::new(),
    })
}

fn lg(rate: f32) -> f64 {
    f64::from(rate).log10()
}

/// One digit that counts, or two where it begins with a one: a learning rate is not known better than that.
fn rounded(rate: f32) -> f32 {
    let power = 10_f64.powf(lg(rate).floor());
    let mantissa = f64::from(rate) / power;
    let digits = if mantissa < 2.0 { (mantissa * 10.0).round() / 10.0 } else { mantissa.round() };
    (digits * power) as f32
}

/// A power of ten by its logarithm: "0.001", and what is smaller as "1e-5".
fn power(exponent: f64) -> String {
    let value = 10_f64.powf(exponent);
    if exponent < -3.5 { format!("1e{exponent:.0}") } else { number(value as f32) }
}
