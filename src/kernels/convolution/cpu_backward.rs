//! The convolution's gradients on the CPU, a photo at a time: what its masked gradient is needed for happens while it is near.
//!
//! That of the input is a convolution too: a pixel sums over the windows that hold it, so that the gradient, its pixels `stride` apart, meets
//! the weights turned by half, their inputs and outputs exchanged.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;

use super::cpu::{Canvas, Job, begins};
use super::weight_sums::WeightSums;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::cpu::{contiguous, dims4, filled, mask_rows, values, vector};
use crate::kernels::scratch::limits;
use crate::kernels::window::{Window, patch_len};
use crate::kernels::{Activation, PANEL};

/// The gradients that are wanted; see [`ScratchGradients`](crate::kernels::scratch::ScratchGradients).
pub fn run(gradient: FlexTensor, kept: Kept<FlexTensor>, window: Window) -> LayerGradients<FlexTensor> {
    let gradient = contiguous(gradient);
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let [input, weight, output] = [input, weight, output].map(|tensor| tensor.map(contiguous));
    let ([_, out_h, out_w, outputs], [_, h, w, c]) = (dims4(&gradient), shape);
    let (pixels, len) = (out_h * out_w * outputs, h * w * c);
    let way_back =
        weight.as_ref().map(|weight| InputGradient::new(values(weight), [out_h, out_w, outputs], shape, window));
    let mut way_back = way_back.map(|way| (way.canvas.zeros(), way));
    let mut weight_sums = input.as_ref().map(|_| WeightSums::new([h, w, c], outputs, window));
    let mut bias_sums = bias.then(|| vec![0.0; outputs]);
    let mut masked = vec![0.0; if output.is_some() { pixels } else { 0 }];

    let mut walk = |input_gradient: &mut [MaybeUninit<f32>]| {
        for (number, image) in values(&gradient).chunks_exact(pixels).enumerate() {
            let mut image = image;
            if let Some(output) = &output {
                mask_rows(image, &values(output)[number * pixels..][..pixels], activation, &mut masked);
                image = &masked;
            }
            if let Some(sums) = &mut bias_sums {
                add_columns(image, sums);
            }
            if let (Some(sums), Some(input)) = (&mut weight_sums, &input) {
                sums.add(&values(input)[number * len..][..len], image);
            }
            if let Some((room, way)) = &mut way_back {
                way.run(image, room, &mut input_gradient[number * len..][..len]);
            }
        }
    };
    let input = if weight.is_some() {
        // SAFETY: `InputGradient::run` writes every number of every photo.
        Some(unsafe { filled(shape, &mut walk) })
    } else {
        walk(&mut []);
        None
    };
    LayerGradients {
        input,
        weight: weight_sums
            .map(|sums| vector([outputs / PANEL, patch_len(window.kernel, c), PANEL], sums.into_values())),
        bias: bias_sums.map(|sums| vector([outputs], sums)),
    }
}

/// The backward convolution.
struct InputGradient {
    canvas: Canvas,
    /// `[C_in' / 8, k · k · C_out, 8]`.
    weight: Vec<f32>,
    bias: Vec<f32>,
    begins: Vec<usize>,
    kernel: usize,
    /// `C_in`, and what it is padded to.
    channels: usize,
}

impl InputGradient {
    fn new(
        weight: &[f32],
        image @ [_, _, outputs]: [usize; 3],
        [_, h, w, channels]: [usize; 4],
        window: Window,
    ) -> Self {
        let Window { kernel, stride, .. } = window;
        let ((_, top), (_, left)) = (window.output(h), window.output(w));
        let (height, width) = (h + kernel - 1, w + kernel - 1);
        let canvas = Canvas { image, height, width, top: kernel - 1 - top, left: kernel - 1 - left, step: stride };
        Self {
            canvas,
            weight: turn(weight, outputs, kernel, channels),
            bias: vec![0.0; channels.next_multiple_of(PANEL)],
            begins: begins([h, w], 1, width, outputs),
            kernel,
            channels,
        }
    }

    /// One photo: `gradient` `[H', W', C_out]`, `output` `[H, W, C_in]`.
    fn run(&self, gradient: &[f32], room: &mut [f32], output: &mut [MaybeUninit<f32>]) {
        let [_, _, outputs] = self.canvas.image;
        let job = Job {
            weight: &self.weight,
            bias: &self.bias,
            limits: limits(Activation::Linear),
            kernel: self.kernel,
            channels: outputs,
            row: self.canvas.width * outputs,
            begins: &self.begins,
        };
        let canvas = self.canvas.place(gradient, room);
        if self.bias.len() == self.channels {
            return job.run(canvas, output);
        }
        // A photo's one or three channels: the panel's others are left out.
        let mut wide = vec![MaybeUninit::new(0.0); self.begins.len() * self.bias.len()];
        job.run(canvas, &mut wide);
        for (to, from) in output.chunks_exact_mut(self.channels).zip(wide.chunks_exact(self.bias.len())) {
            to.copy_from_slice(&from[..self.channels]);
        }
    }
}

/// Weights `[C_out / 8, patch_len, 8]` as those of the backward convolution: `[C_in' / 8, k · k · C_out, 8]`, taps in reverse order.
fn turn(weight: &[f32], outputs: usize, kernel: usize, channels: usize) -> Vec<f32> {
    let (len, taps) = (patch_len(kernel, channels), kernel * kernel);
    let mut turned = vec![0.0; channels.next_multiple_of(PANEL) * taps * outputs];
    for (panel, weight) in weight.chunks_exact(len * PANEL).enumerate() {
        for (number, lanes) in weight.as_chunks::<PANEL>().0.iter().take(taps * channels).enumerate() {
            let (tap, c) = (taps - 1 - number / channels, number % channels);
            let row = (c / PANEL * taps + tap) * outputs + panel * PANEL;
            for (lane, value) in lanes.iter().enumerate() {
                turned[(row + lane) * PANEL + c % PANEL] = *value;
            }
        }
    }
    turned
}

/// Adds the sum of each column of `rows`, by blocks, so that a long sum loses nothing to rounding.
fn add_columns(rows: &[f32], sums: &mut [f32]) {
    let mut part = vec![0.0; sums.len()];
    for block in rows.chunks(256 * sums.len()) {
        part.fill(0.0);
        for row in block.chunks_exact(sums.len()) {
            for (part, value) in part.iter_mut().zip(row) {
                *part += value;
            }
        }
        for (sum, part) in sums.iter_mut().zip(&part) {
            *sum += part;
        }
    }
}
