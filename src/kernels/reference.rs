//! Every operation in its plainest form, in float64, on slices: what both devices are tested against.

use super::{Activation, same_padding};

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
    fn at(&self, n: usize, y: isize, x: isize, c: usize) -> f64 {
        let [_, h, w, channels] = self.shape;
        let (Ok(y), Ok(x)) = (usize::try_from(y), usize::try_from(x)) else { return 0.0 };
        if y < h && x < w { f64::from(self.values[((n * h + y) * w + x) * channels + c]) } else { 0.0 }
    }

    /// A new activation of `shape`, each value from its `[n, y, x, c]`.
    fn from_fn(shape: [usize; 4], mut value: impl FnMut([usize; 4]) -> f64) -> Self {
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

/// 3×3 patches as rows, see [`super::patches::patches`].
pub fn patches(input: &Feature, stride: usize) -> Feature {
    let [n, h, w, channels] = input.shape;
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    Feature::from_fn([n, out_h, out_w, super::patches::patch_len(channels)], |[n, y, x, number]| {
        let (tap, c) = (number / channels, number % channels);
        let (row, column) = window(y, x, tap, stride, top, left);
        if tap < 9 { input.at(n, row, column, c) } else { 0.0 }
    })
}

/// The mean over all pixels.
pub fn global_average(input: &Feature) -> Feature {
    let [n, h, w, channels] = input.shape;
    Feature::from_fn([n, 1, 1, channels], |[n, _, _, c]| {
        (0..h * w).map(|i| input.at(n, (i / w) as isize, (i % w) as isize, c)).sum::<f64>() / (h * w) as f64
    })
}

/// Row and column of the input that `tap` of the window of output `[y, x]` sees.
fn window(y: usize, x: usize, tap: usize, stride: usize, top: usize, left: usize) -> (isize, isize) {
    ((y * stride + tap / 3) as isize - top as isize, (x * stride + tap % 3) as isize - left as isize)
}

fn activate(value: f64, activation: Activation) -> f64 {
    match activation {
        Activation::Linear => value,
        Activation::Relu6 => value.clamp(0.0, 6.0),
        Activation::Relu => value.max(0.0),
    }
}
