//! The gradients of the product on the CPU, a chunk of rows at a time: what a chunk's masked gradient is needed for happens while it is
//! in the cache, and it is never there as a whole.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;

use super::cpu::product;
use super::weight_sums::WeightSums;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::cpu::{contiguous, filled, mask_rows, values, vector};
use crate::kernels::{Activation, PANEL};

/// The gradients; see [`BackwardKernels::pointwise_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: FlexTensor, kept: Kept<FlexTensor>) -> LayerGradients<FlexTensor> {
    let gradient = contiguous(gradient);
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let [input, weight, output] = [input, weight, output].map(|tensor| tensor.map(contiguous));
    let depth = shape[3];
    let rows: usize = shape[..3].iter().product();
    let columns = values(&gradient).len() / rows;
    let transposed = weight.as_ref().map(|weight| {
        assert_eq!(depth % PANEL, 0, "pointwise: the gradient by an input of channels in panels of eight");
        transpose(values(weight), depth)
    });
    let mut weight_sums = input.as_ref().map(|_| WeightSums::new(depth, columns));
    let mut bias_sums = bias.then(|| vec![0.0; columns]);
    let zeros = vec![0.0; depth];
    let mut masked = vec![0.0; if output.is_some() { ROWS.min(rows) * columns } else { 0 }];

    let mut walk = |input_gradient: &mut [MaybeUninit<f32>]| {
        for first in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - first);
            let span = first * columns..(first + count) * columns;
            let mut rows = &values(&gradient)[span.clone()];
            if let Some(output) = &output {
                mask_rows(rows, &values(output)[span], activation, &mut masked[..count * columns]);
                rows = &masked[..count * columns];
            }
            if let Some(sums) = &mut bias_sums {
                add_columns(rows, sums);
            }
            if let Some(transposed) = &transposed {
                let to = &mut input_gradient[first * depth..][..count * depth];
                product(rows, transposed, &zeros, None, Activation::Linear, to);
            }
            if let (Some(sums), Some(input)) = (&mut weight_sums, &input) {
                sums.add(&values(input)[first * depth..][..count * depth], rows);
            }
        }
    };
    let input_gradient = if transposed.is_some() {
        // SAFETY: the products of all chunks together write every row.
        Some(unsafe { filled(shape, &mut walk) })
    } else {
        walk(&mut []);
        None
    };
    LayerGradients {
        input: input_gradient,
        weight: weight_sums.map(|sums| vector([columns / PANEL, depth, PANEL], sums.into_values())),
        bias: bias_sums.map(|sums| vector([columns], sums)),
    }
}

/// Rows of a chunk: a few hundred KB of gradient for the widest layers, some ten for the narrow ones.
const ROWS: usize = 128;

/// Adds the rows of `[M, C]` to `sums`, `[C]`.
fn add_columns(rows: &[f32], sums: &mut [f32]) {
    for row in rows.chunks_exact(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

/// Panels `[C_out / 8, C_in, 8]` as panels of the transposed matrix, `[C_in / 8, C_out, 8]`.
pub fn transpose(weight: &[f32], depth: usize) -> Vec<f32> {
    let columns = weight.len() / depth;
    let mut transposed = vec![0.0; weight.len()];
    for (panel, weight) in weight.chunks_exact(depth * PANEL).enumerate() {
        for (block, square) in weight.chunks_exact(PANEL * PANEL).enumerate() {
            let to = &mut transposed[(block * columns + panel * PANEL) * PANEL..][..PANEL * PANEL];
            for i in 0..PANEL {
                for j in 0..PANEL {
                    to[j * PANEL + i] = square[i * PANEL + j];
                }
            }
        }
    }
    transposed
}
