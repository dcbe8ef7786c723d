//! Average pooling: the mean of each window, channel by channel.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::PANEL;
use super::scratch::ScratchKernels;
use super::window::{Padding, Window};

pub(super) use cpu::{gradient as cpu_gradient, run as cpu};
pub(super) use gpu::{gradient as gpu_gradient, run as gpu};

/// The mean of each `size`×`size` window, `stride` apart; windows stay inside the input. Differentiable.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight
/// - returns `[N, (H - size) / stride + 1, (W - size) / stride + 1, C]`
///
/// # Panics
/// If a window does not fit into the input: a defect of ours.
pub fn average_pool(input: Tensor<4>, size: usize, stride: usize) -> Tensor<4> {
    let [_, h, w, channels] = input.dims();
    assert_eq!(channels % PANEL, 0, "average_pool: channels come in panels of eight");
    let window = Window::new([size, stride], Padding::Valid, [h, w]);
    Tensor::from_dispatch(Dispatch::graft_average_pool(input.into_dispatch(), window))
}
