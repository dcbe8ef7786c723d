//! The depthwise convolution on the CPU: four neighbouring outputs at once, along vectors of channels.
//!
//! Four outputs share three weights and (at stride 1) six input columns a row: 27 loads for 36 multiply-adds, where one output at a
//! time takes 18 loads for nine.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;
use wide::f32x4;

use super::TAPS;
use crate::kernels::Activation;
use crate::kernels::activated::Activated;
use crate::kernels::cpu::{contiguous, dims4, filled, values};
use crate::kernels::window::same_padding;

/// Outputs computed together.
pub(super) const TILE: usize = 4;
/// Channels in a vector. Four, not eight: nine weights, four sums and an input stay within wasm's sixteen registers.
pub(super) const LANES: usize = 4;

/// The operation on `flex` tensors; see [`super::convolution`] for shapes.
pub fn run(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    stride: usize,
    activation: Activation,
) -> FlexTensor {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let zeros = vec![0.0; w * c];
    // SAFETY: every output row is written whole by `Row::run`.
    unsafe {
        filled([n, out_h, out_w, c], |output| {
            for (image, planes) in
                values(&input).chunks_exact(h * w * c).zip(output.chunks_exact_mut(out_h * out_w * c))
            {
                for (y, output) in planes.chunks_exact_mut(out_w * c).enumerate() {
                    // Rows outside the image are a row of zeros, so that only the left and right edges need care.
                    let rows = std::array::from_fn(|i| {
                        (y * stride + i)
                            .checked_sub(top)
                            .filter(|row| *row < h)
                            .map_or(&zeros[..], |row| &image[row * w * c..][..w * c])
                    });
                    let (weight, bias) = (values(&weight), values(&bias));
                    let row = Row { rows, weight, bias, width: w, channels: c, left, activation };
                    if stride == 1 { row.run::<1>(output) } else { row.run::<2>(output) }
                }
            }
        })
    }
}

/// Three input rows on their way to one output row.
pub(super) struct Row<'a> {
    /// Each `[W, C]`.
    pub rows: [&'a [f32]; 3],
    pub weight: &'a [f32],
    pub bias: &'a [f32],
    pub width: usize,
    pub channels: usize,
    /// Padding before the first column.
    pub left: usize,
    pub activation: Activation,
}

impl Row<'_> {
    /// Writes one output row `[out_w, C]` at stride `S`.
    pub fn run<const S: usize>(&self, output: &mut [MaybeUninit<f32>]) {
        let out_w = output.len() / self.channels;
        let mut x = 0;
        while x < out_w {
            // An output is inner if its three columns lie inside the input.
            let starts_inside = x * S >= self.left;
            let tile_fits = (x + TILE - 1) * S + 3 <= self.width + self.left;
            if starts_inside && tile_fits && x + TILE <= out_w {
                self.inner::<S, TILE>(x, output);
                x += TILE;
            } else if starts_inside && x * S + 3 <= self.width + self.left {
                self.inner::<S, 1>(x, output);
                x += 1;
            } else {
                self.edge::<S>(x, output);
                x += 1;
            }
        }
    }

    /// `T` outputs from `x` on, all of whose columns lie inside the input.
    #[inline(always)]
    fn inner<const S: usize, const T: usize>(&self, x: usize, output: &mut [MaybeUninit<f32>]) {
        let channels = self.channels;
        let first = (x * S - self.left) * channels;
        let columns = (T - 1) * S + 3;
        let rows = self.rows.map(|row| &row[first..][..columns * channels]);
        let output = &mut output[x * channels..][..T * channels];
        for c in (0..channels).step_by(LANES) {
            let mut sums = [load(self.bias, c); T];
            for (i, row) in rows.iter().enumerate() {
                let weights: [f32x4; 3] = std::array::from_fn(|j| load(self.weight, (3 * i + j) * channels + c));
                for (t, sum) in sums.iter_mut().enumerate() {
                    for (j, weight) in weights.iter().enumerate() {
                        // SAFETY: `t·S + j < columns` and `c + LANES <= channels` (channels come in panels of eight).
                        let value = unsafe { load_unchecked(row, (t * S + j) * channels + c) };
                        *sum = weight.mul_add(value, *sum);
                    }
                }
            }
            for (t, sum) in sums.into_iter().enumerate() {
                output[t * channels + c..][..LANES].copy_from_slice(&self.activated(sum));
            }
        }
    }

    /// One output at the left or right edge.
    fn edge<const S: usize>(&self, x: usize, output: &mut [MaybeUninit<f32>]) {
        let channels = self.channels;
        let output = &mut output[x * channels..][..channels];
        for c in (0..channels).step_by(LANES) {
            let mut sum = load(self.bias, c);
            for tap in 0..TAPS {
                let column = (x * S + tap % 3).checked_sub(self.left).filter(|column| *column < self.width);
                if let Some(column) = column {
                    sum = load(self.weight, tap * channels + c)
                        .mul_add(load(self.rows[tap / 3], column * channels + c), sum);
                }
            }
            output[c..][..LANES].copy_from_slice(&self.activated(sum));
        }
    }

    #[inline(always)]
    fn activated(&self, sum: f32x4) -> [MaybeUninit<f32>; LANES] {
        sum.activated(self.activation).to_array().map(MaybeUninit::new)
    }
}

#[inline(always)]
pub(super) fn load(slice: &[f32], at: usize) -> f32x4 {
    f32x4::from(*slice[at..].first_chunk::<LANES>().expect("channels come in panels of eight"))
}

/// # Safety
/// `at + LANES` must not exceed the slice's length.
#[inline(always)]
pub(super) unsafe fn load_unchecked(slice: &[f32], at: usize) -> f32x4 {
    // SAFETY: the caller keeps the range inside the slice; an array of f32 needs no more alignment than f32.
    f32x4::from(unsafe { *slice.as_ptr().add(at).cast::<[f32; LANES]>() })
}
