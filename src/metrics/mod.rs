//! How good a head is: plain numbers from logits and labels, without a device. The engine and the page count alike.

mod calibration;
mod confusion;
mod interval;
mod losses;
mod rejection;

pub use calibration::{BINS, Bin, calibration_error, reliability};
pub use confusion::{ClassReport, Confused, Confusion};
pub use interval::wilson;
pub use losses::{mean_loss, worst_first};
pub use rejection::{RejectionCost, histogram, rejection_cost};

/// Softmax of `logits / temperature`, for a row of any length: shares 0–1 that sum to 1, summed in float64; empty for no logits.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponential = |logit: &f32| f64::from((logit - largest) / temperature).exp();
    let exponentials: Vec<f64> = logits.iter().map(exponential).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.into_iter().map(|value| (value / sum) as f32).collect()
}

/// The places of the `count` most probable classes, the first the most probable; equal ones in their order.
pub fn most_probable(probabilities: &[f32], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b)));
    order.truncate(count);
    order
}

/// The place of the largest value; the first of equals. 0 for an empty row.
pub fn argmax(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (place, value)| if *value > row[best] { place } else { best })
}

/// Cross-entropy of a probability, natural logarithm. Bounded, so that one hopeless sample does not make a mean infinite.
pub fn cross_entropy(probability: f32) -> f32 {
    -probability.max(1e-7).ln()
}

/// Share of rows of `[N, classes]` whose largest value is at the label, 0–1; 0 for none.
pub fn accuracy(rows: &[f32], labels: &[u32], classes: usize) -> f32 {
    let right = rows.chunks_exact(classes.max(1)).zip(labels).filter(|(row, label)| argmax(row) == **label as usize);
    right.count() as f32 / labels.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_sums_to_one_and_keeps_the_order() {
        let row = softmax(&[1000.0, 1001.0, -5.0], 2.0);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(argmax(&row), 1);
        assert!((row[1] / row[0] - 0.5f32.exp()).abs() < 1e-4);
    }

    #[test]
    fn accuracy_counts_rows() {
        assert_eq!(accuracy(&[0.1, 0.9, 0.8, 0.2, 0.3, 0.7], &[1, 0, 0], 2), 2.0 / 3.0);
        assert_eq!(accuracy(&[], &[], 2), 0.0);
    }
}
