//! Which class was taken for which.

/// Counts `[C, C]`: rows are the true classes, columns what the head said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u32>,
}

/// One class's share of the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ClassReport {
    /// Of those called this class, the share that are, 0–1; 0 where none was called so.
    pub precision: f32,
    /// Of those that are this class, the share that was called so, 0–1; 0 where there are none.
    pub recall: f32,
    /// Harmonic mean of both.
    pub f1: f32,
    /// Samples of this class.
    pub support: u32,
}

/// Two classes, of which one was taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confused {
    /// The true class.
    pub label: usize,
    /// What the head said.
    pub said: usize,
    /// How often.
    pub count: u32,
}

impl Confusion {
    /// Counts pairs of (true class, what the head said); pairs outside `classes` are left out.
    pub fn new(classes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut counts = vec![0; classes * classes];
        for (label, said) in pairs {
            if label < classes && said < classes {
                counts[label * classes + said] += 1;
            }
        }
        Self { classes, counts }
    }

    /// How many classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many samples of class `label` were called `said`.
    pub fn count(&self, label: usize, said: usize) -> u32 {
        self.counts[label * self.classes + said]
    }

    /// Samples of class `label`.
    pub fn support(&self, label: usize) -> u32 {
        self.counts[label * self.classes..][..self.classes].iter().sum()
    }

    /// The rows, for tables and JSON.
    pub fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// Share of all samples that are on the diagonal, 0–1.
    pub fn accuracy(&self) -> f32 {
        let right: u32 = (0..self.classes).map(|class| self.count(class, class)).sum();
        right as f32 / self.counts.iter().sum::<u32>().max(1) as f32
    }

    /// Samples in all.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// What was taken for what, the most frequent first; of equals the larger share of its class, then the order of the classes.
    pub fn most_confused(&self) -> Vec<Confused> {
        let mut list: Vec<Confused> = (0..self.classes * self.classes)
            .map(|place| Confused {
                label: place / self.classes,
                said: place % self.classes,
                count: self.counts[place],
            })
            .filter(|pair| pair.label != pair.said && pair.count > 0)
            .collect();
        let supports: Vec<u32> = (0..self.classes).map(|label| self.support(label)).collect();
        list.sort_by_key(|pair| (std::cmp::Reverse(pair.count), supports[pair.label]));
        list
    }

    /// Precision, recall, F1 and support of each class.
    pub fn reports(&self) -> Vec<ClassReport> {
        let share = |part: u32, whole: u32| if whole == 0 { 0.0 } else { part as f32 / whole as f32 };
        let report = |class: usize| {
            let right = self.count(class, class);
            let called: u32 = (0..self.classes).map(|label| self.count(label, class)).sum();
            let support = self.support(class);
            // F1 = 2 right / (called + support), which needs no division by a precision that may be zero.
            ClassReport {
                precision: share(right, called),
                recall: share(right, support),
                f1: share(2 * right, called + support),
                support,
            }
        };
        (0..self.classes).map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_follow_their_definitions() {
        // Two of three cats are right, one is called a dog; the only dog is right; nobody is a bird.
        let confusion = Confusion::new(3, [(0, 0), (0, 0), (0, 1), (1, 1), (7, 1)]);
        assert_eq!(confusion.accuracy(), 0.75);
        let [cat, dog, bird] = confusion.reports()[..] else { panic!("three classes") };
        assert_eq!((cat.precision, cat.support), (1.0, 3));
        assert!((cat.recall - 2.0 / 3.0).abs() < 1e-6 && (cat.f1 - 0.8).abs() < 1e-6);
        assert_eq!((dog.precision, dog.recall), (0.5, 1.0));
        assert_eq!(bird, ClassReport::default());
    }

    #[test]
    fn the_most_confused_pairs_come_first() {
        let confusion = Confusion::new(3, [(0, 1), (0, 0), (0, 0), (1, 0), (1, 1), (2, 1), (2, 1)]);
        let pairs: Vec<_> = confusion.most_confused().iter().map(|pair| (pair.label, pair.said, pair.count)).collect();
        // Of the pairs that were met once, half of a class of two comes before a third of a class of three.
        assert_eq!(pairs, [(2, 1, 2), (1, 0, 1), (0, 1, 1)]);
        assert_eq!(confusion.total(), 7);
    }
}
