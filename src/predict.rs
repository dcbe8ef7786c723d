//! From logits to the names of the most probable classes.

use crate::protocol::TopItem;
use crate::weights::Label;

/// `exp(x - max) / Σ exp(x - max)` over all units, summed in float64.
///
/// Returns shares 0–1 that sum to 1; empty for no logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.into_iter().map(|value| (value / sum) as f32).collect()
}

/// The `count` most probable classes, the first the most probable; equal ones in the order of their units.
///
/// `probabilities` and `labels` have one entry a unit.
pub fn top(probabilities: &[f32], labels: &[Label], count: usize) -> Vec<TopItem> {
    let mut order: Vec<usize> = (0..probabilities.len().min(labels.len())).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b)));
    order.truncate(count);
    let item = |index: usize| TopItem {
        index,
        id: labels[index].id.clone(),
        label: labels[index].name.clone(),
        probability: probabilities[index],
    };
    order.into_iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_of_large_logits_does_not_overflow() {
        let shares = softmax(&[1000.0, 1000.0, 0.0]);
        assert_eq!(shares, [0.5, 0.5, 0.0]);
        assert!(softmax(&[]).is_empty());
    }

    #[test]
    fn top_is_sorted_and_keeps_the_order_of_equals() {
        let labels: Vec<Label> = ["a", "b", "c"].map(|name| Label { id: None, name: name.into() }).into();
        let units: Vec<usize> = top(&[0.2, 0.4, 0.4], &labels, 2).iter().map(|item| item.index).collect();
        assert_eq!(units, [1, 2]);
    }
}
