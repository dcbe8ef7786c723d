//! 1×1 convolution: a matrix product over all pixels, with bias, activation and residual in the same pass.
//!
//! `output[m, n] = activation(bias[n] + Σ_k input[m, k] · weight[k, n]) (+ residual[m, n])`, where `m` runs over `N·H·W`.
//!
//! The weights lie in panels of eight output channels, `[ceil(C_out / 8), C_in, 8]`: both devices walk one panel from front to back
//! while they keep a tile of rows in registers.

mod cpu;
mod cpu_backward;
mod gpu;
mod gpu_backward;
mod weight_sums;

use burn::backend::Dispatch;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Activation, Kernels, PANEL};

pub(super) use cpu::run as cpu;
pub(super) use cpu_backward::run as cpu_backward;
pub(super) use gpu::run as gpu;
pub(super) use gpu_backward::run as gpu_backward;

/// Packs a matrix given as `[outputs, inputs]` (TFLite's and PyTorch's order) into panels `[ceil(outputs / 8), padded, 8]`, where
/// `padded` is how many channels the activation before has: `inputs`, or more where that one was padded itself. What is added is zero.
pub fn pack(weight: &[f32], outputs: usize, inputs: usize, padded: usize) -> (Vec<f32>, [usize; 3]) {
    let panels = outputs.div_ceil(PANEL);
    let mut packed = vec![0.0; panels * padded * PANEL];
    for (output, row) in weight.chunks_exact(inputs).take(outputs).enumerate() {
        let (panel, lane) = (output / PANEL, output % PANEL);
        for (input, &value) in row.iter().enumerate() {
            packed[(panel * padded + input) * PANEL + lane] = value;
        }
    }
    (packed, [panels, padded, PANEL])
}

/// [`pack`]ed weights and padded bias as tensors on a device.
///
/// # Shapes
/// `weight`: `[outputs, inputs]`, row-major; `bias`: `[outputs]`. Returns `[ceil(outputs / 8), padded, 8]` and `[outputs']`, with
/// `outputs'` the next multiple of eight.
pub fn weights(weight: &[f32], bias: &[f32], padded: usize, device: &Device) -> (Tensor<3>, Tensor<1>) {
    let outputs = bias.len();
    let (packed, shape) = pack(weight, outputs, weight.len() / outputs, padded);
    let mut bias = bias.to_vec();
    bias.resize(outputs.next_multiple_of(PANEL), 0.0);
    let length = bias.len();
    (
        Tensor::from_data(TensorData::new(packed, shape), device),
        Tensor::from_data(TensorData::new(bias, [length]), device),
    )
}

/// The product with bias and activation.
///
/// Differentiable by input, weight and bias; the gradient by the input asks for a `C_in` that is a multiple of eight.
///
/// # Shapes
/// - `input`: `[N, H, W, C_in]`, `C_in` a multiple of four
/// - `weight`: `[C_out / 8, C_in, 8]` (see [`pack`]); `bias`: `[C_out]`
/// - returns `[N, H, W, C_out]`
///
/// # Panics
/// If the shapes do not fit together: a defect of ours, as the loader has checked the file's.
pub fn pointwise(input: Tensor<4>, weight: Tensor<3>, bias: Tensor<1>, activation: Activation) -> Tensor<4> {
    check(&input, &weight, &bias);
    Tensor::from_dispatch(Dispatch::graft_pointwise(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        activation,
    ))
}

/// The product with bias, linear, and `residual` (`[N, H, W, C_out]`) added: the projection at the end of an inverted residual.
/// Differentiable by all four.
///
/// # Shapes
/// As [`pointwise`].
///
/// # Panics
/// As [`pointwise`].
pub fn pointwise_residual(input: Tensor<4>, weight: Tensor<3>, bias: Tensor<1>, residual: Tensor<4>) -> Tensor<4> {
    check(&input, &weight, &bias);
    let ([n, h, w, _], [outputs]) = (input.dims(), bias.dims());
    assert_eq!(residual.dims(), [n, h, w, outputs], "pointwise: the residual has the output's shape");
    Tensor::from_dispatch(Dispatch::graft_pointwise_residual(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        residual.into_dispatch(),
    ))
}

fn check(input: &Tensor<4>, weight: &Tensor<3>, bias: &Tensor<1>) {
    let ([_, _, _, channels], [panels, inputs, lanes], [outputs]) = (input.dims(), weight.dims(), bias.dims());
    assert_eq!(channels, inputs, "pointwise: input channels (left) and weight rows (right)");
    assert_eq!(channels % 4, 0, "pointwise: input channels come in vectors of four");
    assert_eq!((lanes, panels * PANEL), (PANEL, outputs), "pointwise: weight panels and bias");
}
