//! "None of these": how much a photo is like any that was trained on.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::dataset::{Panels, Rows, add_scaled, hellinger, normalise, shuffle};
use crate::protocol::Rejection;

/// Prototypes of a class at most.
const OF_CLASS: usize = 32;

/// Prototypes in all at most (a class has one at least): 4 MB at 1280 numbers each.
const IN_ALL: usize = 768;

/// Samples of a class from which its prototypes are made, at most.
const SAMPLES: usize = 320;

/// Rounds in which prototypes settle.
const ROUNDS: usize = 5;

/// The share of validation photos that may be turned away wrongly, unless a person asks for another.
pub const FALSE_REJECTIONS: f32 = 0.05;

/// What photos that were trained on look like: a few prototypes of each class.
///
/// A photo's familiarity is its cosine with the nearest prototype, both as square roots ([`hellinger`]): deep nearest neighbours (Sun
/// et al. 2022) with prototypes by spherical k-means (Dhillon & Modha 2001) in place of all samples. It needs no logits, so that
/// it means the same for every head. Ten folders of Caltech-101 known, twenty unknown: AUROC 0.971, where the highest probability has
/// 0.915, the energy of the logits (Liu et al. 2020) 0.952, Mahalanobis distance in 256 components (Lee et al. 2018) 0.974, all
/// samples in place of prototypes 0.974. (One of the ten folders is a mixture of anything; without it 0.999.)
#[derive(Debug, Clone, PartialEq)]
pub struct Familiarity {
    /// `[prototypes, width]`, rows of length 1.
    prototypes: Vec<f32>,
    /// The same, as products with them want it: a photo is compared often, and packing takes longer than comparing.
    packed: Panels,
    width: usize,
}

impl Familiarity {
    fn new(prototypes: Vec<f32>, width: usize) -> Self {
        let packed = Panels::new(Rows::new(&prototypes, width));
        Self { prototypes, packed, width }
    }

    /// Learns from training samples: embeddings `[N, E]` with labels below `classes`. Seeded.
    pub fn fit(embeddings: Rows, labels: &[u32], classes: usize, seed: u32) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed.into());
        let most = (IN_ALL / classes.max(1)).clamp(1, OF_CLASS);
        let mut prototypes = Vec::new();
        for class in 0..classes {
            let mut own: Vec<usize> = (0..labels.len()).filter(|place| labels[*place] as usize == class).collect();
            shuffle(&mut own, &mut rng);
            own.truncate(SAMPLES);
            let values = hellinger(Rows::new(&embeddings.select(&own), embeddings.width));
            prototypes.extend(spherical_means(Rows::new(&values, embeddings.width), most));
        }
        Self::new(prototypes, embeddings.width)
    }

    /// How familiar a photo is by its embedding `[E]`: −1 to 1, above 0 for embeddings without negative values. −1 if nothing was learned.
    pub fn score(&self, embedding: &[f32]) -> f32 {
        self.scores(Rows::new(embedding, self.width))[0]
    }

    /// The same for many photos, `[N, E]`.
    pub fn scores(&self, embeddings: Rows) -> Vec<f32> {
        let values = hellinger(embeddings);
        let stride = self.packed.padded();
        let mut similarities = vec![0.0; embeddings.len() * stride];
        self.packed.similarities(Rows::new(&values, self.width), &mut similarities);
        let count = self.prototypes.len() / self.width;
        let line = |row: usize| &similarities[row * stride..][..count];
        (0..embeddings.len()).map(|row| line(row).iter().copied().fold(-1.0, f32::max)).collect()
    }

    /// What is to be kept: name, values, rows and columns of each tensor.
    pub fn tensors(&self) -> Vec<(&'static str, &[f32], [usize; 2])> {
        vec![("familiarity.prototypes", &self.prototypes, [self.prototypes.len() / self.width, self.width])]
    }

    /// The reverse of [`Familiarity::tensors`]; `find` gives a tensor's values and shape by its name. `None` where it is missing, or is of
    /// another shape than embeddings of `width` need.
    pub fn from_tensors(width: usize, find: impl Fn(&str) -> Option<(Vec<f32>, [usize; 2])>) -> Option<Self> {
        let (prototypes, [rows, columns]) = find("familiarity.prototypes")?;
        let fits = columns == width && width > 0 && Some(prototypes.len()) == rows.checked_mul(columns);
        (fits && prototypes.iter().all(|value| value.is_finite())).then(|| Self::new(prototypes, width))
    }
}

