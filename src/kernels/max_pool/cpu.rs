//! Maximum pooling on the CPU.

use burn::backend::flex::FlexTensor;

use crate::kernels::PANEL;
use crate::kernels::cpu::{contiguous, dims4, values, vector};
use crate::kernels::window::Window;

/// The operation on `flex` tensors; see [`super::max_pool`] for shapes.
pub fn run(input: FlexTensor, window: Window) -> FlexTensor {
    let input = contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let shape @ [_, out_h, out_w, _] = [n, window.output(h).0, window.output(w).0, c];
    let mut output = vec![f32::NEG_INFINITY; shape.iter().product()];
    for (image, output) in values(&input).chunks_exact(h * w * c).zip(output.chunks_exact_mut(out_h * out_w * c)) {
        for (pixel, best) in output.chunks_exact_mut(c).enumerate() {
            for first in window.taps(pixel, w) {
                for (best, value) in best.iter_mut().zip(&image[first * c..][..c]) {
                    // What is no number must not vanish here: training has to notice it.
                    *best = if *value > *best || value.is_nan() { *value } else { *best };
                }
            }
        }
    }
    vector(shape, output)
}

/// The gradient of the input.
pub fn gradient(gradient: FlexTensor, input: FlexTensor, window: Window) -> FlexTensor {
    let (gradient, input) = (contiguous(gradient), contiguous(input));
    let (shape @ [_, h, w, c], [_, out_h, out_w, _]) = (dims4(&input), dims4(&gradient));
    let mut sums = vec![0.0; shape.iter().product()];
    let images = values(&input).chunks_exact(h * w * c).zip(sums.chunks_exact_mut(h * w * c));
    for ((image, sums), gradient) in images.zip(values(&gradient).chunks_exact(out_h * out_w * c)) {
        for (pixel, gradient) in gradient.chunks_exact(c).enumerate() {
            for (panel, gradient) in gradient.as_chunks::<PANEL>().0.iter().enumerate() {
                let mut best = [f32::NEG_INFINITY; PANEL];
                let mut place = [0; PANEL];
                for (number, first) in window.taps(pixel, w).enumerate() {
                    let at = first * c + panel * PANEL;
                    for (lane, value) in image[at..][..PANEL].iter().enumerate() {
                        let larger = *value > best[lane] || number == 0;
                        best[lane] = if larger { *value } else { best[lane] };
                        place[lane] = if larger { at + lane } else { place[lane] };
                    }
                }
                for (place, gradient) in place.iter().zip(gradient) {
                    sums[*place] += gradient;
                }
            }
        }
    }
    vector(shape, sums)
}
