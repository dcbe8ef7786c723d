//! A quick softmax regression on rows of length 1, for cross-validation: many small heads that nobody keeps.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::dataset::{Rows, add_scaled, dot, shuffle};
use crate::metrics::softmax;

/// Passes over the samples.
const EPOCHS: usize = 20;

/// Samples a step.
const BATCH: usize = 32;

/// Size of a step. Rows have length 1, so that weights must grow large.
const RATE: f32 = 0.05;

/// Adam's (Kingma & Ba 2015).
const BETAS: [f32; 2] = [0.9, 0.999];

/// Multiplies the rows: their differences are small beside what they share.
const SCALE: f32 = 4.0;

/// Weights and what Adam remembers, trained an epoch at a time.
#[derive(Debug)]
pub struct Logistic {
    /// `[C, D + 1]`, the bias last.
    weights: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    width: usize,
    steps: i32,
    epochs: usize,
    rng: Pcg64,
}

impl Logistic {
    /// Begins with zeros.
    pub fn new(width: usize, classes: usize, seed: u32) -> Self {
        let zeros = vec![0.0; classes * (width + 1)];
        Self {
            first: zeros.clone(),
            second: zeros.clone(),
            weights: zeros,
            width,
            steps: 0,
            epochs: 0,
            rng: Pcg64::seed_from_u64(seed.into()),
        }
    }

    /// One epoch over the rows at `places`; is it the last?
    pub fn epoch(&mut self, rows: Rows, labels: &[u32], places: &[usize]) -> bool {
        let mut order = places.to_vec();
        shuffle(&mut order, &mut self.rng);
        // The rate falls to zero in a straight line over the epochs.
        let rate = RATE * (1.0 - self.epochs as f32 / EPOCHS as f32);
        for batch in order.chunks(BATCH) {
            self.batch(rows, labels, batch, rate);
        }
        self.epochs += 1;
        self.epochs == EPOCHS
    }

    fn batch(&mut self, rows: Rows, labels: &[u32], batch: &[usize], rate: f32) {
        let mut gradient = vec![0.0; self.weights.len()];
        for place in batch {
            let row = rows.row(*place);
            let probabilities = softmax(&self.logits(row), 1.0);
            for (class, probability) in probabilities.into_iter().enumerate() {
                let error = probability - f32::from(u8::from(labels[*place] as usize == class));
                let gradient = &mut gradient[class * (self.width + 1)..][..=self.width];
                add_scaled(&mut gradient[..self.width], SCALE * error / batch.len() as f32, row);
                gradient[self.width] += error / batch.len() as f32;
            }
        }
        self.steps += 1;
        let corrections = BETAS.map(|beta| 1.0 - beta.powi(self.steps));
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((weight, gradient), (first, second)) in self.weights.iter_mut().zip(gradient).zip(moments) {
            *first += (1.0 - BETAS[0]) * (gradient - *first);
            *second += (1.0 - BETAS[1]) * (gradient * gradient - *second);
            *weight -= rate * (*first / corrections[0]) / ((*second / corrections[1]).sqrt() + 1e-8);
        }
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// `[C]` for a row.
    pub fn logits(&self, row: &[f32]) -> Vec<f32> {
        let of_class = |weights: &[f32]| SCALE * dot(&weights[..self.width], row) + weights[self.width];
        self.weights.chunks_exact(self.width + 1).map(of_class).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{clouds, hellinger};
    use crate::metrics::argmax;

    #[test]
    fn clouds_are_told_apart() {
        let (values, labels) = clouds(4, 30, 48, 1.5, 31);
        let values = hellinger(Rows::new(&values, 48));
        let rows = Rows::new(&values, 48);
        let mut head = Logistic::new(48, 4, 0);
        let all: Vec<usize> = (0..120).filter(|place| place % 3 > 0).collect();
        while !head.epoch(rows, &labels, &all) {}
        let right = (0..120).filter(|place| argmax(&head.logits(rows.row(*place))) == labels[*place] as usize);
        assert_eq!(right.count(), 120);
    }
}
