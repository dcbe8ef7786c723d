//! k×k convolution with bias and activation: the standard layer of LeNet and of networks before MobileNet, and a MobileNet's stem.
//!
//! `output[n, y, x, o] = activation(bias[o] + Σ_ijc weight[o, i, j, c] · input[n, s·y + i - p, s·x + j - p, c])`, with stride `s` and the
//! leading padding `p` of the [`Window`]; what lies outside the input is zero.
//!
//! It is the product of `patches` with the weights, but no patch is ever in memory: a window's row is a run of neighbouring
//! numbers of the input, and the product walks those runs. For 224×224×64 that saves 115 MB a photo.
//!
//! The weights lie as [`super::pointwise`] wants them for that product: `[C_out / 8, patch_len(k, C_in), 8]`, see [`weights`].

mod cpu;
mod cpu_backward;
mod gpu;
mod gpu_backward;
mod weight_sums;

use burn::backend::Dispatch;
use burn::tensor::{Device, Tensor};

use super::scratch::ScratchKernels;
use super::window::{Padding, Window, patch_len};
use super::{Activation, PANEL, pointwise};

pub(super) use cpu::run as cpu;
pub(super) use cpu_backward::run as cpu_backward;
pub(super) use gpu::run as gpu;
pub(super) use gpu_backward::run as gpu_backward;

/// Weights `[C_out, k, k, C_in]` (TFLite's order) and bias `[C_out]` as tensors on a device, padded with zeros.
///
/// `channels`: how many the activation before has, padding included: `C_in`, or its next multiple of eight.
///
/// # Shapes
/// Returns `[C_out' / 8, patch_len(kernel, channels), 8]` and `[C_out']`, with `C_out'` the next multiple of eight.
pub fn weights(
    weight: &[f32],
    bias: &[f32],
    kernel: usize,
    channels: usize,
    device: &Device,
) -> (Tensor<3>, Tensor<1>) {
    let inputs = weight.len() / (bias.len() * kernel * kernel);
    let padded: Vec<f32> = weight
        .chunks_exact(inputs)
        .flat_map(|tap| tap.iter().copied().chain(std::iter::repeat_n(0.0, channels - inputs)))
        .collect();
    pointwise::weights(&padded, bias, patch_len(kernel, channels), device)
}

/// The convolution. Differentiable for `input`, `weight` and `bias`.
///
/// # Shapes
/// - `input`: `[N, H, W, C_in]`, any `C_in`
/// - `weight`: `[C_out / 8, patch_len(kernel, C_in), 8]`; `bias`: `[C_out]`
/// - returns `[N, H', W', C_out]`
///
/// # Panics
/// If the shapes do not fit together: a defect of ours, as networks are checked when they are planned.
pub fn convolution(
    input: Tensor<4>,
    weight: Tensor<3>,
    bias: Tensor<1>,
    kernel: usize,
    stride: usize,
    padding: Padding,
    activation: Activation,
) -> Tensor<4> {
    let ([_, h, w, channels], [panels, len, lanes], [outputs]) = (input.dims(), weight.dims(), bias.dims());
    let window = Window::new([kernel, stride], padding, [h, w]);
    assert_eq!(len, patch_len(kernel, channels), "convolution: weight rows (left) and numbers in a patch (right)");
    assert_eq!((lanes, panels * PANEL), (PANEL, outputs), "convolution: weight panels and bias");
    Tensor::from_dispatch(Dispatch::graft_convolution(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
    ))
}
