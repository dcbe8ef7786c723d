//! Joins the operations to Burn's backends: CubeCL's devices run the WGSL, `flex` runs the Rust.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::backend::wgpu::CubeBackend;

use super::{ScratchGradients, ScratchKernels};
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::window::Window;
use crate::kernels::{Activation, average_pool, batch_norm, convolution, cross_entropy, max_pool};

/// Writes one implementation of [`ScratchKernels`] and [`ScratchGradients`] that calls the operations' functions of these names.
macro_rules! scratch_kernels_on {
    ($backend:ty, $run:ident, $backward:ident, $gradient:ident, $normalise:ident, $correct:ident) => {
        impl ScratchKernels for $backend {
            fn graft_convolution(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                window: Window,
                activation: Activation,
            ) -> FloatTensor<Self> {
                convolution::$run(input, weight, bias, window, activation)
            }

            fn graft_max_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
                max_pool::$run(input, window)
            }

            fn graft_average_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
                average_pool::$run(input, window)
            }

            fn graft_batch_norm(
                input: FloatTensor<Self>,
                gamma: FloatTensor<Self>,
                beta: FloatTensor<Self>,
                activation: Activation,
            ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
                batch_norm::$run(input, gamma, beta, activation)
            }

            fn graft_normalise(
                input: FloatTensor<Self>,
                mean: FloatTensor<Self>,
                variance: FloatTensor<Self>,
                gamma: FloatTensor<Self>,
                beta: FloatTensor<Self>,
                activation: Activation,
            ) -> FloatTensor<Self> {
                batch_norm::$normalise(input, mean, variance, gamma, beta, activation)
            }

            fn graft_cross_entropy(
                logits: FloatTensor<Self>,
                targets: FloatTensor<Self>,
                weights: FloatTensor<Self>,
                classes: usize,
                temperature: f32,
            ) -> FloatTensor<Self> {
                cross_entropy::$run(logits, targets, weights, classes, temperature)
            }

            fn graft_correct(
                logits: FloatTensor<Self>,
                labels: FloatTensor<Self>,
                classes: usize,
            ) -> FloatTensor<Self> {
                cross_entropy::$correct(logits, labels, classes)
            }
        }

        impl ScratchGradients for $backend {
            fn convolution_backward(
                gradient: FloatTensor<Self>,
                kept: Kept<FloatTensor<Self>>,
                window: Window,
            ) -> LayerGradients<FloatTensor<Self>> {
                convolution::$backward(gradient, kept, window)
            }

            fn max_pool_gradient(
                gradient: FloatTensor<Self>,
                input: FloatTensor<Self>,
                window: Window,
            ) -> FloatTensor<Self> {
                max_pool::$gradient(gradient, input, window)
            }

            fn average_pool_gradient(
                gradient: FloatTensor<Self>,
                shape: [usize; 4],
                window: Window,
            ) -> FloatTensor<Self> {
                average_pool::$gradient(gradient, shape, window)
            }

            fn batch_norm_gradient(
                gradient: FloatTensor<Self>,
                input: FloatTensor<Self>,
                statistics: [FloatTensor<Self>; 2],
                parameters: [FloatTensor<Self>; 2],
                activation: Activation,
            ) -> [FloatTensor<Self>; 3] {
                batch_norm::$gradient(gradient, input, statistics, parameters, activation)
            }

            fn cross_entropy_gradient(
                gradient: FloatTensor<Self>,
                logits: FloatTensor<Self>,
                targets: FloatTensor<Self>,
                weights: FloatTensor<Self>,
                classes: usize,
                temperature: f32,
            ) -> FloatTensor<Self> {
                cross_entropy::$gradient(gradient, logits, targets, weights, classes, temperature)
            }
        }
    };
}

scratch_kernels_on!(CubeBackend, gpu, gpu_backward, gpu_gradient, gpu_normalise, gpu_correct);
scratch_kernels_on!(Flex, cpu, cpu_backward, cpu_gradient, cpu_normalise, cpu_correct);
