//! Launches `pool.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch};

/// The operation on CubeCL tensors; see [`super::global_average`] for shapes.
pub fn run(input: CubeTensor) -> CubeTensor {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let output = empty(&input, [n, 1, 1, c]);
    let kernel = Wgsl { name: "pool", source: include_str!("pool.wgsl"), constants: vec![] };
    launch(kernel, n * c / 4, &[&input, &output], &[n * c / 4, h * w, c / 4].map(|value| value as u32));
    output
}