/// The threshold below which at most `false_rejections` (0–1) of held-out samples lie, by their familiarity; `None` without samples.
pub fn rejection(familiarity: &[f32], false_rejections: f32) -> Option<Rejection> {
    let mut sorted = familiarity.to_vec();
    sorted.sort_by(f32::total_cmp);
    let place = (sorted.len() as f32 * false_rejections.clamp(0.0, 1.0)) as usize;
    let threshold = *sorted.get(place.min(sorted.len().saturating_sub(1)))?;
    let below = sorted.iter().filter(|score| **score < threshold).count();
    Some(Rejection { threshold, false_rejections: below as f32 / sorted.len() as f32 })
}

/// At most `most` directions that rows of length 1 gather about; the rows themselves where they are no more.
fn spherical_means(rows: Rows, most: usize) -> Vec<f32> {
    // The rows come in a random order: the first of them serve as first directions.
    let mut means = rows.values[..rows.len().min(most) * rows.width].to_vec();
    if rows.len() <= most {
        return means;
    }
    for _ in 0..ROUNDS {
        let panels = Panels::new(Rows::new(&means, rows.width));
        let mut similarities = vec![0.0; rows.len() * panels.padded()];
        panels.similarities(rows, &mut similarities);
        let mut sums = vec![0.0; means.len()];
        for (row, line) in rows.iter().zip(similarities.chunks_exact(panels.padded())) {
            let nearest = crate::metrics::argmax(&line[..most]);
            add_scaled(&mut sums[nearest * rows.width..][..rows.width], 1.0, row);
        }
        for (mean, sum) in means.chunks_exact_mut(rows.width).zip(sums.chunks_exact_mut(rows.width)) {
            normalise(sum);
            // A direction that lost all its rows stays where it is.
            if sum.iter().any(|value| *value != 0.0) {
                mean.copy_from_slice(sum);
            }
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::clouds;

    #[test]
    fn strangers_are_told_from_acquaintances() {
        let (values, labels) = clouds(6, 60, 64, 1.5, 21);
        let rows = Rows::new(&values, 64);
        // Four classes are known, half of each trained on.
        let training: Vec<usize> = (0..240).filter(|place| place % 2 == 0).collect();
        let train = rows.select(&training);
        let train_labels: Vec<u32> = training.iter().map(|place| labels[*place]).collect();
        let familiarity = Familiarity::fit(Rows::new(&train, 64), &train_labels, 4, 0);
        let scores = familiarity.scores(rows);
        let known: Vec<f32> = (0..240).filter(|place| place % 2 == 1).map(|place| scores[place]).collect();
        let rejection = rejection(&known, FALSE_REJECTIONS).expect("there are samples");
        assert_eq!(rejection.false_rejections, 0.05);
        assert!(scores[240..].iter().all(|score| *score < rejection.threshold));
        assert_eq!(familiarity.score(rows.row(7)), scores[7]);

        let tensors = familiarity.tensors();
        assert_eq!(tensors[0].2, [4 * 30, 64]);
        let find = |name: &str| {
            tensors.iter().find(|tensor| tensor.0 == name).map(|(_, values, shape)| (values.to_vec(), *shape))
        };
        assert_eq!(Familiarity::from_tensors(64, find).as_ref(), Some(&familiarity));
        assert_eq!(Familiarity::from_tensors(63, find), None);
        assert_eq!(Familiarity::from_tensors(64, |_| None), None);
    }

    #[test]
    fn empty_classes_and_no_samples() {
        let familiarity = Familiarity::fit(Rows::new(&[1.0, 0.0], 2), &[1], 3, 0);
        assert!((familiarity.score(&[2.0, 0.0]) - 1.0).abs() < 1e-6);
        assert_eq!(Familiarity::fit(Rows::new(&[], 2), &[], 0, 0).score(&[2.0, 0.0]), -1.0);
        assert_eq!(rejection(&[], 0.05), None);
        let of_ten = rejection(&[0.5; 10], 0.05).expect("there are samples");
        assert_eq!((of_ten.threshold, of_ten.false_rejections), (0.5, 0.0));
    }
}
