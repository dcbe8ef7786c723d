//! Maximum pooling: the largest value of each window, channel by channel.
//!
//! On the way back a window's gradient goes to its first largest value in reading order, as in TensorFlow; it is found again from the input,
//! which the layer before has kept anyway.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::PANEL;
use super::scratch::ScratchKernels;
use super::window::{Padding, Window};

pub(super) use cpu::{gradient as cpu_gradient, run as cpu};
pub(super) use gpu::{gradient as gpu_gradient, run as gpu};

/// The largest value of each `size`×`size` window, `stride` apart; windows stay inside the input. Differentiable.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight
/// - returns `[N, (H - size) / stride + 1, (W - size) / stride + 1, C]`
///
/// # Panics
/// If a window does not fit into the input: a defect of ours.
pub fn max_pool(input: Tensor<4>, size: usize, stride: usize) -> Tensor<4> {
    let [_, h, w, channels] = input.dims();
    assert_eq!(channels % PANEL, 0, "max_pool: channels come in panels of eight");
    let window = Window::new([size, stride], Padding::Valid, [h, w]);
    Tensor::from_dispatch(Dispatch::graft_max_pool(input.into_dispatch(), window))
}
