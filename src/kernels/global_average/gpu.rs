//! Launches `mean.wgsl` and `spread.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch};

/// The operation on CubeCL tensors; see [`super::global_average`] for shapes.
pub fn run(input: CubeTensor) -> CubeTensor {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let output = empty(&input, [n, 1, 1, c]);
    let kernel = Wgsl { name: "global average", source: include_str!("mean.wgsl"), constants: vec![] };
    launch(kernel, n * c / 4, &[&input, &output], &[n * c / 4, h * w, c / 4].map(|value| value as u32));
    output
}

/// See [`BackwardKernels::global_average_backward`](crate::kernels::backward::BackwardKernels).
pub fn backward(gradient: CubeTensor, height: usize, width: usize) -> CubeTensor {
    let gradient = into_contiguous(gradient);
    let [n, _, _, c] = dims4(&gradient);
    let (pixels, output) = (height * width, empty(&gradient, [n, height, width, c]));
    let kernel = Wgsl { name: "global average gradient", source: include_str!("spread.wgsl"), constants: vec![] };
    let numbers = [n * pixels * c / 4, pixels, c / 4].map(|value| value as u32);
    launch(kernel, n * pixels * c / 4, &[&gradient, &output], &numbers);
    output
}
