//! The optimizer's step of one tensor in one pass, in place: what Burn's optimizers say in a dozen elementwise operations, each with a
//! temporary tensor (and, on a GPU, a dispatch) of its own.
//!
//! With the tensor's gradient `g`, shortened to a norm of `clip` where it is longer, and `g ← g + decay · w` (Pascanu et al. 2013, algorithm 1,
//! shorten all gradients together, by their common norm; here each tensor's goes by its own):
//!
//! ```text
//! Adam      m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  w ← w − η · (m / c₁) / (√(v / c₂) + ε)      Kingma & Ba 2015, algorithm 1
//! momentum  m ← μ m + g;                                     w ← w − η m                                  Sutskever et al. 2013
//! ```
//!
//! and before it `w ← w − η · decoupled · w` (AdamW: Loshchilov & Hutter 2019, algorithm 2). `c₁ = 1 − β₁ᵗ`, `c₂ = 1 − β₂ᵗ`.

mod cpu;
mod gpu;

use burn::backend::wgpu::CubeBackend;
use burn::backend::{Backend, Dispatch, Flex, backend_extension, tensor::FloatTensor};
use burn::tensor::Tensor;

use super::adam::corrections;

/// What is the same for all numbers of a tensor in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// η, above 0.
    pub rate: f32,
    /// Added to the gradient as `decay · w`.
    pub decay: f32,
    /// Taken off the weight as `η · decoupled · w`.
    pub decoupled: f32,
    /// A longer gradient is shortened to this norm; infinite: never.
    pub clip: f32,
}

/// The step as a Burn backend extension.
#[backend_extension(Cube, Flex)]
pub trait UpdateKernels: Backend {
    /// See [`adam`].
    fn graft_adam(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        corrections: [f32; 2],
        constants: Constants,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// See [`momentum`].
    fn graft_momentum(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        velocity: FloatTensor<Self>,
        share: f32,
        constants: Constants,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

/// Adam's step: the new weight, mean of gradients and mean of their squares. `time`: steps so far, this one counted.
///
/// # Shapes
/// All the same; the number of values a multiple of four. What nobody else holds is changed in place.
pub fn adam<const D: usize>(
    weight: Tensor<D>,
    gradient: Tensor<D>,
    [first, second]: [Tensor<D>; 2],
    time: u32,
    constants: Constants,
) -> (Tensor<D>, [Tensor<D>; 2]) {
    check(&weight, [&gradient, &first, &second]);
    let (weight, first, second) = Dispatch::graft_adam(
        weight.into_dispatch(),
        gradient.into_dispatch(),
        first.into_dispatch(),
        second.into_dispatch(),
        corrections(time.max(1)),
        constants,
    );
    (Tensor::from_dispatch(weight), [first, second].map(Tensor::from_dispatch))
}

/// The step of gradient descent with momentum: the new weight and velocity. `share`: μ.
///
/// # Shapes
/// As [`adam`].
pub fn momentum<const D: usize>(
    weight: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Tensor<D>,
    share: f32,
    constants: Constants,
) -> (Tensor<D>, Tensor<D>) {
    check(&weight, [&gradient, &velocity, &velocity]);
    let (weight, velocity) = Dispatch::graft_momentum(
        weight.into_dispatch(),
        gradient.into_dispatch(),
        velocity.into_dispatch(),
        share,
        constants,
    );
    (Tensor::from_dispatch(weight), Tensor::from_dispatch(velocity))
}

fn check<const D: usize>(weight: &Tensor<D>, others: [&Tensor<D>; 3]) {
    let shape = weight.dims();
    assert_eq!(shape.iter().product::<usize>() % 4, 0, "update: values come in vectors of four");
    assert!(others.iter().all(|other| other.dims() == shape), "update: all tensors have the weight's shape");
}

/// Writes one implementation of [`UpdateKernels`] that calls the functions of the module named `$device`.
macro_rules! updates_on {
    ($backend:ty, $device:ident) => {
        impl UpdateKernels for $backend {
            fn graft_adam(
                weight: FloatTensor<Self>,
                gradient: FloatTensor<Self>,
                first: FloatTensor<Self>,
                second: FloatTensor<Self>,
                corrections: [f32; 2],
                constants: Constants,
            ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
                $device::adam(weight, gradient, first, second, corrections, constants)
            }

            fn graft_momentum(
                weight: FloatTensor<Self>,
                gradient: FloatTensor<Self>,
                velocity: FloatTensor<Self>,
                share: f32,
                constants: Constants,
            ) -> (FloatTensor<Self>, FloatTensor<Self>) {
                $device::momentum(weight, gradient, velocity, share, constants)
            }
        }
    };
}

updates_on!(CubeBackend, gpu);
updates_on!(Flex, cpu);

#[cfg(test)]
mod tests;
