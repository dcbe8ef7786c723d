//! The gradients of the depthwise convolution on the CPU, a row of outputs at a time.
//!
//! A row of the gradient is masked once, into a ring of three: what the input's gradient of a row needs at most.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;
use wide::f32x4;

use super::TAPS;
use super::cpu::{LANES, Row, TILE, load, load_unchecked};
use super::strided::Strided;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::cpu::{contiguous, filled, mask_rows, values, vector};
use crate::kernels::{Activation, same_padding};

/// Rows of gradient that a row of input can be in the windows of.
const RING: usize = 3;

/// The gradients; see [`BackwardKernels::depthwise_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: FlexTensor, kept: Kept<FlexTensor>, stride: usize) -> LayerGradients<FlexTensor> {
    let gradient = contiguous(gradient);
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let [input, weight, output] = [input, weight, output].map(|tensor| tensor.map(contiguous));
    let [_, h, w, c] = shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let flipped = weight.as_ref().map(|weight| flip(values(weight), c));
    let zeros = vec![0.0; w.max(out_w) * c];
    let mut weight_sums = input.as_ref().map(|_| vec![0.0; TAPS * c]);
    let mut bias_sums = bias.then(|| vec![0.0; c]);
    let mut ring: [Vec<f32>; RING] = std::array::from_fn(|_| vec![0.0; out_w * c]);

    let mut walk = |image: usize, mut input_gradient: Option<&mut [MaybeUninit<f32>]>| {
        let mut done = 0; // rows of the input's gradient
        for y in 0..out_h {
            let span = (image * out_h + y) * out_w * c..(image * out_h + y + 1) * out_w * c;
            let row = &mut ring[y % RING];
            match &output {
                Some(output) => mask_rows(&values(&gradient)[span.clone()], &values(output)[span], activation, row),
                None => row.copy_from_slice(&values(&gradient)[span]),
            }
            let row = &ring[y % RING];
            if let Some(sums) = &mut bias_sums {
                for pixel in row.chunks_exact(c) {
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += value;
                    }
                }
            }
            if let (Some(sums), Some(input)) = (&mut weight_sums, &input) {
                let image = &values(input)[image * h * w * c..][..h * w * c];
                for i in 0..3 {
                    let from = (y * stride + i).checked_sub(top).filter(|row| *row < h);
                    if let Some(from) = from {
                        let input = &image[from * w * c..][..w * c];
                        let sums = &mut sums[3 * i * c..][..3 * c];
                        let pair = Pair { input, gradient: row, width: w, channels: c, left };
                        if stride == 1 { pair.add::<1>(sums) } else { pair.add::<2>(sums) }
                    }
                }
            }
            let Some(to) = input_gradient.as_deref_mut() else { continue };
            // All rows whose last window is this one; with the last window all that are left.
            let ready = if y + 1 == out_h { h } else { ((y + 1) * stride).saturating_sub(top).min(h) };
            for line in done..ready {
                // The window that sees this row with its line `i` of taps, if there is one.
                let seen = |i: usize| {
                    let at = (line + top).checked_sub(i)?;
                    (at % stride == 0 && at / stride < out_h).then(|| &ring[at / stride % RING][..])
                };
                let to = &mut to[line * w * c..][..w * c];
                let weights = weight.as_ref().map_or(&[][..], values);
                if stride == 1 {
                    let rows = [2, 1, 0].map(|i| seen(i).unwrap_or(&zeros));
                    let weight = flipped.as_deref().unwrap_or_default();
                    let linear = Activation::Linear;
                    Row { rows, weight, bias: &zeros[..c], width: w, channels: c, left: 2 - left, activation: linear }
                        .run::<1>(to);
                } else {
                    // Seen by one row of windows, or by two: lines 0 and 2, or line 1.
                    let taps = |i: usize| Some((seen(i)?, &weights[3 * i * c..][..3 * c]));
                    let lines = if (line + top) % 2 == 0 { [taps(0), taps(2)] } else { [taps(1), None] };
                    Strided { lines, channels: c, left }.run(to);
                }
            }
            done = ready;
        }
    };
    let images = shape[0];
    let input_gradient = if weight.is_some() {
        // SAFETY: every row of every image is written whole, by `Row::run` or `Strided::run`.
        Some(unsafe {
            filled(shape, |to| {
                for (image, to) in to.chunks_exact_mut(h * w * c).enumerate() {
                    walk(image, Some(to));
                }
            })
        })
    } else {
        (0..images).for_each(|image| walk(image, None));
        None
    };
    LayerGradients {
        input: input_gradient,
        weight: weight_sums.map(|sums| vector([TAPS, c], sums)),
        bias: bias_sums.map(|sums| vector([c], sums)),
    }
}

/// The window turned by half a turn: a gradient's convolution with it is the input's gradient.
fn flip(weight: &[f32], channels: usize) -> Vec<f32> {
    weight.chunks_exact(channels).rev().flatten().copied().collect()
}

/// A row of gradient and a row of the input that its windows see with one line of taps.
struct Pair<'a> {
    /// `[W, C]`.
    input: &'a [f32],
    /// `[out_w, C]`.
    gradient: &'a [f32],
    width: usize,
    channels: usize,
    left: usize,
}

impl Pair<'_> {
    /// Adds the three taps' sums to `sums`, `[3, C]`, at stride `S`.
    fn add<const S: usize>(&self, sums: &mut [f32]) {
        let out_w = self.gradient.len() / self.channels;
        let mut x = 0;
        while x < out_w {
            let starts_inside = x * S >= self.left;
            let tile_fits = x + TILE <= out_w && (x + TILE - 1) * S + 3 <= self.width + self.left;
            if starts_inside && tile_fits {
                self.inner::<S>(x, sums);
                x += TILE;
            } else {
                self.edge::<S>(x, sums);
                x += 1;
            }
        }
    }

    /// `TILE` windows from `x` on, all of whose columns lie inside the input.
    #[inline(always)]
    fn inner<const S: usize>(&self, x: usize, sums: &mut [f32]) {
        let channels = self.channels;
        let input = &self.input[(x * S - self.left) * channels..][..((TILE - 1) * S + 3) * channels];
        let gradient = &self.gradient[x * channels..][..TILE * channels];
        for c in (0..channels).step_by(LANES) {
            let mut taps: [f32x4; 3] = std::array::from_fn(|j| load(sums, j * channels + c));
            for t in 0..TILE {
                // SAFETY: `t < TILE`, `t·S + j` is one of the tile's columns, and `c + LANES <= channels`.
                let value = unsafe { load_unchecked(gradient, t * channels + c) };
                for (j, tap) in taps.iter_mut().enumerate() {
                    *tap = value.mul_add(unsafe { load_unchecked(input, (t * S + j) * channels + c) }, *tap);
                }
            }
            for (j, tap) in taps.into_iter().enumerate() {
                sums[j * channels + c..][..LANES].copy_from_slice(&tap.to_array());
            }
        }
    }

    /// One window at the left or right edge.
    fn edge<const S: usize>(&self, x: usize, sums: &mut [f32]) {
        let channels = self.channels;
        for j in 0..3 {
            let column = (x * S + j).checked_sub(self.left).filter(|column| *column < self.width);
            if let Some(column) = column {
                let pixel = &self.input[column * channels..][..channels];
                let gradient = &self.gradient[x * channels..][..channels];
                for ((sum, a), b) in sums[j * channels..][..channels].iter_mut().zip(pixel).zip(gradient) {
                    *sum += a * b;
                }
            }
        }
    }
}
