//! The head itself: one dense layer, or two with ReLU between.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::project::HeadKind;

/// A dense layer: `output = weight · input + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// Numbers that it takes.
    pub inputs: usize,
    /// `[units, inputs]`, row-major.
    pub weight: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
}

/// A classifier on embeddings.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The hidden layer, if there is one; ReLU is behind it.
    pub hidden: Option<Dense>,
    /// Gives the logits.
    pub output: Dense,
}

impl Dense {
    /// Numbers that it gives.
    pub fn units(&self) -> usize {
        self.bias.len()
    }

    /// `input`: `[inputs]`; returns `[units]`.
    pub fn forward(&self, input: &[f32]) -> Vec<f32> {
        self.weight.chunks_exact(self.inputs).zip(&self.bias).map(|(weight, bias)| dot(weight, input) + bias).collect()
    }

    fn zeros(inputs: usize, units: usize) -> Self {
        Self { inputs, weight: vec![0.0; inputs * units], bias: vec![0.0; units] }
    }

    /// Weights uniform in ±`limit`, biases 0.
    fn uniform(inputs: usize, units: usize, limit: f32, rng: &mut impl Rng) -> Self {
        let weight = (0..inputs * units).map(|_| limit * (2.0 * rng.random::<f32>() - 1.0)).collect();
        Self { inputs, weight, bias: vec![0.0; units] }
    }
}

impl Head {
    /// A head to begin training with, the same for the same seed.
    ///
    /// Logistic regression begins at zero: its loss is convex, and whatever noise it began with would stay in all directions that few
    /// photos do not span. A hidden layer begins as He et al. 2015 (equation 10) have it for ReLU, the layer above it as Glorot & Bengio 2010 (equation 16).
    pub fn new(inputs: usize, kind: HeadKind, classes: usize, seed: u32) -> Self {
        let mut rng = Pcg64::seed_from_u64(u64::from(seed));
        match kind {
            HeadKind::Linear => Self { hidden: None, output: Dense::zeros(inputs, classes) },
            HeadKind::Hidden { units, .. } => Self {
                hidden: Some(Dense::uniform(inputs, units, (6.0 / inputs as f32).sqrt(), &mut rng)),
                output: Dense::uniform(units, classes, (6.0 / (units + classes) as f32).sqrt(), &mut rng),
            },
        }
    }

    /// Length of the embeddings it takes.
    pub fn inputs(&self) -> usize {
        self.hidden.as_ref().unwrap_or(&self.output).inputs
    }

    /// Its classes, `C`.
    pub fn classes(&self) -> usize {
        self.output.units()
    }

    /// Numbers in it.
    pub fn parameters(&self) -> usize {
        self.hidden.iter().chain([&self.output]).map(|layer| layer.weight.len() + layer.bias.len()).sum()
    }

    /// Has it the shape that these settings ask for?
    pub fn is_of(&self, kind: HeadKind) -> bool {
        match kind {
            HeadKind::Linear => self.hidden.is_none(),
            HeadKind::Hidden { units, .. } => self.hidden.as_ref().is_some_and(|hidden| hidden.units() == units),
        }
    }

    /// `embeddings`: `[N, E]`, row-major. Returns `[N, C]`.
    ///
    /// # Panics
    /// If the length is no multiple of [`Self::inputs`].
    pub fn logits(&self, embeddings: &[f32]) -> Vec<f32> {
        assert_eq!(embeddings.len() % self.inputs(), 0, "head: embeddings come in rows of {}", self.inputs());
        let logits = |row| match &self.hidden {
            Some(hidden) => {
                let values: Vec<f32> = hidden.forward(row).into_iter().map(|value| value.max(0.0)).collect();
                self.output.forward(&values)
            }
            None => self.output.forward(row),
        };
        embeddings.chunks_exact(self.inputs()).flat_map(logits).collect()
    }

    /// Mean cross-entropy of `embeddings`, `[N, E]`, of these classes; natural logarithm, not bounded, as training computes it. 0 for none.
    ///
    /// # Panics
    /// If a label is no class, or as [`Self::logits`].
    pub fn loss(&self, embeddings: &[f32], labels: &[u32]) -> f32 {
        let logits = self.logits(embeddings);
        let loss = |(row, &label): (&[f32], &u32)| {
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f64 = row.iter().map(|logit| f64::from(logit - largest).exp()).sum();
            sum.ln() - f64::from(row[label as usize] - largest)
        };
        let losses = logits.chunks_exact(self.classes()).zip(labels).map(loss);
        (losses.sum::<f64>() / labels.len().max(1) as f64) as f32
    }

    /// The same head for other classes: class `c` of the new one is class `from[c]` of this one, a new one where that is `None`.
    /// For training on after classes were added, removed or reordered.
    pub fn rearranged(&self, from: &[Option<usize>], seed: u32) -> Self {
        let inputs = self.output.inputs;
        let kind = match &self.hidden {
            Some(hidden) => HeadKind::Hidden { units: hidden.units(), dropout: 0.0 },
            None => HeadKind::Linear,
        };
        let mut output = Self::new(self.inputs(), kind, from.len(), seed).output;
        for (class, from) in from.iter().enumerate() {
            let Some(from) = from.filter(|&from| from < self.classes()) else { continue };
            output.weight[class * inputs..][..inputs].copy_from_slice(&self.output.weight[from * inputs..][..inputs]);
            output.bias[class] = self.output.bias[from];
        }
        Self { hidden: self.hidden.clone(), output }
    }
}

/// In eight lanes, added up in a fixed order: the same bits on every processor.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a8, b8) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a8.0.iter().zip(b8.0) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a8.1.iter().zip(b8.1).map(|(a, b)| a * b).sum();
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_and_parameters() {
        let hidden = Dense { inputs: 2, weight: vec![1.0, 0.0, 0.0, 1.0, -1.0, -1.0], bias: vec![0.0, 0.5, 0.0] };
        let output = Dense { inputs: 3, weight: vec![1.0, 2.0, 100.0, 0.0, 1.0, 0.0], bias: vec![0.0, 1.0] };
        let head = Head { hidden: Some(hidden), output };
        assert_eq!(head.logits(&[1.0, 2.0, 0.0, 0.0]), [6.0, 3.5, 1.0, 1.5]);
        assert_eq!((head.parameters(), head.inputs(), head.classes()), (9 + 8, 2, 2));
    }

    #[test]
    fn a_seed_gives_the_same_head() {
        let kind = HeadKind::Hidden { units: 7, dropout: 0.5 };
        assert_eq!(Head::new(11, kind, 3, 5), Head::new(11, kind, 3, 5));
        assert_ne!(Head::new(11, kind, 3, 5), Head::new(11, kind, 3, 6));
    }

    #[test]
    fn classes_are_rearranged() {
        let output = Dense { inputs: 2, weight: vec![1.0, 2.0, 3.0, 4.0], bias: vec![5.0, 6.0] };
        let head = Head { hidden: None, output }.rearranged(&[Some(1), None, Some(0)], 0);
        assert_eq!(head.output.weight, [3.0, 4.0, 0.0, 0.0, 1.0, 2.0]);
        assert_eq!(head.output.bias, [6.0, 0.0, 5.0]);
    }
}
