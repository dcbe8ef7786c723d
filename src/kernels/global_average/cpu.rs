//! Global average pooling on the CPU, and its gradient.

use burn::backend::flex::FlexTensor;

use crate::kernels::cpu::{contiguous, dims4, filled, values};

/// The operation on `flex` tensors; see [`super::global_average`] for shapes.
pub fn run(input: FlexTensor) -> FlexTensor {
    let input = contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let mut sums = vec![0.0f32; n * c];
    for (image, sums) in values(&input).chunks_exact(h * w * c).zip(sums.chunks_exact_mut(c)) {
        for pixel in image.chunks_exact(c) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
    }
    let share = 1.0 / (h * w) as f32;
    // SAFETY: `sums` has as many numbers as the output, and each is written.
    unsafe {
        filled([n, 1, 1, c], |output| {
            for (to, sum) in output.iter_mut().zip(&sums) {
                to.write(sum * share);
            }
        })
    }
}

/// See [`BackwardKernels::global_average_backward`](crate::kernels::backward::BackwardKernels).
pub fn backward(gradient: FlexTensor, height: usize, width: usize) -> FlexTensor {
    let gradient = contiguous(gradient);
    let [n, _, _, c] = dims4(&gradient);
    let share = 1.0 / (height * width) as f32;
    // SAFETY: every pixel of every image is written whole.
    unsafe {
        filled([n, height, width, c], |output| {
            for (image, gradient) in output.chunks_exact_mut(height * width * c).zip(values(&gradient).chunks_exact(c))
            {
                for pixel in image.chunks_exact_mut(c) {
                    for (to, value) in pixel.iter_mut().zip(gradient) {
                        to.write(value * share);
                    }
                }
            }
        })
    }
}
