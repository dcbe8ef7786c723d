//! Random weights to begin with: the same for the same seed on every machine and device.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::layer::Values;
use crate::architecture::{Activation, Layer};

/// The values of the layer of this index: zero biases, and weights uniform in ±√(6 / fan-in) before a rectifier (He et al. 2015, equation 10), in
/// ±√(6 / (fan-in + fan-out)) without one (Glorot & Bengio 2010, equation 16). Nothing for a layer without weights.
///
/// Each layer has its own stream of numbers, so that a change to one leaves the others as they were.
pub(super) fn values(layer: &Layer, index: usize, seed: u32) -> Option<Values> {
    let shape = layer.weight_shape()?;
    let fan_in = layer.fan_in();
    // What each input number goes into: as many windows as the kernel has pixels, in every output channel (depthwise: in its own).
    let fan_out = shape[1] * shape[2] * shape[0];
    let variance = match layer.activation {
        Activation::Linear => 6.0 / (fan_in + fan_out) as f32,
        Activation::Relu | Activation::Relu6 => 6.0 / fan_in as f32,
    };
    let limit = variance.sqrt();
    let mut rng = Pcg64::seed_from_u64(u64::from(seed) << 32 | index as u64);
    let count = shape.iter().product();
    let weight = (0..count).map(|_| limit * (2.0 * rng.random::<f32>() - 1.0)).collect();
    Some((weight, vec![0.0; layer.output.channels]))
}

/// A mask of dropout: each of `count` values is 0 with probability `share`, else `1 / (1 - share)`, so that the mean stays.
pub(super) fn dropout(count: usize, share: f32, seed: u64) -> Vec<f32> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let kept = 1.0 / (1.0 - share);
    (0..count).map(|_| if rng.random::<f32>() < share { 0.0 } else { kept }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Design;

    #[test]
    fn weights_are_seeded_and_of_the_asked_spread() {
        let design = Design::mobilenet_v2(0.35, 96);
        for (index, layer) in design.layers().enumerate() {
            let (weight, bias) = values(layer, index, 7).unwrap();
            assert_eq!(weight.len() + bias.len(), layer.parameters());
            assert_eq!(values(layer, index, 7).unwrap().0, weight);
            assert_ne!(values(layer, index, 8).unwrap().0, weight);
            let variance = weight.iter().map(|value| value * value).sum::<f32>() / weight.len() as f32;
            let expected = match layer.activation {
                Activation::Linear => 2.0 / (layer.fan_in() + layer.output.channels) as f32,
                _ => 2.0 / layer.fan_in() as f32,
            };
            // The narrowest layer has 8 · 9 weights.
            assert!((variance / expected - 1.0).abs() < 0.4, "{}: {variance} for {expected}", layer.name);
        }
    }

    #[test]
    fn dropout_keeps_the_mean() {
        let mask = dropout(10_000, 0.25, 3);
        let mean = mask.iter().sum::<f32>() / 10_000.0;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
        assert!(mask.iter().all(|&value| value == 0.0 || (value - 4.0 / 3.0).abs() < 1e-6));
    }
}
