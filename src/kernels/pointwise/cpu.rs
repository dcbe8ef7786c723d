//! The product on the CPU: a tile of rows by eight columns in registers, over packed panels.
//!
//! Ladder, MobileNetV2's products on one core in wasm: one row at a time 12 GFLOP/s; four rows by eight columns 43 (the eight
//! accumulators, two weights and one broadcast fit the sixteen registers); six rows spill and fall to 25.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;
use wide::f32x8;

use crate::kernels::activated::Activated;
use crate::kernels::cpu::{contiguous, dims4, filled, values};
use crate::kernels::{Activation, PANEL};

/// Rows of a tile: as many as the registers hold. wasm has sixteen of four lanes, AVX2 sixteen of eight.
pub(super) const ROWS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 8 };

/// Bytes of input rows that one pass over all panels keeps at hand: half of a small second-level cache.
const CHUNK_BYTES: usize = 128 * 1024;

/// `output[M, N] = activation(bias[N] + input[M, K] · weight[N / 8, K, 8]) (+ residual[M, N])` for row-major slices.
///
/// Writes every element of `output`. `M`, `N` follow from the slices' lengths.
pub fn product(
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    residual: Option<&[f32]>,
    activation: Activation,
    output: &mut [MaybeUninit<f32>],
) {
    let columns = bias.len();
    let rows = output.len() / columns;
    let depth = weight.len() / columns;
    assert_eq!((input.len(), output.len()), (rows * depth, rows * columns), "product: slices do not fit together");
    if let Some(residual) = residual {
        assert_eq!(residual.len(), output.len(), "product: the residual has the output's length");
    }
    // One tile at least: a row can be longer than the chunk.
    let chunk = (CHUNK_BYTES / (depth * size_of::<f32>())).max(1).next_multiple_of(ROWS);
    let job = Job { input, weight, bias, residual, activation, depth, columns };
    for first in (0..rows).step_by(chunk) {
        let last = rows.min(first + chunk);
        for panel in 0..columns / PANEL {
            let mut row = first;
            while row + ROWS <= last {
                job.tile::<ROWS>(row, panel, output);
                row += ROWS;
            }
            // What is left is fewer than ROWS rows: one tile of four, two and one each at most.
            for_remainder(&job, row, last, panel, output);
        }
    }
}

fn for_remainder(job: &Job, mut row: usize, last: usize, panel: usize, output: &mut [MaybeUninit<f32>]) {
    if last - row >= 4 {
        job.tile::<4>(row, panel, output);
        row += 4;
    }
    if last - row >= 2 {
        job.tile::<2>(row, panel, output);
        row += 2;
    }
    if last - row == 1 {
        job.tile::<1>(row, panel, output);
    }
}

struct Job<'a> {
    input: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    residual: Option<&'a [f32]>,
    activation: Activation,
    depth: usize,
    columns: usize,
}

impl Job<'_> {
    /// `R` rows from `row` by the eight columns of `panel`.
    #[inline(always)]
    fn tile<const R: usize>(&self, row: usize, panel: usize, output: &mut [MaybeUninit<f32>]) {
        let (depth, column) = (self.depth, panel * PANEL);
        let rows: [&[f32]; R] = std::array::from_fn(|r| &self.input[(row + r) * depth..][..depth]);
        let weights = self.weight[panel * depth * PANEL..][..depth * PANEL].as_chunks::<PANEL>().0;
        let mut sums = [f32x8::from(lanes(&self.bias[column..])); R];
        for (k, weight) in weights.iter().enumerate() {
            let weight = f32x8::from(*weight);
            for r in 0..R {
                // SAFETY: `k < depth`, the length of every row and of `weights`; the check would cost a third of the speed.
                let value = unsafe { *rows[r].get_unchecked(k) };
                sums[r] = weight.mul_add(f32x8::splat(value), sums[r]);
            }
        }
        for (r, sum) in sums.into_iter().enumerate() {
            let mut sum = sum.activated(self.activation);
            let at = (row + r) * self.columns + column;
            if let Some(residual) = self.residual {
                sum += f32x8::from(lanes(&residual[at..]));
            }
            output[at..at + PANEL].copy_from_slice(&sum.to_array().map(MaybeUninit::new));
        }
    }
}

fn lanes(slice: &[f32]) -> [f32; PANEL] {
    *slice.first_chunk().expect("channels come in panels of eight")
}

/// The operation on `flex` tensors; see the functions in the parent module for shapes.
pub fn run(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    residual: Option<FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let residual = residual.map(contiguous);
    let ([n, h, w, _], columns) = (dims4(&input), values(&bias).len());
    // SAFETY: `product` writes every element.
    unsafe {
        filled([n, h, w, columns], |output| {
            product(values(&input), values(&weight), values(&bias), residual.as_ref().map(values), activation, output);
        })
    }
}
