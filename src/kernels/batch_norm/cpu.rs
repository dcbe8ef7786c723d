//! Batch normalisation on the CPU: memory is what it waits for, so that each pass does all it can with a block of pixels.

use burn::backend::flex::FlexTensor;

use super::EPSILON;
use crate::kernels::Activation;
use crate::kernels::cpu::{contiguous, dims4, filled, values, vector};
use crate::kernels::scratch::limits;

/// Numbers of a block: 32 KiB, so that a second look at them finds them near.
const BLOCK: usize = 8 * 1024;

/// Output, mean and variance; see [`super::batch_norm`] for shapes.
pub fn run(
    input: FlexTensor,
    gamma: FlexTensor,
    beta: FlexTensor,
    activation: Activation,
) -> (FlexTensor, FlexTensor, FlexTensor) {
    let input = contiguous(input);
    let [_, _, _, c] = dims4(&input);
    let (mean, variance) = moments(values(&input), c);
    let (mean, variance) = (vector([c], mean), vector([c], variance));
    let output = normalise(input, mean.clone(), variance.clone(), gamma, beta, activation);
    (output, mean, variance)
}

/// Mean and variance of each of `c` channels.
fn moments(input: &[f32], c: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut mean, mut squares) = (vec![0.0f64; c], vec![0.0f64; c]);
    let (mut block_mean, mut block_squares, mut rest) = (vec![0.0f32; c], vec![0.0f32; c], vec![0.0f32; c]);
    let mut count = 0.0;
    for block in input.chunks((BLOCK / c).max(1) * c) {
        let rows = block.len() / c;
        block_mean.fill(0.0);
        for row in block.chunks_exact(c) {
            for (sum, value) in block_mean.iter_mut().zip(row) {
                *sum += value;
            }
        }
        block_mean.iter_mut().for_each(|sum| *sum /= rows as f32);
        block_squares.fill(0.0);
        rest.fill(0.0);
        for row in block.chunks_exact(c) {
            for (((sum, rest), mean), value) in block_squares.iter_mut().zip(&mut rest).zip(&block_mean).zip(row) {
                let apart = value - mean;
                *sum += apart * apart;
                *rest += apart;
            }
        }
        // Joins the block to what was before. Its mean was rounded, by more the longer the sum: what the deviations still sum to corrects
        // mean and squares (the "corrected two-pass algorithm" of the same paper).
        let rows = rows as f64;
        let total = count + rows;
        for (i, (mean, squares)) in mean.iter_mut().zip(&mut squares).enumerate() {
            let rest = f64::from(rest[i]);
            let apart = f64::from(block_mean[i]) + rest / rows - *mean;
            *mean += apart * rows / total;
            *squares += f64::from(block_squares[i]) - rest * rest / rows + apart * apart * count * rows / total;
        }
        count = total;
    }
    let variance = squares.iter().map(|squares| (squares / count) as f32).collect();
    (mean.iter().map(|mean| *mean as f32).collect(), variance)
}

/// What a channel's numbers have in common.
struct Channels {
    mean: Vec<f32>,
    /// `1 / √(σ² + ε)`.
    inverse: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
}

impl Channels {
    fn new([mean, variance]: [FlexTensor; 2], [gamma, beta]: [FlexTensor; 2]) -> Self {
        let read = |tensor: FlexTensor| values(&contiguous(tensor)).to_vec();
        let inverse = read(variance).into_iter().map(|variance| 1.0 / (variance + EPSILON).sqrt()).collect();
        Self { mean: read(mean), inverse, gamma: read(gamma), beta: read(beta) }
    }
}

/// See [`super::normalise`].
pub fn normalise(
    input: FlexTensor,
    mean: FlexTensor,
    variance: FlexTensor,
    gamma: FlexTensor,
    beta: FlexTensor,
    activation: Activation,
) -> FlexTensor {
    let input = contiguous(input);
    let shape @ [_, _, _, c] = dims4(&input);
    let Channels { mean, inverse, gamma, beta } = Channels::new([mean, variance], [gamma, beta]);
    let scale: Vec<f32> = inverse.iter().zip(&gamma).map(|(inverse, gamma)| inverse * gamma).collect();
    let (low, high) = limits(activation);
    // SAFETY: every row of the output is written whole: `scale`, `mean` and `beta` have `c` numbers.
    unsafe {
        filled(shape, |output| {
            for (to, row) in output.chunks_exact_mut(c).zip(values(&input).chunks_exact(c)) {
                for ((((to, value), mean), scale), beta) in to.iter_mut().zip(row).zip(&mean).zip(&scale).zip(&beta) {
                    let z = (value - mean) * scale + beta;
                    // Comparisons, not `max` and `min`: what is no number must stay none, so that training notices.
                    let z = if z < low { low } else { z };
                    to.write(if z > high { high } else { z });
                }
            }
        })
    }
}

