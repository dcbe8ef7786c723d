//! The gradients of the depthwise convolution on the CPU, a row of windows at a time.
//!
//! A row of the gradient is masked once, into a ring of three: what the input's gradient of a row needs at most.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;

use super::TAPS;
use super::cpu::Row;
use super::strided::Strided;
use super::weight_sums::Pair;
use crate::kernels::Activation;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::cpu::{contiguous, filled, mask_rows, values, vector};
use crate::kernels::window::same_padding;

/// Rows of gradient that a row of input can be in the windows of.
const RING: usize = 3;

/// The gradients; see [`BackwardKernels::depthwise_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: FlexTensor, kept: Kept<FlexTensor>, stride: usize) -> LayerGradients<FlexTensor> {
    let gradient = contiguous(gradient);
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let [input, weight, output] = [input, weight, output].map(|tensor| tensor.map(contiguous));
    let [n, h, w, c] = shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let layer = Layer { height: h, width: w, channels: c, stride, out_h, top, left };
    let weight = weight.as_ref().map(|weight| Turned { weight: values(weight), flipped: flip(values(weight), c) });
    let mut weight_sums = input.as_ref().map(|_| vec![0.0; TAPS * c]);
    let mut bias_sums = bias.then(|| vec![0.0; c]);
    let mut ring: [Vec<f32>; RING] = std::array::from_fn(|_| vec![0.0; out_w * c]);
    let zeros = vec![0.0; out_w * c];

    let mut walk = |image: usize, mut to: Option<&mut [MaybeUninit<f32>]>| {
        let mut done = 0; // rows of the input's gradient
        for y in 0..out_h {
            let span = (image * out_h + y) * out_w * c..(image * out_h + y + 1) * out_w * c;
            let row = &mut ring[y % RING];
            match &output {
                Some(output) => mask_rows(&values(&gradient)[span.clone()], &values(output)[span], activation, row),
                None => row.copy_from_slice(&values(&gradient)[span]),
            }
            if let Some(sums) = &mut bias_sums {
                add_pixels(row, sums);
            }
            if let (Some(sums), Some(input)) = (&mut weight_sums, &input) {
                layer.add_row(&values(input)[image * h * w * c..][..h * w * c], y, row, sums);
            }
            if let (Some(to), Some(weight)) = (to.as_deref_mut(), &weight) {
                // All rows that no later window sees; with the last windows all that are left.
                let ready = if y + 1 == out_h { h } else { ((y + 1) * stride).saturating_sub(top).min(h) };
                for line in done..ready {
                    layer.input_row(line, &ring, &zeros, weight, &mut to[line * w * c..][..w * c]);
                }
                done = ready;
            }
        }
    };
    let input_gradient = if weight.is_some() {
        // SAFETY: `input_row` writes every row of every image whole.
        Some(unsafe {
            filled(shape, |to| {
                to.chunks_exact_mut(h * w * c).enumerate().for_each(|(image, to)| walk(image, Some(to)));
            })
        })
    } else {
        (0..n).for_each(|image| walk(image, None));
        None
    };
    LayerGradients {
        input: input_gradient,
        weight: weight_sums.map(|sums| vector([TAPS, c], sums)),
        bias: bias_sums.map(|sums| vector([c], sums)),
    }
}

/// Adds all pixels of a row `[W, C]` to `sums`, `[C]`.
fn add_pixels(row: &[f32], sums: &mut [f32]) {
    for pixel in row.chunks_exact(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += value;
        }
    }
}

/// The window turned by half a turn: a gradient's convolution with it is the input's gradient.
fn flip(weight: &[f32], channels: usize) -> Vec<f32> {
    weight.chunks_exact(channels).rev().flatten().copied().collect()
}

/// The weights `[9, C]`, as they are and turned.
struct Turned<'a> {
    weight: &'a [f32],
    flipped: Vec<f32>,
}

/// The sizes of the layer.
struct Layer {
    height: usize,
    width: usize,
    channels: usize,
    stride: usize,
    out_h: usize,
    top: usize,
    left: usize,
}

impl Layer {
    /// Adds what row `y` of the gradient says of the weights, `sums` `[9, C]`; `image` is the input's, `[H, W, C]`.
    fn add_row(&self, image: &[f32], y: usize, gradient: &[f32], sums: &mut [f32]) {
        let (width, channels, left) = (self.width, self.channels, self.left);
        for i in 0..3 {
            let seen = (y * self.stride + i).checked_sub(self.top).filter(|row| *row < self.height);
            if let Some(row) = seen {
                let input = &image[row * width * channels..][..width * channels];
                let sums = &mut sums[3 * i * channels..][..3 * channels];
                let pair = Pair { input, gradient, width, channels, left };
                if self.stride == 1 { pair.add::<1>(sums) } else { pair.add::<2>(sums) }
            }
        }
    }

    /// Writes row `line` of the input's gradient; `ring` holds the rows of the output's gradient that are needed.
    fn input_row(
        &self,
        line: usize,
        ring: &[Vec<f32>; RING],
        zeros: &[f32],
        weight: &Turned,
        to: &mut [MaybeUninit<f32>],
    ) {
        let (channels, left) = (self.channels, self.left);
        // The row of windows that sees this row with its line `i` of taps, if there is one.
        let seen = |i: usize| {
            let at = (line + self.top).checked_sub(i)?;
            (at % self.stride == 0 && at / self.stride < self.out_h).then(|| &ring[at / self.stride % RING][..])
        };
        if self.stride == 1 {
            let rows = [2, 1, 0].map(|i| seen(i).unwrap_or(zeros));
            let (weight, bias) = (&weight.flipped[..], &zeros[..channels]);
            let activation = Activation::Linear;
            Row { rows, weight, bias, width: self.width, channels, left: 2 - left, activation }.run::<1>(to);
        } else {
            // Seen by two rows of windows, with lines 0 and 2, or by one, with line 1.
            let taps = |i: usize| Some((seen(i)?, &weight.weight[3 * i * channels..][..3 * channels]));
            let lines = if (line + self.top).is_multiple_of(2) { [taps(0), taps(2)] } else { [taps(1), None] };
            Strided { lines, channels, left }.run(to);
        }
    }
}
