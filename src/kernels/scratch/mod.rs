//! The operations that a pretrained network's blocks have no use for but its stem and networks from random weights have, as a second Burn backend
//! extension.
//!
//! | operation | what it is |
//! |---|---|
//! | [`convolution`](super::convolution) | k×k convolution with bias and activation |
//! | [`max_pool`](super::max_pool), [`average_pool`](super::average_pool) | pooling by windows |
//! | [`batch_norm`](super::batch_norm) | normalisation over a batch, with activation |
//! | [`cross_entropy`](super::cross_entropy) | the loss, and how many are right |
//!
//! [`ScratchKernels`] is what the public functions call; [`ScratchGradients`] what `autodiff.rs` calls on the way back.

mod autodiff;
mod backends;
pub mod reference;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, backend_extension};

use super::Activation;
use super::backward::{Kept, LayerGradients};
use super::window::Window;

/// The forward passes: one implementation for CubeCL's devices (WGSL), one for `flex` (the CPU), one that keeps a graph (autodiff).
///
/// Callers use the functions of the modules beside this trait, which check shapes; here every shape is right already.
#[backend_extension(Autodiff, Cube, Flex)]
pub trait ScratchKernels: Backend {
    /// See [`convolution`](crate::kernels::convolution::convolution).
    fn graft_convolution(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// See [`max_pool`](crate::kernels::max_pool::max_pool).
    fn graft_max_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;

    /// See [`average_pool`](crate::kernels::average_pool::average_pool).
    fn graft_average_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;

    /// See [`batch_norm`](crate::kernels::batch_norm::batch_norm): output, mean, variance.
    fn graft_batch_norm(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// See [`normalise`](crate::kernels::batch_norm::normalise).
    fn graft_normalise(
        input: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// See [`cross_entropy`](crate::kernels::cross_entropy::cross_entropy).
    fn graft_cross_entropy(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        classes: usize,
        temperature: f32,
    ) -> FloatTensor<Self>;

    /// See [`correct`](crate::kernels::cross_entropy::correct); `labels` as numbers of classes.
    fn graft_correct(logits: FloatTensor<Self>, labels: FloatTensor<Self>, classes: usize) -> FloatTensor<Self>;
}

/// The backward passes, on the devices themselves: nothing here is differentiable again.
pub trait ScratchGradients: ScratchKernels {
    /// Of what `kept` wants.
    fn convolution_backward(
        gradient: FloatTensor<Self>,
        kept: Kept<FloatTensor<Self>>,
        window: Window,
    ) -> LayerGradients<FloatTensor<Self>>;

    /// Of the input.
    fn max_pool_gradient(gradient: FloatTensor<Self>, input: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;

    /// Of the input `[N, H, W, C]`.
    fn average_pool_gradient(gradient: FloatTensor<Self>, shape: [usize; 4], window: Window) -> FloatTensor<Self>;

    /// Of input, gamma and beta.
    fn batch_norm_gradient(
        gradient: FloatTensor<Self>,
        input: FloatTensor<Self>,
        statistics: [FloatTensor<Self>; 2],
        parameters: [FloatTensor<Self>; 2],
        activation: Activation,
    ) -> [FloatTensor<Self>; 3];

    /// Of the logits; `gradient` is that of the loss, `[1]`.
    fn cross_entropy_gradient(
        gradient: FloatTensor<Self>,
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        classes: usize,
        temperature: f32,
    ) -> FloatTensor<Self>;
}

/// What an activation's values lie between. Its gradient is 1 inside, 0 at the limits and beyond.
pub(super) const fn limits(activation: Activation) -> (f32, f32) {
    match activation {
        Activation::Linear => (f32::NEG_INFINITY, f32::INFINITY),
        Activation::Relu => (0.0, f32::INFINITY),
        Activation::Relu6 => (0.0, 6.0),
    }
}