/// The gradients of input, gamma and beta.
pub fn gradient(
    gradient: FlexTensor,
    input: FlexTensor,
    statistics: [FlexTensor; 2],
    parameters: [FlexTensor; 2],
    activation: Activation,
) -> [FlexTensor; 3] {
    let (gradient, input) = (contiguous(gradient), contiguous(input));
    let shape @ [n, h, w, c] = dims4(&input);
    let channels = Channels::new(statistics, parameters);
    let limits = limits(activation);
    let (d_gamma, d_beta) = sums(values(&gradient), values(&input), &channels, limits);
    // dx = a·dz − b·(x − μ) − m, with what depends on the channel alone taken together.
    let share = 1.0 / (n * h * w) as f32;
    let scale: Vec<f32> =
        channels.inverse.iter().zip(&channels.gamma).map(|(inverse, gamma)| inverse * gamma).collect();
    let slope: Vec<f32> = (0..c).map(|i| scale[i] * share * d_gamma[i] * channels.inverse[i]).collect();
    let shift: Vec<f32> = (0..c).map(|i| scale[i] * share * d_beta[i]).collect();
    let rows = values(&gradient).chunks_exact(c).zip(values(&input).chunks_exact(c));
    // SAFETY: every row of the output is written whole: the vectors of a channel's numbers have `c` of them.
    let d_input = unsafe {
        filled(shape, |output| {
            for (to, (gradient, row)) in output.chunks_exact_mut(c).zip(rows) {
                let (mean, beta) = (&channels.mean[..c], &channels.beta[..c]);
                let (scale, slope, shift) = (&scale[..c], &slope[..c], &shift[..c]);
                for i in 0..c {
                    let apart = row[i] - mean[i];
                    let dz = passed(gradient[i], apart * scale[i] + beta[i], limits);
                    to[i].write(scale[i] * dz - slope[i] * apart - shift[i]);
                }
            }
        })
    };
    [d_input, vector([c], d_gamma), vector([c], d_beta)]
}

/// The gradients of gamma and beta, summed by blocks.
fn sums(gradient: &[f32], input: &[f32], channels: &Channels, limits: (f32, f32)) -> (Vec<f32>, Vec<f32>) {
    let c = channels.mean.len();
    let (mut d_gamma, mut d_beta) = (vec![0.0f64; c], vec![0.0f64; c]);
    let (mut part_gamma, mut part_beta) = (vec![0.0f32; c], vec![0.0f32; c]);
    let block = (BLOCK / c).max(1) * c;
    for (gradient, input) in gradient.chunks(block).zip(input.chunks(block)) {
        part_gamma.fill(0.0);
        part_beta.fill(0.0);
        for (gradient, row) in gradient.chunks_exact(c).zip(input.chunks_exact(c)) {
            let (mean, inverse) = (&channels.mean[..c], &channels.inverse[..c]);
            let (gamma, beta) = (&channels.gamma[..c], &channels.beta[..c]);
            let (part_gamma, part_beta) = (&mut part_gamma[..c], &mut part_beta[..c]);
            for i in 0..c {
                let normal = (row[i] - mean[i]) * inverse[i];
                let dz = passed(gradient[i], normal * gamma[i] + beta[i], limits);
                part_gamma[i] += dz * normal;
                part_beta[i] += dz;
            }
        }
        for i in 0..c {
            d_gamma[i] += f64::from(part_gamma[i]);
            d_beta[i] += f64::from(part_beta[i]);
        }
    }
    let single = |sums: Vec<f64>| sums.into_iter().map(|sum| sum as f32).collect();
    (single(d_gamma), single(d_beta))
}

/// The gradient where the activation passes it.
#[inline(always)]
fn passed(gradient: f32, z: f32, (low, high): (f32, f32)) -> f32 {
    if z > low && z < high { gradient } else { 0.0 }
}
