//! The gradient of global average pooling on the CPU.

use burn::backend::flex::FlexTensor;

use crate::kernels::cpu::{contiguous, dims4, filled, values};

/// See [`BackwardKernels::global_average_backward`](crate::kernels::backward::BackwardKernels).
pub fn run(gradient: FlexTensor, height: usize, width: usize) -> FlexTensor {
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
