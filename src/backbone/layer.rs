//! A layer: its weights on a device, and the kernel it runs through.

use burn::tensor::{Device, Tensor};

use crate::kernels::{Activation, depthwise, pointwise};
use crate::weights::Conv;

/// A 1×1 convolution, or the head, or the stem over patches.
#[derive(Debug)]
pub struct Pointwise {
    /// `[C_out / 8, C_in, 8]`.
    weight: Tensor<3>,
    /// `[C_out]`.
    bias: Tensor<1>,
    activation: Activation,
}

impl Pointwise {
    /// `inputs`: channels of the activation before, padding included.
    pub fn new(conv: &Conv, inputs: usize, activation: Activation, device: &Device) -> Self {
        let (weight, bias) = pointwise::weights(&conv.weight, &conv.bias, inputs, device);
        Self { weight, bias, activation }
    }

    /// `[N, H, W, C_in]` to `[N, H, W, C_out]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        pointwise::pointwise(input, self.weight.clone(), self.bias.clone(), self.activation)
    }

    /// The same, linear, with `residual` `[N, H, W, C_out]` added.
    pub fn forward_residual(&self, input: Tensor<4>, residual: Tensor<4>) -> Tensor<4> {
        pointwise::pointwise_residual(input, self.weight.clone(), self.bias.clone(), residual)
    }
}

/// A 3×3 depthwise convolution with ReLU6.
#[derive(Debug)]
pub struct Depthwise {
    /// `[9, C]`.
    weight: Tensor<2>,
    /// `[C]`.
    bias: Tensor<1>,
    pub stride: usize,
}

impl Depthwise {
    pub fn new(conv: &Conv, stride: usize, device: &Device) -> Self {
        let (weight, bias) = depthwise::weights(&conv.weight, &conv.bias, device);
        Self { weight, bias, stride }
    }

    /// `[N, H, W, C]` to `[N, ceil(H / stride), ceil(W / stride), C]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        depthwise::depthwise(input, self.weight.clone(), self.bias.clone(), self.stride)
    }
}
