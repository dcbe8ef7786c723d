//! Batch normalisation with an activation in the same pass (Ioffe & Szegedy 2015, algorithm 1).
//!
//! Over the `M = N·H·W` pixels of the batch that is given (a micro-batch, where a batch comes in several), for each channel:
//!
//! ```text
//! μ  = 1/M Σ x            σ² = 1/M Σ (x − μ)²
//! x̂  = (x − μ) / √(σ² + ε)
//! y  = activation(γ x̂ + β)
//!
//! dz = dy where the activation passes it
//! dβ = Σ dz               dγ = Σ dz x̂
//! dx = γ / √(σ² + ε) · (dz − (dβ + x̂ dγ) / M)
//! ```
//!
//! Only the input is kept for the way back; `x̂` and the activation's mask are computed again. Sums go by blocks: the mean and the squared
//! deviations of a block, joined as Chan, Golub & LeVeque 1983 do, so that a large mean costs no digits.
//!
//! Padded channels (zeros in the input) stay zero as long as their β is zero; their γ and β get no gradient.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::scratch::ScratchKernels;
use super::{Activation, PANEL};

pub(super) use cpu::{gradient as cpu_gradient, normalise as cpu_normalise, run as cpu};
pub(super) use gpu::{gradient as gpu_gradient, normalise as gpu_normalise, run as gpu};

/// What is added to a variance, so that a constant channel divides by no zero: Keras' for its MobileNets.
pub const EPSILON: f32 = 1e-3;

/// What [`batch_norm`] gives.
#[derive(Debug, Clone)]
pub struct BatchNorm {
    /// `[N, H, W, C]`.
    pub output: Tensor<4>,
    /// `[C]`: the batch's mean, without gradient, for the running one.
    pub mean: Tensor<1>,
    /// `[C]`: the batch's variance (divided by `M`, not `M − 1`), without gradient.
    pub variance: Tensor<1>,
}

/// Normalises with the statistics of this batch: training. Differentiable for `input`, `gamma` and `beta`.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight; `gamma`, `beta`: `[C]`
///
/// # Panics
/// If the shapes do not fit together: a defect of ours.
pub fn batch_norm(input: Tensor<4>, gamma: Tensor<1>, beta: Tensor<1>, activation: Activation) -> BatchNorm {
    check(&input, &[&gamma, &beta]);
    let (output, mean, variance) =
        Dispatch::graft_batch_norm(input.into_dispatch(), gamma.into_dispatch(), beta.into_dispatch(), activation);
    BatchNorm {
        output: Tensor::from_dispatch(output),
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    }
}

/// Normalises with given statistics (running ones): inference. Nothing gets a gradient through it.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, `C` a multiple of eight; `mean`, `variance`, `gamma`, `beta`: `[C]`
/// - returns `[N, H, W, C]`
///
/// # Panics
/// If the shapes do not fit together: a defect of ours.
pub fn normalise(
    input: Tensor<4>,
    mean: Tensor<1>,
    variance: Tensor<1>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    activation: Activation,
) -> Tensor<4> {
    check(&input, &[&mean, &variance, &gamma, &beta]);
    Tensor::from_dispatch(Dispatch::graft_normalise(
        input.into_dispatch(),
        mean.into_dispatch(),
        variance.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        activation,
    ))
}

fn check(input: &Tensor<4>, others: &[&Tensor<1>]) {
    let [_, _, _, channels] = input.dims();
    assert_eq!(channels % PANEL, 0, "batch norm: channels come in panels of eight");
    assert!(others.iter().all(|other| other.dims() == [channels]), "batch norm: one number a channel");
}
