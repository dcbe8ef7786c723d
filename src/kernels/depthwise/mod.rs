//! 3×3 depthwise convolution with bias and activation: every channel is filtered by its own nine weights.
//!
//! `output[n, y, x, c] = activation(bias[c] + Σ_ij weight[3i + j, c] · input[n, s·y + i - p, s·x + j - p, c])`, with stride `s` and the
//! padding `p` of TensorFlow's `SAME` ([`super::window::same_padding`]); what lies outside the input is zero.

mod cpu;
mod cpu_backward;
mod gpu;
mod gpu_backward;
mod strided;
mod weight_sums;

use burn::backend::Dispatch;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Activation, Kernels, PANEL};

pub(super) use cpu::run as cpu;
pub(super) use cpu_backward::run as cpu_backward;
pub(super) use gpu::run as gpu;
pub(super) use gpu_backward::run as gpu_backward;

/// Weights a channel has.
pub const TAPS: usize = 9;

/// Weights `[3, 3, C]` (TFLite's order, without its leading 1) and bias `[C]` as tensors `[9, C']` and `[C']` on a device, with `C'` the
/// next multiple of eight; what is added is zero.
pub fn weights(weight: &[f32], bias: &[f32], device: &Device) -> (Tensor<2>, Tensor<1>) {
    let channels = bias.len();
    let padded = channels.next_multiple_of(PANEL);
    let pad = |row: &[f32]| row.iter().copied().chain(std::iter::repeat_n(0.0, padded - channels)).collect::<Vec<_>>();
    let taps = weight.chunks_exact(channels).flat_map(pad).collect::<Vec<_>>();
    (
        Tensor::from_data(TensorData::new(taps, [TAPS, padded]), device),
        Tensor::from_data(TensorData::new(pad(bias), [padded]), device),
    )
}

/// The convolution with ReLU6, as a MobileNet has it.
///
/// # Shapes
/// As [`convolution`].
///
/// # Panics
/// As [`convolution`].
pub fn depthwise(input: Tensor<4>, weight: Tensor<2>, bias: Tensor<1>, stride: usize) -> Tensor<4> {
    convolution(input, weight, bias, stride, Activation::Relu6)
}

/// The convolution with any activation. Differentiable by input, weight and bias.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight
/// - `weight`: `[9, C]`; `bias`: `[C]`; `stride`: 1 or 2
/// - returns `[N, ceil(H / stride), ceil(W / stride), C]`
///
/// # Panics
/// If the shapes do not fit together: a defect of ours, as the loader has checked the file's.
pub fn convolution(
    input: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    stride: usize,
    activation: Activation,
) -> Tensor<4> {
    let ([_, _, _, channels], [taps, filters], [biases]) = (input.dims(), weight.dims(), bias.dims());
    assert_eq!((taps, filters, biases), (TAPS, channels, channels), "depthwise: weights and bias fit the channels");
    assert_eq!(channels % PANEL, 0, "depthwise: channels come in panels of eight");
    assert!(matches!(stride, 1 | 2), "depthwise: stride is 1 or 2, not {stride}");
    Tensor::from_dispatch(Dispatch::graft_depthwise(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        stride,
        activation,
    ))
}
