//! Batch norm of one layer: trained scale and shift, running statistics, and its disappearance into weight and bias.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use super::layout::pad;
use crate::kernels::{
    Activation,
    batch_norm::{self, BatchNorm, EPSILON},
};

/// Share of the old running statistics that an update leaves at most. Keras's 0.99 takes hundreds of steps to forget where it began; a
/// training on few photos has not so many.
const MOMENTUM: f32 = 0.95;

/// γ, β and what inference normalises with.
#[derive(Module, Debug)]
pub struct Norm {
    /// γ, `[C']`, trained.
    pub(super) gamma: Param<Tensor<1>>,
    /// β, `[C']`, trained.
    pub(super) beta: Param<Tensor<1>>,
    /// Running mean, `[C']`.
    pub(super) mean: Param<Tensor<1>>,
    /// Running variance, `[C']`.
    pub(super) variance: Param<Tensor<1>>,
}

impl Norm {
    /// γ = 1, β = 0, statistics of noise: mean 0, variance 1. Padded channels have 0 everywhere, and stay so.
    pub(super) fn new(channels: usize, device: &Device) -> Self {
        let all = |value: f32| constant(&pad(&vec![value; channels], channels), device);
        Self { gamma: all(1.0), beta: all(0.0), mean: all(0.0), variance: all(1.0) }
    }

    /// Normalises with the batch's own statistics.
    pub(super) fn train(&self, sums: Tensor<4>, activation: Activation) -> BatchNorm {
        batch_norm::batch_norm(sums, self.gamma.val(), self.beta.val(), activation)
    }

    /// Normalises with the running statistics; keeps nothing for backward.
    pub(super) fn infer(&self, sums: Tensor<4>, activation: Activation) -> Tensor<4> {
        let plain = |param: &Param<Tensor<1>>| param.val().without_autodiff();
        let (gamma, beta) = (plain(&self.gamma), plain(&self.beta));
        batch_norm::normalise(sums, plain(&self.mean), plain(&self.variance), gamma, beta, activation)
    }

    /// Lets a batch's statistics into the running ones: the mean of all so far until that moves by less than `1 - MOMENTUM`, from then on an
    /// exponential average. `updates`: how many there were before.
    pub(super) fn observe(&mut self, mean: Tensor<1>, variance: Tensor<1>, updates: u32) {
        let keep = MOMENTUM.min(updates as f32 / (updates as f32 + 1.0));
        let mix = |running: &Param<Tensor<1>>, new: Tensor<1>| {
            let value = running.val() * keep + new.without_autodiff() * (1.0 - keep);
            Param::initialized(running.id, value)
        };
        (self.mean, self.variance) = (mix(&self.mean, mean), mix(&self.variance, variance));
    }

    /// What the sums are multiplied by and what is added, `[C']` each: `γ / √(σ² + ε)` and `β − μ · γ / √(σ² + ε)`.
    pub(super) fn scale_and_shift(&self) -> (Tensor<1>, Tensor<1>) {
        let plain = |param: &Param<Tensor<1>>| param.val().without_autodiff();
        let scale = plain(&self.gamma) / (plain(&self.variance) + EPSILON).sqrt();
        let shift = plain(&self.beta) - plain(&self.mean) * scale.clone();
        (scale, shift)
    }
}

/// A parameter that is not trained (yet).
pub(super) fn constant(values: &[f32], device: &Device) -> Param<Tensor<1>> {
    let data = TensorData::new(values.to_vec(), [values.len()]);
    Param::initialized(ParamId::new(), Tensor::from_data(data, device))
}
