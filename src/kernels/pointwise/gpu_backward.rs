//! Launches the gradients of the product: `transpose.wgsl` and the product itself for the input's, `weight_gradient.wgsl` for the others.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::gpu::product;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::gpu::{Wgsl, empty, launch};
use crate::kernels::gradient::{masked, slices, sums};
use crate::kernels::{Activation, PANEL};

/// Rows that are worth an invocation of their own.
const SHORTEST_SLICE: usize = 32;

/// The gradients; see [`BackwardKernels::pointwise_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: CubeTensor, kept: Kept<CubeTensor>) -> LayerGradients<CubeTensor> {
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let output = output.map(into_contiguous);
    let gradient = masked(into_contiguous(gradient), output.as_ref(), activation);
    drop(output);
    let depth = shape[3];
    let (weight_gradient, bias_gradient) = if input.is_some() || bias {
        let (weight, sums) = sums_over_rows(&gradient, input.map(into_contiguous), depth);
        (weight, bias.then_some(sums))
    } else {
        (None, None)
    };
    let input_gradient = weight.map(|weight| {
        assert_eq!(depth % PANEL, 0, "pointwise: the gradient by an input of channels in panels of eight");
        let transposed = transpose(&into_contiguous(weight), depth);
        product(&gradient, &transposed, None, None, Activation::Linear)
    });
    LayerGradients { input: input_gradient, weight: weight_gradient, bias: bias_gradient }
}

/// Panels `[C_out / 8, C_in, 8]` as panels of the transposed matrix, `[C_in / 8, C_out, 8]`.
fn transpose(weight: &CubeTensor, depth: usize) -> CubeTensor {
    let count = weight.meta.shape().num_elements();
    let columns = count / depth;
    let transposed = empty(weight, [depth / PANEL, columns, PANEL]);
    let kernel = Wgsl { name: "transpose", source: include_str!("transpose.wgsl"), constants: vec![] };
    launch(kernel, count / 4, &[weight, &transposed], &[count, depth, columns].map(|value| value as u32));
    transposed
}

/// The gradients by the weight, where there is an input, and by the bias.
fn sums_over_rows(gradient: &CubeTensor, input: Option<CubeTensor>, depth: usize) -> (Option<CubeTensor>, CubeTensor) {
    let [n, h, w, columns] = gradient.meta.shape().dims();
    let rows = n * h * w;
    let depth = if input.is_some() { depth } else { 0 };
    let tiles = (depth / 4 + 1) * (columns / PANEL);
    let (slice, slices) = slices(rows, tiles, SHORTEST_SLICE);
    let partial = empty(gradient, [slices, (depth + 1) * columns]);
    let kernel = Wgsl { name: "weight_gradient", source: include_str!("weight_gradient.wgsl"), constants: vec![] };
    let numbers = [rows, depth / 4, columns / 4, slice, slices].map(|value| value as u32);
    launch(kernel, tiles * slices, &[input.as_ref().unwrap_or(gradient), gradient, &partial], &numbers);
    sums(&partial, slices, input.map(|_| [columns / PANEL, depth, PANEL]), columns)
}
