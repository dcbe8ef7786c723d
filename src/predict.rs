//! From logits to the names of the most probable classes.

use crate::metrics::{self, most_probable};
use crate::protocol::TopItem;
use crate::weights::Label;

/// Shares 0–1 that sum to 1, over all units; empty for no logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    metrics::softmax(logits, 1.0)
}

/// The `count` most probable classes, the first the most probable; equal ones in the order of their units.
///
/// `probabilities` and `labels` have one entry a unit.
pub fn top(probabilities: &[f32], labels: &[Label], count: usize) -> Vec<TopItem> {
    let named = &probabilities[..probabilities.len().min(labels.len())];
    let item = |index: usize| TopItem {
        index,
        id: labels[index].id.clone(),
        label: labels[index].name.clone(),
        probability: probabilities[index],
    };
    most_probable(named, count).into_iter().map(item).collect()
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
