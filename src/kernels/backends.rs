//! Joins the operations to Burn's backends: CubeCL's devices run the WGSL, `flex` runs the Rust.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::backend::wgpu::CubeBackend;

use super::{Activation, Kernels, depthwise, patches, pointwise, pool};

/// Writes one implementation of [`Kernels`] that calls the operations' functions named `$device`.
macro_rules! kernels_on {
    ($backend:ty, $device:ident) => {
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
            ) -> FloatTensor<Self> {
                depthwise::$device(input, weight, bias, stride)
            }

            fn graft_patches(input: FloatTensor<Self>, stride: usize) -> FloatTensor<Self> {
                patches::$device(input, stride)
            }

            fn graft_global_average(input: FloatTensor<Self>) -> FloatTensor<Self> {
                pool::$device(input)
            }
        }
    };
}

kernels_on!(CubeBackend, gpu);
kernels_on!(Flex, cpu);
