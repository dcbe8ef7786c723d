//! Centres and scales embeddings for training, and folds that into the head afterwards.

use super::model::Dense;
use crate::kernels::head_step::{Layer, Network};

/// `x' = (x − mean) · scale`: the mean of each feature, one scale for all, so that values are around zero and of size one on average.
///
/// Training is then alike for all backbones: one learning rate suits them. Features keep their sizes relative to each other, as those that
/// hardly vary say little: one scale a feature was measured to be worse. A head trained on x' is, with `w = w' · scale` and
/// `b = b' − Σ w · mean`, one on x.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    mean: Vec<f32>,
    scale: f32,
}

impl Scaling {
    /// From the training samples, `[N, width]`.
    pub fn of(values: &[f32], width: usize) -> Self {
        let count = (values.len() / width).max(1) as f64;
        let mut sums = vec![0.0f64; width];
        for row in values.chunks_exact(width) {
            row.iter().zip(&mut sums).for_each(|(value, sum)| *sum += f64::from(*value));
        }
        let mean: Vec<f64> = sums.into_iter().map(|sum| sum / count).collect();
        let squares = |row: &[f32]| row.iter().zip(&mean).map(|(value, mean)| (f64::from(*value) - mean).powi(2)).sum::<f64>();
        let variance = values.chunks_exact(width).map(squares).sum::<f64>() / (count * width as f64);
        // One sample, or all the same: nothing to scale.
        let scale = if variance > 1e-12 { variance.sqrt().recip() as f32 } else { 1.0 };
        Self { mean: mean.into_iter().map(|mean| mean as f32).collect(), scale }
    }

    /// Changes nothing.
    pub fn none(width: usize) -> Self {
        Self { mean: vec![0.0; width], scale: 1.0 }
    }

    /// Scales `[N, width]` in place.
    pub fn apply(&self, values: &mut [f32]) {
        for row in values.chunks_exact_mut(self.mean.len()) {
            row.iter_mut().zip(&self.mean).for_each(|(value, mean)| *value = (*value - mean) * self.scale);
        }
    }

    /// The layer on scaled inputs that does what `layer` does on plain ones.
    fn unfold(&self, layer: &Dense) -> Dense {
        let mut scaled = layer.clone();
        for (row, bias) in scaled.weight.chunks_exact_mut(layer.inputs).zip(&mut scaled.bias) {
            *bias = (f64::from(*bias) + products(row, &self.mean)) as f32;
            row.iter_mut().for_each(|weight| *weight /= self.scale);
        }
        scaled
    }

    /// The layer on plain inputs that does what `layer` does on scaled ones.
    fn fold(&self, layer: Dense) -> Dense {
        let mut plain = layer;
        for (row, bias) in plain.weight.chunks_exact_mut(plain.inputs).zip(&mut plain.bias) {
            row.iter_mut().for_each(|weight| *weight *= self.scale);
            *bias = (f64::from(*bias) - products(row, &self.mean)) as f32;
        }
        plain
    }

    /// A head's parameters as `network` lays them out, for scaled inputs.
    pub fn pack(&self, head: &super::Head, network: &Network) -> Vec<f32> {
        let mut parameters = vec![0.0; network.len()];
        let mut put = |layer: &Layer, dense: &Dense| {
            for (unit, row) in dense.weight.chunks_exact(dense.inputs).enumerate() {
                let at = layer.offset + unit * layer.width;
                parameters[at..at + layer.inputs].copy_from_slice(row);
                parameters[at + layer.inputs] = dense.bias[unit];
            }
        };
        match (&head.hidden, network.lower()) {
            (Some(hidden), Some(lower)) => {
                put(&lower, &self.unfold(hidden));
                put(&network.upper(), &head.output);
            }
            _ => put(&network.upper(), &self.unfold(&head.output)),
        }
        parameters
    }

    /// The head that `parameters` are, for plain inputs.
    pub fn unpack(&self, parameters: &[f32], network: &Network) -> super::Head {
        let get = |layer: Layer| {
            let rows = parameters[layer.offset..].chunks_exact(layer.width).take(layer.units);
            Dense {
                inputs: layer.inputs,
                weight: rows.clone().flat_map(|row| &row[..layer.inputs]).copied().collect(),
                bias: rows.map(|row| row[layer.inputs]).collect(),
            }
        };
        let output = get(network.upper());
        match network.lower() {
            Some(lower) => super::Head { hidden: Some(self.fold(get(lower))), output },
            None => super::Head { hidden: None, output: self.fold(output) },
        }
    }
}

fn products(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::Head;
    use crate::project::HeadKind;

    #[test]
    fn folding_is_undone_by_unfolding() {
        let values: Vec<f32> = (0..60).map(|i| (i * i % 17) as f32 * (1.0 + (i % 5) as f32)).collect();
        let scaling = Scaling::of(&values, 5);
        let network = Network { inputs: 5, hidden: Some(6), classes: 3 };
        let head = Head::new(5, HeadKind::Hidden { units: 6, dropout: 0.0 }, 3, 1);
        let again = scaling.unpack(&scaling.pack(&head, &network), &network);
        for (a, b) in head.logits(&values).iter().zip(again.logits(&values)) {
            assert!((a - b).abs() < 1e-3 * (1.0 + a.abs()), "{a} {b}");
        }
    }
}
