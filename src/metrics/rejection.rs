//! What it costs to turn unfamiliar photos away: photos of the classes that are turned away wrongly.

/// What a threshold costs on photos that are of the classes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RejectionCost {
    /// Photos that are turned away.
    pub turned_away: usize,
    /// Photos in all.
    pub total: usize,
    /// The class that loses the largest share: its index, photos turned away, photos in all; `None` where nothing is turned away.
    pub worst: Option<(usize, usize, usize)>,
}

impl RejectionCost {
    /// Share of all photos that are turned away, 0–1.
    pub fn share(&self) -> f32 {
        self.turned_away as f32 / self.total.max(1) as f32
    }
}

/// Counts the photos whose familiarity is below `threshold`, in all and by class. `labels` are indices into `classes` classes.
pub fn rejection_cost(familiarity: &[f32], labels: &[u32], classes: usize, threshold: f32) -> RejectionCost {
    let mut counts = vec![(0usize, 0usize); classes];
    let mut cost = RejectionCost::default();
    for (familiarity, label) in familiarity.iter().zip(labels) {
        let Some((away, all)) = counts.get_mut(*label as usize) else { continue };
        let turned_away = usize::from(*familiarity < threshold);
        *away += turned_away;
        *all += 1;
        cost.turned_away += turned_away;
        cost.total += 1;
    }
    let shares = counts.into_iter().enumerate().filter(|(_, (away, _))| *away > 0);
    // Fractions compared by their cross products; of equals the larger class, of those the first.
    cost.worst = shares.map(|(class, (away, all))| (class, away, all)).reduce(|best, next| {
        match (next.1 * best.2).cmp(&(best.1 * next.2)) {
            std::cmp::Ordering::Greater => next,
            std::cmp::Ordering::Equal if next.2 > best.2 => next,
            _ => best,
        }
    });
    cost
}

/// Counts of values in `bins` ranges of equal width from `low` to `high`; what lies outside goes to the first or last.
pub fn histogram(values: &[f32], low: f32, high: f32, bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins.max(1)];
    let last = counts.len() - 1;
    for value in values.iter().filter(|value| value.is_finite()) {
        let place = ((value - low) / (high - low).max(f32::MIN_POSITIVE) * counts.len() as f32).max(0.0);
        counts[(place as usize).min(last)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_counted_in_all_and_for_the_worst_class() {
        let (familiarity, labels) = ([0.9, 0.2, 0.8, 0.1, 0.3, 0.95], [0, 0, 0, 1, 1, 2]);
        let cost = rejection_cost(&familiarity, &labels, 3, 0.25);
        assert_eq!((cost.turned_away, cost.total, cost.worst), (2, 6, Some((1, 1, 2))));
        assert!((cost.share() - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(rejection_cost(&familiarity, &labels, 3, 0.1).worst, None, "at the threshold is familiar enough");
        assert_eq!(rejection_cost(&[], &[], 0, 0.5).share(), 0.0);
        assert_eq!(rejection_cost(&[0.1], &[7], 2, 0.5).total, 0, "a label outside counts nowhere");
    }

    #[test]
    fn every_value_has_its_bin() {
        assert_eq!(histogram(&[0.0, 0.1, 0.5, 1.0, -3.0, 9.0, f32::NAN], 0.0, 1.0, 2), [3, 3]);
        assert_eq!(histogram(&[2.0, 2.0], 2.0, 2.0, 3), [2, 0, 0]);
    }
}
