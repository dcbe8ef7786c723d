//! Launches `depthwise.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::Activation;
use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};
use crate::kernels::window::same_padding;

/// Neighbouring outputs an invocation computes; `depthwise.wgsl` is written for four.
const TILE: usize = 4;

/// The operation on CubeCL tensors; see [`super::convolution`] for shapes.
pub fn run(
    input: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    stride: usize,
    activation: Activation,
) -> CubeTensor {
    let (input, weight, bias) = (into_contiguous(input), into_contiguous(weight), into_contiguous(bias));
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let output = empty(&input, [n, out_h, out_w, c]);
    let kernel = Wgsl {
        name: "depthwise",
        source: wgsl!("../shared/activation.wgsl", "depthwise.wgsl"),
        constants: vec![
            ("stride", stride as u32),
            ("columns", (TILE as u32 - 1) * stride as u32 + 3),
            ("activation", activation.code()),
        ],
    };
    let invocations = n * out_h * out_w.div_ceil(TILE) * (c / 4);
    let numbers = [n, h, w, c / 4, out_h, out_w, top, left].map(|value| value as u32);
    launch(kernel, invocations, &[&input, &weight, &bias, &output], &numbers);
    output
}
