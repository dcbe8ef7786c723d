//! Launches `spread.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch};

/// See [`BackwardKernels::global_average_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: CubeTensor, height: usize, width: usize) -> CubeTensor {
    let gradient = into_contiguous(gradient);
    let [n, _, _, c] = dims4(&gradient);
    let (pixels, output) = (height * width, empty(&gradient, [n, height, width, c]));
    let kernel = Wgsl { name: "spread", source: include_str!("spread.wgsl"), constants: vec![] };
    let numbers = [n * pixels * c / 4, pixels, c / 4].map(|value| value as u32);
    launch(kernel, n * pixels * c / 4, &[&gradient, &output], &numbers);
    output
}
