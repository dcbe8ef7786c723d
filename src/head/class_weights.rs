//! How much a sample counts, by its class.

/// `N / (C' · n_c)` for each of the `C'` classes that there are samples of, so that every class weighs the same in all and a sample 1 on average;
/// ones where that is not wanted. `labels`: the classes of the samples to train on, each below `classes`.
pub(crate) fn class_weights(wanted: bool, classes: usize, labels: impl Iterator<Item = u32>) -> Vec<f32> {
    if !wanted {
        return vec![1.0; classes];
    }
    let mut counts = vec![0usize; classes];
    labels.for_each(|label| counts[label as usize] += 1);
    let samples: usize = counts.iter().sum();
    let present = counts.iter().filter(|&&count| count > 0).count();
    let weight = |&count: &usize| if count == 0 { 0.0 } else { samples as f32 / (present * count) as f32 };
    counts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::class_weights;

    #[test]
    fn class_weights_make_classes_equal() {
        let labels = [0, 0, 0, 2];
        let weights = class_weights(true, 3, labels.into_iter());
        assert_eq!(weights, [4.0 / 6.0, 0.0, 2.0]);
        assert!((3.0 * weights[0] + weights[2] - 4.0).abs() < 1e-6, "1 on average");
        assert_eq!(class_weights(false, 3, labels.into_iter()), [1.0; 3]);
    }
}
