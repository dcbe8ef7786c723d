//! Joins the operations to Burn's backends: CubeCL's devices run the WGSL, `flex` runs the Rust.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::backend::wgpu::CubeBackend;

use super::backward::{BackwardKernels, Kept, LayerGradients};
use super::{Activation, Kernels, depthwise, global_average, pointwise};

/// Writes one implementation of [`Kernels`] that calls the operations' functions named `$device`, and one of [`BackwardKernels`] that
/// calls those named `$backward`.
macro_rules! kernels_on {
    ($backend:ty, $device:ident, $backward:ident) => {
        impl Kernels for $backend {
            fn graft_pointwise(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                activation: Activation,
            ) -> FloatTensor<Self> {
                pointwise::$device(input, weight, bias, None, activation)
            }

            fn graft_pointwise_residual(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                residual: FloatTensor<Self>,
            ) -> FloatTensor<Self> {
                pointwise::$device(input, weight, bias, Some(residual), Activation::Linear)
            }

            fn graft_depthwise(
                input: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                stride: usize,
                activation: Activation,
            ) -> FloatTensor<Self> {
                depthwise::$device(input, weight, bias, stride, activation)
            }

            fn graft_global_average(input: FloatTensor<Self>) -> FloatTensor<Self> {
                global_average::$device(input)
            }
        }

        impl BackwardKernels for $backend {
            fn pointwise_backward(
                gradient: FloatTensor<Self>,
                kept: Kept<FloatTensor<Self>>,
            ) -> LayerGradients<FloatTensor<Self>> {
                pointwise::$backward(gradient, kept)
            }

            fn depthwise_backward(
                gradient: FloatTensor<Self>,
                kept: Kept<FloatTensor<Self>>,
                stride: usize,
            ) -> LayerGradients<FloatTensor<Self>> {
                depthwise::$backward(gradient, kept, stride)
            }

            fn global_average_backward(gradient: FloatTensor<Self>, height: usize, width: usize) -> FloatTensor<Self> {
                global_average::$backward(gradient, height, width)
            }
        }
    };
}

kernels_on!(CubeBackend, gpu, gpu_backward);
kernels_on!(Flex, cpu, cpu_backward);
