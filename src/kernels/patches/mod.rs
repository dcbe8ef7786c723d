//! 3×3 patches of an image as rows of a matrix ("im2col"): a product over them is a standard convolution.
//!
//! The stem (3×3, stride 2, three channels in) is the one standard convolution of a MobileNet. As patches its product is
//! [`super::pointwise`], which is the fastest code in the house; the patches are 27 numbers for each of 112×112 pixels, 1.4 MB.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::Kernels;

pub(super) use cpu::run as cpu;
pub(super) use gpu::run as gpu;

/// Numbers in a patch of `channels` channels: `3 · 3 · C`, rounded up to a multiple of four with zeros, as the product wants.
pub const fn patch_len(channels: usize) -> usize {
    (9 * channels).next_multiple_of(4)
}

/// The patches that a 3×3 convolution with TensorFlow's `SAME` padding sees.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`; `stride`: 1 or 2
/// - returns `[N, ceil(H / stride), ceil(W / stride), patch_len(C)]`; number `(3i + j)·C + c` of a patch is the input at row `i`, column `j`,
///   channel `c` of its window, zero outside the input
pub fn patches(input: Tensor<4>, stride: usize) -> Tensor<4> {
    assert!(matches!(stride, 1 | 2), "patches: stride is 1 or 2, not {stride}");
    Tensor::from_dispatch(Dispatch::graft_patches(input.into_dispatch(), stride))
}
