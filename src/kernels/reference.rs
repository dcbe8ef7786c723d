//! Every operation in its plainest form, in float64, on slices: what both devices are tested against.

use super::Activation;
use super::window::same_padding;

/// An activation `[N, H, W, C]`, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// `[N, H, W, C]`.
    pub shape: [usize; 4],
    /// Its values.
    pub values: Vec<f32>,
}

impl Feature {
    /// The value at `[n, y, x, c]`, zero outside the image: padding.
    pub(super) fn at(&self, n: usize, y: isize, x: isize, c: usize) -> f64 {
        let [_, h, w, channels] = self.shape;
        let (Ok(y), Ok(x)) = (usize::try_from(y), usize::try_from(x)) else { return 0.0 };
        if y < h && x < w { f64::from(self.values[((n * h + y) * w + x) * channels + c]) } else { 0.0 }
    }

    /// A new activation of `shape`, each value from its `[n, y, x, c]`.
    pub(super) fn from_fn(shape: [usize; 4], mut value: impl FnMut([usize; 4]) -> f64) -> Self {
        let [n, h, w, c] = shape;
        let values = (0..n * h * w * c).map(|i| value([i / (h * w * c), i / (w * c) % h, i / c % w, i % c]) as f32);
        Self { shape, values: values.collect() }
    }
}

/// 1×1 convolution; `weight` is `[outputs, inputs]`.
pub fn pointwise(
    input: &Feature,
    weight: &[f32],
    bias: &[f32],
    activation: Activation,
    residual: Option<&Feature>,
) -> Feature {
    let [n, h, w, inputs] = input.shape;
    Feature::from_fn([n, h, w, bias.len()], |[n, y, x, o]| {
        let sum: f64 =
            (0..inputs).map(|i| input.at(n, y as isize, x as isize, i) * f64::from(weight[o * inputs + i])).sum();
        activate(sum + f64::from(bias[o]), activation) + residual.map_or(0.0, |r| r.at(n, y as isize, x as isize, o))
    })
}

/// 3×3 depthwise convolution; `weight` is `[9, C]`.
pub fn depthwise(input: &Feature, weight: &[f32], bias: &[f32], stride: usize, activation: Activation) -> Feature {
    let [n, h, w, channels] = input.shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    Feature::from_fn([n, out_h, out_w, channels], |[n, y, x, c]| {
        let sum: f64 = (0..9)
            .map(|tap| {
                let (row, column) = window(y, x, tap, stride, top, left);
                input.at(n, row, column, c) * f64::from(weight[tap * channels + c])
            })
            .sum();
        activate(sum + f64::from(bias[c]), activation)
    })
}

/// 3×3 convolution over a photo's colours, padded as `SAME`; `weight` is `[outputs, 3, 3, colours]`.
pub fn stem(input: &Feature, weight: &[f32], bias: &[f32], stride: usize, activation: Activation) -> Feature {
    let [n, h, w, colours] = input.shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    Feature::from_fn([n, out_h, out_w, bias.len()], |[n, y, x, o]| {
        let numbers = (0..9).flat_map(|tap| (0..colours).map(move |c| (tap, c)));
        let sum: f64 = numbers
            .map(|(tap, c)| {
                let (row, column) = window(y, x, tap, stride, top, left);
                input.at(n, row, column, c) * f64::from(weight[(o * 9 + tap) * colours + c])
            })
            .sum();
        activate(sum + f64::from(bias[o]), activation)
    })
}

/// The mean over all pixels.
pub fn global_average(input: &Feature) -> Feature {
    let [n, h, w, channels] = input.shape;
    Feature::from_fn([n, 1, 1, channels], |[n, _, _, c]| {
        (0..h * w).map(|i| input.at(n, (i / w) as isize, (i % w) as isize, c)).sum::<f64>() / (h * w) as f64
    })
}

/// The gradients of a layer with weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// By the input, in its shape.
    pub input: Feature,
    /// By the weight, in the layout that the operation here takes.
    pub weight: Vec<f32>,
    /// By the bias.
    pub bias: Vec<f32>,
}

/// The gradients of [`pointwise`] without residual, given the loss's by the output.
pub fn pointwise_gradients(
    input: &Feature,
    weight: &[f32],
    bias: &[f32],
    activation: Activation,
    gradient: &Feature,
) -> Gradients {
    let output = pointwise(input, weight, bias, activation, None);
    let [_, h, w, inputs] = input.shape;
    gather(input, weight, &output, activation, gradient, |[n, y, x, o], add| {
        for i in 0..inputs {
            add(((n * h + y) * w + x) * inputs + i, o * inputs + i);
        }
    })
}

/// The gradients of [`depthwise`], given the loss's by the output.
pub fn depthwise_gradients(
    input: &Feature,
    weight: &[f32],
    bias: &[f32],
    stride: usize,
    activation: Activation,
    gradient: &Feature,
) -> Gradients {
    let output = depthwise(input, weight, bias, stride, activation);
    let [_, h, w, channels] = input.shape;
    let ((_, top), (_, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    gather(input, weight, &output, activation, gradient, |[n, y, x, c], add| {
        for tap in 0..9 {
            let (row, column) = window(y, x, tap, stride, top, left);
            if let (Ok(row), Ok(column)) = (usize::try_from(row), usize::try_from(column))
                && row < h
                && column < w
            {
                add(((n * h + row) * w + column) * channels + c, tap * channels + c);
            }
        }
    })
}

/// The gradient of [`global_average`] of an input of `shape`, given the loss's by the output.
pub fn global_average_gradient(shape: [usize; 4], gradient: &Feature) -> Feature {
    let [_, h, w, _] = shape;
    Feature::from_fn(shape, |[n, _, _, c]| gradient.at(n, 0, 0, c) / (h * w) as f64)
}

/// Walks over all products `input[a] · weight[b]` that make an output: `products` names the pairs of one, by its `[n, y, x, c]`.
fn gather(
    input: &Feature,
    weight: &[f32],
    output: &Feature,
    activation: Activation,
    gradient: &Feature,
    products: impl Fn([usize; 4], &mut dyn FnMut(usize, usize)),
) -> Gradients {
    let [_, h, w, c] = output.shape;
    let mut inputs = vec![0.0; input.values.len()];
    let mut weights = vec![0.0; weight.len()];
    let mut biases = vec![0.0; c];
    for (i, (value, gradient)) in output.values.iter().zip(&gradient.values).enumerate() {
        let passes = match activation {
            Activation::Linear => true,
            Activation::Relu6 => *value > 0.0 && *value < 6.0,
            Activation::Relu => *value > 0.0,
        };
        if passes {
            let gradient = f64::from(*gradient);
            biases[i % c] += gradient;
            products([i / (h * w * c), i / (w * c) % h, i / c % w, i % c], &mut |a, b| {
                inputs[a] += gradient * f64::from(weight[b]);
                weights[b] += gradient * f64::from(input.values[a]);
            });
        }
    }
    let round = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
    Gradients {
        input: Feature { shape: input.shape, values: round(inputs) },
        weight: round(weights),
        bias: round(biases),
    }
}

/// Row and column of the input that `tap` of the window of output `[y, x]` sees.
fn window(y: usize, x: usize, tap: usize, stride: usize, top: usize, left: usize) -> (isize, isize) {
    ((y * stride + tap / 3) as isize - top as isize, (x * stride + tap % 3) as isize - left as isize)
}

pub(super) fn activate(value: f64, activation: Activation) -> f64 {
    match activation {
        Activation::Linear => value,
        Activation::Relu6 => value.clamp(0.0, 6.0),
        Activation::Relu => value.max(0.0),
    }
}
