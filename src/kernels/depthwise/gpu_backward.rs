//! Launches the gradients of the depthwise convolution: `input_gradient.wgsl` and `weight_gradient.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::TAPS;
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::gpu::{Wgsl, empty, launch};
use crate::kernels::gradient::{masked, slices, sums};
use crate::kernels::window::same_padding;

/// Neighbouring inputs an invocation computes; `input_gradient.wgsl` is written for four.
const TILE: usize = 4;

/// The gradients; see [`BackwardKernels::depthwise_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: CubeTensor, kept: Kept<CubeTensor>, stride: usize) -> LayerGradients<CubeTensor> {
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let output = output.map(into_contiguous);
    let gradient = masked(into_contiguous(gradient), output.as_ref(), activation);
    drop(output);
    let [n, h, w, c] = shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let numbers = [n, h, w, c / 4, out_h, out_w, top, left].map(|value| value as u32);

    let input_gradient = weight.map(|weight| {
        let result = empty(&gradient, shape);
        let kernel = Wgsl {
            name: "depthwise input_gradient",
            source: include_str!("input_gradient.wgsl"),
            constants: vec![("stride", stride as u32)],
        };
        let invocations = n * h * w.div_ceil(TILE) * (c / 4);
        launch(kernel, invocations, &[&gradient, &into_contiguous(weight), &result], &numbers);
        result
    });
    let (weight_gradient, bias_gradient) = if input.is_some() || bias {
        let rows = n * out_h;
        let (slice, slices) = slices(rows, c / 4, 1);
        let taps = if input.is_some() { TAPS } else { 0 };
        let partial = empty(&gradient, [slices, taps + 1, c]);
        let kernel = Wgsl {
            name: "depthwise weight_gradient",
            source: include_str!("weight_gradient.wgsl"),
            constants: vec![("stride", stride as u32), ("taps", taps as u32)],
        };
        let input = input.map(into_contiguous);
        let numbers: Vec<u32> = numbers.into_iter().chain([slice as u32, slices as u32]).collect();
        let tensors = [input.as_ref().unwrap_or(&gradient), &gradient, &partial];
        launch(kernel, slices * (c / 4), &tensors, &numbers);
        let (weight, sums) = sums(&partial, slices, input.map(|_| [TAPS, c]), c);
        (weight, bias.then_some(sums))
    } else {
        (None, None)
    };
    LayerGradients { input: input_gradient, weight: weight_gradient, bias: bias_gradient }
}
