//! Every operation here in its plainest form, in float64, on slices: what both devices are tested against.
//!
//! Gradients have no plain form of their own: [`slope`] asks the forward pass.

use crate::kernels::batch_norm::EPSILON;
use crate::kernels::reference::activate;
use crate::kernels::window::{Window, patch_len};
use crate::kernels::{Activation, PANEL};

/// Output shape of `window` over an input of `shape` with `channels` channels out of it.
pub fn output_shape([n, h, w, _]: [usize; 4], window: Window, channels: usize) -> [usize; 4] {
    [n, window.output(h).0, window.output(w).0, channels]
}

/// Calls `visit(output pixel, tap, input pixel)` for every pixel that a window sees inside the input; pixels are counted over the batch.
fn windows(shape @ [_, h, w, _]: [usize; 4], window: Window, mut visit: impl FnMut(usize, usize, usize)) {
    let [n, out_h, out_w, _] = output_shape(shape, window, 0);
    let ((_, top), (_, left)) = (window.output(h), window.output(w));
    for pixel in 0..n * out_h * out_w {
        let (x, y, photo) = (pixel % out_w, pixel / out_w % out_h, pixel / (out_w * out_h));
        for tap in 0..window.kernel * window.kernel {
            let row = (y * window.stride + tap / window.kernel).checked_sub(top).filter(|row| *row < h);
            let column = (x * window.stride + tap % window.kernel).checked_sub(left).filter(|column| *column < w);
            if let (Some(row), Some(column)) = (row, column) {
                visit(pixel, tap, (photo * h + row) * w + column);
            }
        }
    }
}

/// See [`crate::kernels::convolution::convolution`]; `weight` as it takes it, `[C_out / 8, patch_len, 8]`.
pub fn convolution(
    input: &[f64],
    shape @ [.., c]: [usize; 4],
    weight: &[f64],
    bias: &[f64],
    window: Window,
    activation: Activation,
) -> Vec<f64> {
    let (len, outputs) = (patch_len(window.kernel, c), bias.len());
    let mut output: Vec<f64> =
        bias.iter().copied().cycle().take(output_shape(shape, window, outputs).iter().product()).collect();
    windows(shape, window, |pixel, tap, seen| {
        for o in 0..outputs {
            let weight = |i: usize| weight[(o / PANEL * len + tap * c + i) * PANEL + o % PANEL];
            output[pixel * outputs + o] += (0..c).map(|i| weight(i) * input[seen * c + i]).sum::<f64>();
        }
    });
    output.into_iter().map(|sum| activate(sum, activation)).collect()
}

/// See [`crate::kernels::max_pool::max_pool`].
pub fn max_pool(input: &[f64], shape @ [.., c]: [usize; 4], window: Window) -> Vec<f64> {
    let mut output = vec![f64::NEG_INFINITY; output_shape(shape, window, c).iter().product()];
    windows(shape, window, |pixel, _, seen| {
        for i in 0..c {
            output[pixel * c + i] = output[pixel * c + i].max(input[seen * c + i]);
        }
    });
    output
}

/// See [`crate::kernels::average_pool::average_pool`].
pub fn average_pool(input: &[f64], shape @ [.., c]: [usize; 4], window: Window) -> Vec<f64> {
    let mut output = vec![0.0; output_shape(shape, window, c).iter().product()];
    let share = 1.0 / (window.kernel * window.kernel) as f64;
    windows(shape, window, |pixel, _, seen| {
        for i in 0..c {
            output[pixel * c + i] += share * input[seen * c + i];
        }
    });
    output
}

/// Mean and variance of each channel.
pub fn moments(input: &[f64], channels: usize) -> [Vec<f64>; 2] {
    let pixels = (input.len() / channels) as f64;
    let column = |c: usize| input.iter().skip(c).step_by(channels);
    let mean: Vec<f64> = (0..channels).map(|c| column(c).sum::<f64>() / pixels).collect();
    let variance = (0..channels).map(|c| column(c).map(|x| (x - mean[c]).powi(2)).sum::<f64>() / pixels).collect();
    [mean, variance]
}

/// See [`crate::kernels::batch_norm::normalise`]; with the input's own [`moments`] it is [`crate::kernels::batch_norm::batch_norm`].
pub fn normalise(
    input: &[f64],
    [mean, variance]: &[Vec<f64>; 2],
    gamma: &[f64],
    beta: &[f64],
    activation: Activation,
) -> Vec<f64> {
    let channels = gamma.len();
    let normal = |(i, x): (usize, &f64)| {
        let c = i % channels;
        let deviation = (variance[c] + f64::from(EPSILON)).sqrt();
        activate(gamma[c] * (x - mean[c]) / deviation + beta[c], activation)
    };
    input.iter().enumerate().map(normal).collect()
}

/// See [`crate::kernels::cross_entropy::cross_entropy`].
pub fn cross_entropy(logits: &[f64], targets: &[f64], weights: &[f64], classes: usize, temperature: f64) -> f64 {
    let width = logits.len() / weights.len();
    let rows = logits.chunks_exact(width).zip(targets.chunks_exact(width)).zip(weights);
    let losses = rows.map(|((z, q), weight)| {
        let sum: f64 = z[..classes].iter().map(|z| (z / temperature).exp()).sum();
        let log = |z: f64| z / temperature - sum.ln();
        -weight * temperature.powi(2) * (0..classes).map(|c| q[c] * log(z[c])).sum::<f64>()
    });
    losses.sum::<f64>() / weights.iter().sum::<f64>()
}

/// `∂f/∂values[i]` for each `i` of `which`, by central differences.
pub fn slope(values: &[f64], which: &[usize], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    // Small enough that hardly a step leads over a cut of an activation, large enough for float64.
    const STEP: f64 = 1e-6;
    let mut moved = values.to_vec();
    let mut at = |i: usize, value: f64| {
        moved[i] = value;
        let f = f(&moved);
        moved[i] = values[i];
        f
    };
    which.iter().map(|&i| (at(i, values[i] + STEP) - at(i, values[i] - STEP)) / (2.0 * STEP)).collect()
}
