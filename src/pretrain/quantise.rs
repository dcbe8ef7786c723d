//! From float32 to the 8 bits of a weight file: one scale an output channel, zero at zero (Krishnamoorthi 2018, <https://arxiv.org/abs/1806.08342>,
//! section 2.2). Rounding moves a weight by half a step of its channel at most.

use crate::weights::{Codes, Conv, Layer, LayerKind};

/// Codes go from -127 to 127, so that both signs reach as far.
const LARGEST_CODE: f32 = 127.0;

/// Steps from zero to the largest bias: what float32 has in its mantissa, so that nothing is lost.
const BIAS_STEPS: f32 = (1 << 23) as f32;

/// A layer of finite numbers as it is stored.
pub fn quantise(conv: &Conv, kind: LayerKind) -> Layer {
    // Depthwise weights have their channels innermost, all others outermost.
    let channels = conv.bias.len().max(1);
    let run = if kind == LayerKind::Depthwise { 1 } else { conv.weight.len() / channels };
    let channel = |place: usize| place / run.max(1) % channels;
    let mut largest = vec![0.0f32; channels];
    for (place, weight) in conv.weight.iter().enumerate() {
        let largest = &mut largest[channel(place)];
        *largest = largest.max(weight.abs());
    }
    let weight_scale: Vec<f32> = largest.iter().map(|largest| step(*largest, LARGEST_CODE)).collect();
    let code = |(place, weight): (usize, &f32)| (weight / weight_scale[channel(place)]).round() as i8; // saturates
    let weight = Codes::I8(conv.weight.iter().enumerate().map(code).collect());
    let bias_scale = step(conv.bias.iter().fold(0.0, |largest, bias| bias.abs().max(largest)), BIAS_STEPS);
    Layer {
        shape: conv.shape,
        weight,
        weight_zero_point: vec![0; channels],
        weight_scale,
        bias: conv.bias.iter().map(|bias| (bias / bias_scale).round() as i32).collect(), // saturates
        bias_scale: vec![bias_scale],
    }
}

/// The step by which `steps` of them reach `largest`; any, above 0, where there is nothing but zeros.
fn step(largest: f32, steps: f32) -> f32 {
    let step = largest / steps;
    if step.is_normal() { step } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of very different sizes, by channel.
    fn conv(shape: [usize; 4], channels: usize, run: usize) -> Conv {
        let size = |channel: usize| 10.0f32.powi(channel as i32 % 5 - 3);
        let weight = |place: usize| ((place * 7919 % 1009) as f32 / 504.0 - 1.0) * size(place / run % channels);
        let bias = |channel: usize| (channel as f32 - 2.5) * 0.3;
        Conv {
            shape,
            weight: (0..shape.iter().product()).map(weight).collect(),
            bias: (0..channels).map(bias).collect(),
        }
    }

    #[test]
    fn each_number_comes_back_within_half_a_step() {
        for (kind, conv) in [
            (LayerKind::Stem, conv([8, 3, 3, 3], 8, 27)),
            (LayerKind::Depthwise, conv([1, 3, 3, 16], 16, 1)),
            (LayerKind::Pointwise, conv([24, 1, 1, 40], 24, 40)),
            (LayerKind::Head, conv([11, 1, 1, 16], 11, 16)),
        ] {
            let layer = quantise(&conv, kind);
            assert_eq!(layer.weight_scale.len(), conv.bias.len());
            let back = layer.dequantise(kind);
            let run = if kind == LayerKind::Depthwise { 1 } else { conv.weight.len() / conv.bias.len() };
            for (place, (before, after)) in conv.weight.iter().zip(&back.weight).enumerate() {
                let step = layer.weight_scale[place / run % conv.bias.len()];
                assert!(
                    (before - after).abs() <= 0.5001 * step,
                    "{kind:?} {place}: {before} became {after}, step {step}"
                );
            }
            for (before, after) in conv.bias.iter().zip(&back.bias) {
                assert!((before - after).abs() < 1e-6, "{before} became {after}");
            }
        }
    }

    #[test]
    fn a_channel_of_zeros_stays_zero() {
        let conv = Conv { shape: [2, 1, 1, 2], weight: vec![0.0, 0.0, 0.5, -0.25], bias: vec![0.0, 0.0] };
        assert_eq!(quantise(&conv, LayerKind::Pointwise).dequantise(LayerKind::Pointwise).weight[..2], [0.0, 0.0]);
    }
}
