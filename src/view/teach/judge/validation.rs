//! How the head does on held-out photos: everything that is drawn, from the logits that the engine sent.

use std::rc::Rc;

use crate::metrics::{
    BINS, Bin, ClassReport, Confusion, argmax, calibration_error, mean_loss, reliability, softmax, wilson, worst_first,
};
use crate::project::SampleId;
use crate::protocol::Evaluation;

/// What the engine said, as it came.
#[derive(Debug)]
pub(super) struct Evaluated {
    /// The run it is of.
    pub run: u32,
    /// The samples.
    pub evaluation: Evaluation,
    /// `[N, C]`, before the temperature.
    pub logits: Rc<[f32]>,
}

/// How the head does on `N` held-out photos of `C` classes.
#[derive(Debug, Clone, Default)]
pub struct Validation {
    /// The run it is of.
    pub run: u32,
    /// `C`
    pub classes: usize,
    /// The photos, `N` of them.
    pub samples: Vec<SampleId>,
    /// Their classes, indices into the head's.
    pub labels: Vec<u32>,
    /// The most probable class of each.
    pub said: Vec<u32>,
    /// Calibrated probabilities `[N, C]`.
    pub probabilities: Vec<f32>,
    /// How familiar each is.
    pub familiarity: Vec<f32>,
    /// Counts.
    pub confusion: Confusion,
    /// Of each class.
    pub reports: Vec<ClassReport>,
    /// Photos that are right.
    pub right: usize,
    /// 95 % interval of the accuracy, 0–1.
    pub interval: (f64, f64),
    /// Mean cross-entropy of the calibrated probabilities.
    pub loss: f32,
    /// Places of the photos, the least probable truth first.
    pub worst: Vec<usize>,
    /// The head's temperature.
    pub temperature: f32,
    /// Confidence and accuracy without a temperature, with the calibration error.
    pub before: (Vec<Bin>, f32),
    /// The same with temperatures fitted on other photos than they are applied to; `None` where there are none.
    pub after: Option<(Vec<Bin>, f32)>,
}

/// A photo in the confusion matrix's terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The photo.
    pub sample: SampleId,
    /// Its class, an index into the head's.
    pub label: usize,
    /// What the head said.
    pub said: usize,
    /// Probability of its class.
    pub of_label: f32,
    /// Probability of what the head said.
    pub of_said: f32,
}

impl Validation {
    /// From what the engine said; `None` if the numbers do not fit the classes, or there are no photos.
    pub(super) fn new(evaluated: &Evaluated, classes: usize, temperature: f32) -> Option<Self> {
        let Evaluated { run, evaluation, logits } = evaluated;
        let Evaluation { samples, labels, familiarity, temperatures } = evaluation;
        let n = samples.len();
        let fits = n > 0
            && classes > 0
            && labels.len() == n
            && logits.len() == n.checked_mul(classes)?
            && labels.iter().all(|label| (*label as usize) < classes);
        if !fits {
            return None;
        }
        let temperature = if temperature.is_finite() && temperature > 0.0 { temperature } else { 1.0 };
        let rows = || logits.chunks_exact(classes);
        let said: Vec<u32> = rows().map(|row| u32::try_from(argmax(row)).unwrap_or(0)).collect();
        let probabilities: Vec<f32> = rows().flat_map(|row| softmax(row, temperature)).collect();
        let pairs = || labels.iter().zip(&said);
        let confusion = Confusion::new(classes, pairs().map(|(label, said)| (*label as usize, *said as usize)));
        let right = pairs().filter(|(label, said)| label == said).count();
        let bins = |temperature: &dyn Fn(usize) -> f32| {
            let confident = rows()
                .zip(pairs())
                .enumerate()
                .map(|(place, (row, (label, said)))| (softmax(row, temperature(place))[*said as usize], label == said));
            let bins = reliability(confident, BINS);
            let error = calibration_error(&bins);
            (bins, error)
        };
        let honest = temperatures.len() == n && temperatures.iter().all(|value| value.is_finite() && *value > 0.0);
        Some(Self {
            run: *run,
            classes,
            samples: samples.clone(),
            labels: labels.clone(),
            reports: confusion.reports(),
            right,
            interval: wilson(right, n),
            loss: mean_loss(&probabilities, labels, classes),
            worst: worst_first(&probabilities, labels, classes),
            temperature,
            before: bins(&|_| 1.0),
            after: honest.then(|| bins(&|place| temperatures[place])),
            // Too few: then nothing is known of familiarity.
            familiarity: if familiarity.len() == n { familiarity.clone() } else { Vec::new() },
            said,
            probabilities,
            confusion,
        })
    }

    /// Share of the photos that are right, 0–1.
    pub fn accuracy(&self) -> f32 {
        self.right as f32 / self.samples.len().max(1) as f32
    }

    /// The photo at a place of the lists.
    pub fn pair(&self, place: usize) -> Pair {
        let (label, said) = (self.labels[place] as usize, self.said[place] as usize);
        let row = &self.probabilities[place * self.classes..][..self.classes];
        Pair { sample: self.samples[place], label, said, of_label: row[label], of_said: row[said] }
    }

    /// The photos of a cell, the least probable truth first.
    pub fn cell(&self, label: usize, said: usize) -> Vec<Pair> {
        let pairs = self.worst.iter().map(|place| self.pair(*place));
        pairs.filter(|pair| (pair.label, pair.said) == (label, said)).collect()
    }

    /// Places of the classes, in the order of a column.
    pub fn order(&self, column: super::Column, descending: bool) -> Vec<usize> {
        use super::Column;
        let mut places: Vec<usize> = (0..self.classes).collect();
        let key = |place: &usize| {
            let report = &self.reports[*place];
            match column {
                Column::Class => *place as f32,
                Column::Precision => report.precision,
                Column::Recall => report.recall,
                Column::F1 => report.f1,
                Column::Support => report.support as f32,
            }
        };
        places.sort_by(|one, other| {
            let order = key(one).total_cmp(&key(other));
            if descending { order.reverse() } else { order }
        });
        places
    }
}
