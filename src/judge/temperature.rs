//! Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2).

use crate::dataset::{Rows, folds};
use crate::metrics::softmax;

/// Temperatures stay within this and its inverse: beyond it a few odd samples speak.
const MOST: f64 = 20.0;

/// The temperature's logarithm is believed to lie within this of 0 (standard deviation of a normal prior).
const BELIEF: f64 = 0.5;

/// Folds by which temperatures are fitted on other samples than they are applied to.
const FOLDS: usize = 5;

/// The temperature that makes held-out samples most probable: `softmax(logits / temperature)`; 1 where there are none.
///
/// A weak belief that heads are about right (`BELIEF`) keeps one that is right on a handful of samples from being made certain; from
/// a few dozen samples on it is hardly felt.
///
/// # Shapes
/// `logits`: `[N, C]`; `labels`: `N` indices into the classes.
pub fn temperature(logits: Rows, labels: &[u32]) -> f32 {
    let all: Vec<usize> = (0..logits.len()).collect();
    fit(logits, labels, &all)
}

/// For each sample the temperature fitted on the samples of four other folds out of five, so that a reliability plot of these very
/// samples is honest. Seeded; 1 for all where there are fewer than two samples.
pub fn cross_fitted_temperatures(logits: Rows, labels: &[u32], seed: u32) -> Vec<f32> {
    let count = FOLDS.min(logits.len());
    let fold = folds(labels, count, seed);
    let of_fold: Vec<f32> = (0..count)
        .map(|out| fit(logits, labels, &(0..labels.len()).filter(|place| fold[*place] != out).collect::<Vec<_>>()))
        .collect();
    fold.into_iter().map(|fold| of_fold[fold]).collect()
}

/// Bisection of the sign of the slope of (negative log-likelihood + prior) over the temperature's logarithm. With the inverse β of the
/// temperature, the slope of a sample's part over β is its expected logit less the logit of its class.
fn fit(logits: Rows, labels: &[u32], samples: &[usize]) -> f32 {
    if samples.is_empty() {
        return 1.0;
    }
    let slope = |log: f64| -> f64 {
        let of_sample = |place: &usize| {
            let row = logits.row(*place);
            let probabilities = softmax(row, log.exp() as f32);
            let expected: f64 = row.iter().zip(probabilities).map(|(z, p)| f64::from(*z) * f64::from(p)).sum();
            expected - f64::from(row[labels[*place] as usize])
        };
        log / BELIEF.powi(2) - (-log).exp() * samples.iter().map(of_sample).sum::<f64>()
    };
    let (mut low, mut high) = (-MOST.ln(), MOST.ln());
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if slope(middle) > 0.0 { high = middle } else { low = middle }
    }
    ((low + high) / 2.0).exp() as f32
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;
    use crate::metrics::{argmax, calibration_error, reliability};

    /// Logits of three classes whose probabilities, at temperature 1, are the true ones.
    fn honest(count: usize) -> (Vec<f32>, Vec<u32>) {
        let mut rng = Pcg64::seed_from_u64(11);
        let (mut logits, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let row = [0; 3].map(|_| 4.0 * rng.random::<f32>());
            let draw = rng.random::<f32>();
            let probabilities = softmax(&row, 1.0);
            labels.push(u32::from(draw > probabilities[0]) + u32::from(draw > probabilities[0] + probabilities[1]));
            logits.extend(row);
        }
        (logits, labels)
    }

    #[test]
    fn boasting_by_three_is_found_and_cured() {
        let (mut logits, labels) = honest(4000);
        assert!((temperature(Rows::new(&logits, 3), &labels) - 1.0).abs() < 0.1);
        logits.iter_mut().for_each(|logit| *logit *= 3.0);
        let rows = Rows::new(&logits, 3);
        assert!((temperature(rows, &labels) - 3.0).abs() < 0.3);
        let temperatures = cross_fitted_temperatures(rows, &labels, 0);
        assert!(temperatures.iter().all(|t| (t - 3.0).abs() < 0.4));
        let error = |temperatures: &[f32]| {
            let sample = |place: usize| {
                let probabilities = softmax(rows.row(place), temperatures[place]);
                let said = argmax(&probabilities);
                (probabilities[said], said == labels[place] as usize)
            };
            calibration_error(&reliability((0..labels.len()).map(sample), 15))
        };
        assert!(error(&temperatures) < 0.03 && error(&vec![1.0; 4000]) > 0.1);
    }

    #[test]
    fn a_flawless_head_is_not_made_certain() {
        let logits = [2.0, 0.0, 0.0, 2.0].repeat(10);
        let labels = [0, 1].repeat(10);
        let temperature = temperature(Rows::new(&logits, 2), &labels);
        assert!((0.3..1.0).contains(&temperature), "{temperature}");
    }

    #[test]
    fn nothing_to_fit() {
        assert_eq!(temperature(Rows::new(&[], 3), &[]), 1.0);
        assert!(cross_fitted_temperatures(Rows::new(&[], 3), &[], 0).is_empty());
        assert_eq!(cross_fitted_temperatures(Rows::new(&[1.0, 0.0], 2), &[0], 0), [1.0]);
    }
}
