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

/// Multiplications of a step: some tens of milliseconds in a browser.
const STEP_WORK: usize = 50_000_000;

/// Weights and what Adam remembers, trained a bounded step at a time.
#[derive(Debug)]
pub struct Logistic {
    /// `[C, D + 1]`, the bias last.
    weights: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    width: usize,
    steps: i32,
    epochs: usize,
    /// The samples of this epoch in their order, and how many of them have been met.
    order: Vec<usize>,
    met: usize,
    rng: Pcg64,
}

impl Logistic {
    /// Begins with zeros; learns from the rows (of `width` numbers) at `places`.
    pub fn new(width: usize, classes: usize, places: Vec<usize>, seed: u32) -> Self {
        let zeros = vec![0.0; classes * (width + 1)];
        Self {
            first: zeros.clone(),
            second: zeros.clone(),
            weights: zeros,
            width,
            steps: 0,
            epochs: 0,
            met: places.len(),
            order: places,
            rng: Pcg64::seed_from_u64(seed.into()),
        }
    }

    /// Does some work; is all of it done? The same rows and labels must be given to each step.
    pub fn step(&mut self, rows: Rows, labels: &[u32]) -> bool {
        for _ in 0..(STEP_WORK / (2 * BATCH * self.weights.len()).max(1)).max(1) {
            if self.met == self.order.len() {
                if self.epochs == EPOCHS || self.order.is_empty() {
                    return true;
                }
                shuffle(&mut self.order, &mut self.rng);
                self.epochs += 1;
                self.met = 0;
            }
            let last = self.order.len().min(self.met + BATCH);
            let batch = self.order[self.met..last].to_vec();
            self.met = last;
            // The rate falls in a straight line over the epochs.
            self.batch(rows, labels, &batch, RATE * (1.0 - (self.epochs - 1) as f32 / EPOCHS as f32));
        }
        false
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
        let mut head = Logistic::new(48, 4, (0..120).filter(|place| place % 3 > 0).collect(), 0);
        while !head.step(rows, &labels) {}
        let right = (0..120).filter(|place| argmax(&head.logits(rows.row(*place))) == labels[*place] as usize);
        assert_eq!(right.count(), 120);
    }
}
