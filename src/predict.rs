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

/// How sure a network is of what it sees in a photo: the largest of its probabilities, 0–1, as if there were no background, which is no answer.
///
/// `logits` and `labels` have one entry a unit.
pub fn confidence(logits: &[f32], labels: &[Label]) -> f32 {
    let is_background = |unit: usize| labels.get(unit).is_some_and(|label| label.name == "background");
    let classes = (0..logits.len()).filter(|unit| !is_background(*unit)).map(|unit| logits[unit]);
    softmax(&classes.collect::<Vec<f32>>()).into_iter().fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_leaves_the_background_out() {
        let labels: Vec<Label> = ["background", "a", "b"].map(|name| Label { id: None, name: name.into() }).into();
        assert_eq!(confidence(&[50.0, 1.0, 1.0], &labels), 0.5);
        assert!(confidence(&[-50.0, 9.0, -9.0], &labels) > 0.99);
        assert_eq!(confidence(&[], &labels), 0.0);
    }

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
