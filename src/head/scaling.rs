//! Centres and scales embeddings for training, and folds that into the head afterwards.

use super::model::Dense;
use crate::kernels::head_step::{Layer, Network};

/// `x' = (x − mean) · scale`, feature by feature.
///
/// Training then sees values around zero of about one size, whatever the backbone: one learning rate suits all of them. A head trained on x' is, with
/// `w = w' · scale` and `b = b' − Σ w · mean`, one on x.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    mean: Vec<f32>,
    scale: Vec<f32>,
}

impl Scaling {
    /// From the training samples, `[N, width]`.
    pub fn of(values: &[f32], width: usize) -> Self {
        let count = (values.len() / width).max(1) as f64;
        let mut mean = vec![0.0f64; width];
        let mut square = vec![0.0f64; width];
        for row in values.chunks_exact(width) {
            for ((value, mean), square) in row.iter().zip(&mut mean).zip(&mut square) {
                *mean += f64::from(*value) / count;
                *square += f64::from(*value).powi(2) / count;
            }
        }
        let variance: Vec<f64> =
            mean.iter().zip(&square).map(|(mean, square)| (square - mean * mean).max(0.0)).collect();
        let overall = variance.iter().sum::<f64>() / width as f64;
        let mode = std::env::var("SCALING").unwrap_or_default();
        let floor: f64 = std::env::var("FLOOR").ok().and_then(|x| x.parse().ok()).unwrap_or(0.1);
        let raw = square.iter().sum::<f64>() / width as f64;
        let scale = |v: f64| -> f32 {
            let v = match mode.as_str() {
                "feature" => v + floor * overall,
                "none" => 1.0,
                "rms" => raw,
                _ => overall,
            };
            if v > 0.0 { (1.0 / v.sqrt()) as f32 } else { 1.0 }
        };
        let scale = variance.iter().map(|&v| scale(v)).collect();
        let alpha: f64 = std::env::var("ALPHA").ok().and_then(|x| x.parse().ok()).unwrap_or(1.0);
        let mean = mean
            .into_iter()
            .map(|mean| if mode == "none" || mode == "rms" { 0.0 } else { (alpha * mean) as f32 })
            .collect();
        Self { mean, scale }
    }

    /// Changes nothing.
    pub fn none(width: usize) -> Self {
        Self { mean: vec![0.0; width], scale: vec![1.0; width] }
    }

    /// Scales `[N, width]` in place.
    pub fn apply(&self, values: &mut [f32]) {
        for row in values.chunks_exact_mut(self.mean.len()) {
            for ((value, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
                *value = (*value - mean) * scale;
            }
        }
    }

    /// The layer on scaled inputs that does what `layer` does on plain ones.
    fn unfold(&self, layer: &Dense) -> Dense {
        let mut scaled = layer.clone();
        for (row, bias) in scaled.weight.chunks_exact_mut(layer.inputs).zip(&mut scaled.bias) {
            *bias = (f64::from(*bias) + products(row, &self.mean)) as f32;
            row.iter_mut().zip(&self.scale).for_each(|(weight, scale)| *weight /= scale);
        }
        scaled
    }

    /// The layer on plain inputs that does what `layer` does on scaled ones.
    fn fold(&self, layer: Dense) -> Dense {
        let mut plain = layer;
        for (row, bias) in plain.weight.chunks_exact_mut(plain.inputs).zip(&mut plain.bias) {
            row.iter_mut().zip(&self.scale).for_each(|(weight, scale)| *weight *= scale);
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
