//! The gradients of the operations through Burn's autodiff, against the plain ones.

use burn::tensor::{Device, Tensor};

use super::{Noise, Trial, upload};
use crate::kernels::reference::{self, Feature, Gradients};
use crate::kernels::{Activation, PANEL, depthwise, global_average, pointwise};

/// Every gradient of some awkward shapes.
pub(super) fn trials(device: &Device, noise: &mut Noise) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (shape, outputs, activation) in [
        ([1, 1, 1, 8], 8, Activation::Linear),
        ([1, 3, 5, 24], 16, Activation::Relu6),
        ([2, 7, 7, 40], 24, Activation::Relu),
        ([3, 9, 13, 16], 40, Activation::Relu6),
    ] {
        let [n, h, w, inputs] = shape;
        let (input, gradient) = (noise.feature(shape), noise.feature([n, h, w, outputs]));
        let (weight, bias) = (noise.values(outputs * inputs), noise.values(outputs));
        let (packed, padded) = pointwise::weights(&weight, &bias, inputs, device);
        let leaves = Leaves::new(upload(&input, device), packed, padded);
        let output = pointwise::pointwise(leaves.input.clone(), leaves.weight.clone(), leaves.bias.clone(), activation);
        let mut want = reference::pointwise_gradients(&input, &weight, &bias, activation, &gradient);
        want.weight = pointwise::pack(&want.weight, outputs, inputs, inputs).0;
        leaves.compare(
            &format!("pointwise {shape:?} to {outputs}, {activation:?}"),
            output,
            &gradient,
            want,
            &mut trials,
        );
    }
    for shape in [[1, 2, 3, 8], [2, 5, 5, 24]] {
        // The residual is the layer's own input: its gradient is the sum of both ways back.
        let (input, gradient) = (noise.feature(shape), noise.feature(shape));
        let channels = shape[3];
        let (weight, bias) = (noise.values(channels * channels), noise.values(channels));
        let (packed, padded) = pointwise::weights(&weight, &bias, channels, device);
        let leaves = Leaves::new(upload(&input, device), packed, padded);
        let (x, residual) = (leaves.input.clone(), leaves.input.clone());
        let output = pointwise::pointwise_residual(x, leaves.weight.clone(), leaves.bias.clone(), residual);
        let mut want = reference::pointwise_gradients(&input, &weight, &bias, Activation::Linear, &gradient);
        want.weight = pointwise::pack(&want.weight, channels, channels, channels).0;
        want.input.values.iter_mut().zip(&gradient.values).for_each(|(sum, own)| *sum += own);
        leaves.compare(&format!("pointwise {shape:?}, residual"), output, &gradient, want, &mut trials);
    }
    for (shape, stride, activation) in [
        ([1, 1, 1, 8], 1, Activation::Relu6),
        ([2, 7, 9, 16], 1, Activation::Relu6),
        ([1, 8, 6, 24], 2, Activation::Relu6),
        ([2, 5, 11, 40], 2, Activation::Linear),
        ([1, 1, 2, 8], 2, Activation::Relu),
    ] {
        let [n, h, w, channels] = shape;
        let (input, gradient) =
            (noise.feature(shape), noise.feature([n, h.div_ceil(stride), w.div_ceil(stride), channels]));
        let (weight, bias) = (noise.values(depthwise::TAPS * channels), noise.values(channels));
        let (taps, padded) = depthwise::weights(&weight, &bias, device);
        let leaves = Leaves::new(upload(&input, device), taps, padded);
        let (x, taps, padded) = (leaves.input.clone(), leaves.weight.clone(), leaves.bias.clone());
        let output = depthwise::convolution(x, taps, padded, stride, activation);
        let want = reference::depthwise_gradients(&input, &weight, &bias, stride, activation, &gradient);
        leaves.compare(&format!("depthwise {shape:?}, stride {stride}"), output, &gradient, want, &mut trials);
    }
    for shape in [[1, 1, 1, 8], [3, 7, 5, 24]] {
        let [n, _, _, channels] = shape;
        let (input, gradient) = (noise.feature(shape), noise.feature([n, 1, 1, channels]));
        let leaf = upload(&input, device).autodiff().require_grad();
        let grads = (global_average::global_average(leaf.clone()) * upload(&gradient, device)).backward();
        let got = leaf.grad(&grads).unwrap_or_else(|| Tensor::zeros([1, 1, 1, 1], device));
        let want = reference::global_average_gradient(shape, &gradient);
        trials.push((format!("global average {shape:?}: gradient"), got, want));
    }
    trials
}

/// A layer's parents, all of which want their gradient.
struct Leaves<const W: usize> {
    input: Tensor<4>,
    weight: Tensor<W>,
    bias: Tensor<1>,
}

impl<const W: usize> Leaves<W> {
    fn new(input: Tensor<4>, weight: Tensor<W>, bias: Tensor<1>) -> Self {
        Self {
            input: input.autodiff().require_grad(),
            weight: weight.autodiff().require_grad(),
            bias: bias.autodiff().require_grad(),
        }
    }

    /// Walks back from `output`, whose gradient is `gradient`.
    fn compare(&self, name: &str, output: Tensor<4>, gradient: &Feature, want: Gradients, trials: &mut Vec<Trial>) {
        let device = output.device().inner();
        let grads = (output * upload(gradient, &device)).backward();
        // A gradient that is missing has a shape that fits nothing.
        let missing = || Tensor::zeros([1, 1, 1, 1], &device);
        let row = |values: Vec<f32>| Feature { shape: [1, 1, values.len() / PANEL, PANEL], values };
        let (weight, bias) = (row(want.weight), row(want.bias));
        let input = self.input.grad(&grads).unwrap_or_else(missing);
        trials.push((format!("{name}: input's gradient"), input, want.input));
        let got = self.weight.grad(&grads).map_or_else(missing, |got| got.reshape(weight.shape));
        trials.push((format!("{name}: weight's gradient"), got, weight));
        let got = self.bias.grad(&grads).map_or_else(missing, |got| got.reshape(bias.shape));
        trials.push((format!("{name}: bias's gradient"), got, bias));
    }
}
