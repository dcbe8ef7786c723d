//! Which samples a head finds hardest.

/// Places of the rows of probabilities `[N, classes]`, those of the least probability of their label first; of equals the first. Rows
/// whose label is outside are left out.
pub fn worst_first(probabilities: &[f32], labels: &[u32], classes: usize) -> Vec<usize> {
    let rows = probabilities.chunks_exact(classes.max(1)).zip(labels).enumerate();
    let mut places: Vec<(usize, f32)> =
        rows.filter_map(|(place, (row, label))| Some((place, *row.get(*label as usize)?))).collect();
    places.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    places.into_iter().map(|(place, _)| place).collect()
}

/// Mean cross-entropy of rows of probabilities `[N, classes]`, natural logarithm; 0 for none.
pub fn mean_loss(probabilities: &[f32], labels: &[u32], classes: usize) -> f32 {
    let rows = probabilities.chunks_exact(classes.max(1)).zip(labels);
    let losses = rows.filter_map(|(row, label)| Some(f64::from(super::cross_entropy(*row.get(*label as usize)?))));
    (losses.sum::<f64>() / labels.len().max(1) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_probable_truth_comes_first() {
        let rows = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4];
        assert_eq!(worst_first(&rows, &[0, 0, 0], 2), [1, 2, 0]);
        assert_eq!(worst_first(&rows, &[0, 9, 1], 2), [2, 0]);
        let mean = -(0.9f32.ln() + 0.2f32.ln() + 0.6f32.ln()) / 3.0;
        assert!((mean_loss(&rows, &[0, 0, 0], 2) - mean).abs() < 1e-6);
        assert_eq!(mean_loss(&[], &[], 0), 0.0);
    }
}
