//! Launches `pointwise.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch};
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
    let [n, h, w, depth] = dims4(&input);
    let columns: usize = bias.meta.shape().num_elements();
    let rows = n * h * w;
    let output = empty(&input, [n, h, w, columns]);
    // The residual keeps its binding in every variant (the input stands in for it): one layout, one source.
    let residual = residual.map(into_contiguous);
    let kernel = Wgsl {
        name: "pointwise",
        source: include_str!("pointwise.wgsl"),
        constants: vec![
            ("relu6", u32::from(activation == Activation::Relu6)),
            ("residual", u32::from(residual.is_some())),
        ],
    };
    let invocations = rows.div_ceil(ROWS) * (columns / PANEL);
    let numbers = [rows as u32, depth as u32 / 4, columns as u32 / 4];
    let residual = residual.as_ref().unwrap_or(&bias);
    launch(kernel, invocations, &[&input, &weight, &bias, residual, &output], &numbers);
    output
}
