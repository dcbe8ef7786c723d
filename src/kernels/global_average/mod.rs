//! Global average pooling: the mean over all pixels of a feature map, one number a channel: the embedding.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::{Kernels, PANEL};

pub(super) use cpu::{backward as cpu_backward, run as cpu};
pub(super) use gpu::{backward as gpu_backward, run as gpu};

/// `output[n, 0, 0, c]` = mean over `y`, `x` of `input[n, y, x, c]`. Differentiable.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight
/// - returns `[N, 1, 1, C]`
pub fn global_average(input: Tensor<4>) -> Tensor<4> {
    let [_, _, _, channels] = input.dims();
    assert_eq!(channels % PANEL, 0, "global_average: channels come in panels of eight");
    Tensor::from_dispatch(Dispatch::graft_global_average(input.into_dispatch()))
}
