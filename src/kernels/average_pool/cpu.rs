//! Average pooling on the CPU.

use burn::backend::flex::FlexTensor;

use crate::kernels::cpu::{contiguous, dims4, values, vector};
use crate::kernels::window::Window;

/// The operation on `flex` tensors; see [`super::average_pool`] for shapes.
pub fn run(input: FlexTensor, window: Window) -> FlexTensor {
    let input = contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let shape @ [_, out_h, out_w, _] = [n, window.output(h).0, window.output(w).0, c];
    let mut output = vec![0.0; shape.iter().product()];
    let share = share(window);
    for (image, output) in values(&input).chunks_exact(h * w * c).zip(output.chunks_exact_mut(out_h * out_w * c)) {
        for (pixel, sums) in output.chunks_exact_mut(c).enumerate() {
            for first in window.taps(pixel, w) {
                for (sum, value) in sums.iter_mut().zip(&image[first * c..][..c]) {
                    *sum += value;
                }
            }
            sums.iter_mut().for_each(|sum| *sum *= share);
        }
    }
    vector(shape, output)
}

/// The gradient of the input `[N, H, W, C]`.
pub fn gradient(gradient: FlexTensor, shape: [usize; 4], window: Window) -> FlexTensor {
    let gradient = contiguous(gradient);
    let ([_, h, w, c], [_, out_h, out_w, _]) = (shape, dims4(&gradient));
    let mut sums = vec![0.0; shape.iter().product()];
    let share = share(window);
    for (image, gradient) in sums.chunks_exact_mut(h * w * c).zip(values(&gradient).chunks_exact(out_h * out_w * c)) {
        for (pixel, gradient) in gradient.chunks_exact(c).enumerate() {
            for first in window.taps(pixel, w) {
                for (sum, value) in image[first * c..][..c].iter_mut().zip(gradient) {
                    *sum += share * value;
                }
            }
        }
    }
    vector(shape, sums)
}

/// What a value counts in the mean.
fn share(window: Window) -> f32 {
    1.0 / (window.kernel * window.kernel) as f32
}
