//! Launches `patches.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::patch_len;
use crate::kernels::gpu::{Wgsl, dims4, empty, launch};
use crate::kernels::same_padding;

/// The operation on CubeCL tensors; see [`super::patches`] for shapes.
pub fn run(input: CubeTensor, stride: usize) -> CubeTensor {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let len = patch_len(c);
    let output = empty(&input, [n, out_h, out_w, len]);
    let kernel = Wgsl { name: "patches", source: include_str!("patches.wgsl"), constants: vec![] };
    let numbers = [n, h, w, c, out_h, out_w, top, left, stride, len].map(|value| value as u32);
    launch(kernel, n * out_h * out_w * (len / 4), &[&input, &output], &numbers);
    output
}
