//! Launches `pointwise.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};
use crate::kernels::{Activation, PANEL};

/// Rows of the tile an invocation computes; `pointwise.wgsl` is written for four.
const ROWS: usize = 4;

/// The operation on CubeCL tensors; see the functions in the parent module for shapes.
pub fn run(
    input: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    residual: Option<CubeTensor>,
    activation: Activation,
) -> CubeTensor {
    let (input, weight, bias) = (into_contiguous(input), into_contiguous(weight), into_contiguous(bias));
    let residual = residual.map(into_contiguous);
    product(&input, &weight, Some(&bias), residual.as_ref(), activation)
}

/// The product of contiguous tensors.
pub fn product(
    input: &CubeTensor,
    weight: &CubeTensor,
    bias: Option<&CubeTensor>,
    residual: Option<&CubeTensor>,
    activation: Activation,
) -> CubeTensor {
    let [n, h, w, depth] = dims4(input);
    let columns = weight.meta.shape().num_elements() / depth;
    let rows = n * h * w;
    let output = empty(input, [n, h, w, columns]);
    // Bias and residual keep their bindings in every variant (the weights stand in for them): one layout, one source.
    let kernel = Wgsl {
        name: "pointwise",
        source: wgsl!("../shared/activation.wgsl", "pointwise.wgsl"),
        constants: vec![
            ("activation", activation.code()),
            ("bias", u32::from(bias.is_some())),
            ("residual", u32::from(residual.is_some())),
        ],
    };
    let invocations = rows.div_ceil(ROWS) * (columns / PANEL);
    let numbers = [rows as u32, depth as u32 / 4, columns as u32 / 4];
    let (bias, residual) = (bias.unwrap_or(weight), residual.unwrap_or(weight));
    launch(kernel, invocations, &[input, weight, bias, residual, &output], &numbers);
    output
}
