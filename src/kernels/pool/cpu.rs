//! Global average pooling on the CPU.

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
