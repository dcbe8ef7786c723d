//! The convolution on the CPU.
//!
//! As the product of `pointwise/cpu.rs`: a tile of pixels by eight channels in registers. A pixel's row of the product is `k` runs of `k · C`
//! neighbouring numbers; where windows reach over the edge the image is first copied onto a canvas with zeros around it.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;
use wide::f32x8;

use crate::kernels::cpu::{contiguous, dims4, filled, values};
use crate::kernels::scratch::limits;
use crate::kernels::window::Window;
use crate::kernels::{Activation, PANEL};

/// Pixels of a tile: as many as the registers hold. wasm has sixteen of four lanes, AVX2 sixteen of eight.
const PIXELS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 8 };

/// Bytes of input that one pass over all panels keeps at hand: half of a small second-level cache.
const CHUNK_BYTES: usize = 128 * 1024;

/// How an image lies on its canvas.
pub(super) struct Canvas {
    /// `[height, width, channels]` of the image.
    pub image: [usize; 3],
    /// Rows and columns of the canvas.
    pub height: usize,
    pub width: usize,
    /// Zeros before the first row and column.
    pub top: usize,
    pub left: usize,
    /// Pixels from one of the image's to its neighbour; between them are zeros.
    pub step: usize,
}

impl Canvas {
    /// Room for one image. Only the image's pixels are ever written, so that one canvas serves all images of a batch.
    pub fn zeros(&self) -> Vec<f32> {
        if self.is_image() { Vec::new() } else { vec![0.0; self.height * self.width * self.image[2]] }
    }

    /// Is the canvas the image as it is?
    fn is_image(&self) -> bool {
        let [h, w, _] = self.image;
        (self.top, self.left, self.step) == (0, 0, 1) && self.height <= h && self.width == w
    }

    /// Puts an image onto the canvas `room`.
    pub fn place<'a>(&self, image: &'a [f32], room: &'a mut [f32]) -> &'a [f32] {
        if self.is_image() {
            return image;
        }
        let [_, w, c] = self.image;
        let rows = room.chunks_exact_mut(self.width * c).skip(self.top).step_by(self.step);
        for (to, from) in rows.zip(image.chunks_exact(w * c)) {
            let to = &mut to[self.left * c..];
            if self.step == 1 {
                let count = to.len().min(from.len()); // windows may leave the last columns out
                to[..count].copy_from_slice(&from[..count]);
            } else {
                for (to, from) in to.chunks_exact_mut(c).step_by(self.step).zip(from.chunks_exact(c)) {
                    to.copy_from_slice(from);
                }
            }
        }
        room
    }
}

/// A convolution over canvases: it never looks over an edge.
pub(super) struct Job<'a> {
    pub weight: &'a [f32],
    pub bias: &'a [f32],
    pub limits: (f32, f32),
    pub kernel: usize,
    pub channels: usize,
    /// Numbers in a row of the canvas.
    pub row: usize,
    /// Where the window of each output pixel begins on the canvas.
    pub begins: &'a [usize],
}

impl Job<'_> {
    /// One image: `output` `[H', W', C_out]`.
    pub fn run(&self, canvas: &[f32], output: &mut [MaybeUninit<f32>]) {
        let pixels = self.begins.len();
        // One tile at least: a pixel can be longer than the chunk.
        let chunk = (CHUNK_BYTES / (self.channels * size_of::<f32>())).max(1).next_multiple_of(PIXELS);
        for first in (0..pixels).step_by(chunk) {
            let last = pixels.min(first + chunk);
            for panel in 0..self.bias.len() / PANEL {
                let mut pixel = first;
                while pixel + PIXELS <= last {
                    self.tile::<PIXELS>(canvas, pixel, panel, output);
                    pixel += PIXELS;
                }
                // What is left is fewer than PIXELS: one tile of four, two and one each at most.
                if last - pixel >= 4 {
                    self.tile::<4>(canvas, pixel, panel, output);
                    pixel += 4;
                }
                if last - pixel >= 2 {
                    self.tile::<2>(canvas, pixel, panel, output);
                    pixel += 2;
                }
                if last - pixel == 1 {
                    self.tile::<1>(canvas, pixel, panel, output);
                }
            }
        }
    }

    /// `R` pixels from `pixel` by the eight channels of `panel`.
    #[inline(always)]
    fn tile<const R: usize>(&self, canvas: &[f32], pixel: usize, panel: usize, output: &mut [MaybeUninit<f32>]) {
        let (run, columns, column) = (self.kernel * self.channels, self.bias.len(), panel * PANEL);
        let depth = self.weight.len() / columns;
        let weights = self.weight[panel * depth * PANEL..][..depth * PANEL].as_chunks::<PANEL>().0;
        let begins = &self.begins[pixel..][..R];
        let mut sums = [f32x8::from(*self.bias[column..].first_chunk::<PANEL>().expect("panels of eight")); R];
        for (i, weights) in weights.chunks_exact(run).take(self.kernel).enumerate() {
            let runs: [&[f32]; R] = std::array::from_fn(|r| &canvas[begins[r] + i * self.row..][..run]);
            for (k, weight) in weights.iter().enumerate() {
                let weight = f32x8::from(*weight);
                for r in 0..R {
                    // SAFETY: `k < run`, the length of every run and of `weights`; the check would cost a third of the speed.
                    let value = unsafe { *runs[r].get_unchecked(k) };
                    sums[r] = weight.mul_add(f32x8::splat(value), sums[r]);
                }
            }
        }
        let (low, high) = self.limits;
        for (r, sum) in sums.into_iter().enumerate() {
            let at = (pixel + r) * columns + column;
            // Comparisons, not `max` and `min`: what is no number must stay none, so that training notices.
            let bounded =
                sum.to_array().map(|v| if v < low { low } else { v }).map(|v| if v > high { high } else { v });
            output[at..at + PANEL].copy_from_slice(&bounded.map(MaybeUninit::new));
        }
    }
}

/// Where the windows of `[out_h, out_w]` pixels begin on a canvas.
pub(super) fn begins([out_h, out_w]: [usize; 2], stride: usize, width: usize, channels: usize) -> Vec<usize> {
    (0..out_h * out_w).map(|pixel| (pixel / out_w * stride * width + pixel % out_w * stride) * channels).collect()
}

/// The operation on `flex` tensors; see [`super::convolution`] for shapes.
pub fn run(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    window: Window,
    activation: Activation,
) -> FlexTensor {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let [n, h, w, c] = dims4(&input);
    let Window { kernel, stride, .. } = window;
    let ((out_h, top), (out_w, left)) = (window.output(h), window.output(w));
    let (height, mut width) = ((out_h - 1) * stride + kernel, (out_w - 1) * stride + kernel);
    if left == 0 && width <= w {
        width = w; // columns that no window sees do no harm, and the image can stay where it is
    }
    let canvas = Canvas { image: [h, w, c], height, width, top, left, step: 1 };
    let job = Job {
        weight: values(&weight),
        bias: values(&bias),
        limits: limits(activation),
        kernel,
        channels: c,
        row: width * c,
        begins: &begins([out_h, out_w], stride, width, c),
    };
    let (mut room, columns) = (canvas.zeros(), job.bias.len());
    // SAFETY: `Job::run` writes every pixel of every image.
    unsafe {
        filled([n, out_h, out_w, columns], |output| {
            for (image, output) in
                values(&input).chunks_exact(h * w * c).zip(output.chunks_exact_mut(out_h * out_w * columns))
            {
                job.run(canvas.place(image, &mut room), output);
            }
        })
    }
}
