//! A layer: its weights on a device, and the kernel it runs through.

use burn::tensor::{Device, Tensor};

use crate::kernels::window::Padding;
use crate::kernels::{Activation, convolution, depthwise, pointwise};
use crate::weights::Conv;

/// A 1×1 convolution, or the head.
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

/// The first layer: a standard convolution over the photo's three colours.
#[derive(Debug)]
pub struct Stem {
    /// `[C_out / 8, patch_len(k, 3), 8]`.
    weight: Tensor<3>,
    /// `[C_out]`.
    bias: Tensor<1>,
    kernel: usize,
    stride: usize,
    activation: Activation,
}

impl Stem {
    pub fn new(conv: &Conv, stride: usize, activation: Activation, device: &Device) -> Self {
        let [_, kernel, _, colours] = conv.shape;
        let (weight, bias) = convolution::weights(&conv.weight, &conv.bias, kernel, colours, device);
        Self { weight, bias, kernel, stride, activation }
    }

    /// `[N, S, S, 3]` to `[N, ceil(S / stride), ceil(S / stride), C_out]`.
    pub fn forward(&self, photo: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.clone(), self.bias.clone());
        convolution::convolution(photo, weight, bias, self.kernel, self.stride, Padding::Same, self.activation)
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
