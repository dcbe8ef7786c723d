//! Patches on the CPU: three runs of `3·C` numbers are copied for each output pixel.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;

use super::patch_len;
use crate::kernels::cpu::{contiguous, dims4, filled, values};
use crate::kernels::same_padding;

/// The operation on `flex` tensors; see [`super::patches`] for shapes.
pub fn run(input: FlexTensor, stride: usize) -> FlexTensor {
    let input = contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (same_padding(h, 3, stride), same_padding(w, 3, stride));
    let len = patch_len(c);
    // SAFETY: each patch is written whole.
    unsafe {
        filled([n, out_h, out_w, len], |output| {
            for (index, patch) in output.chunks_exact_mut(len).enumerate() {
                let (x, y, image) = (index % out_w, index / out_w % out_h, index / (out_w * out_h));
                let image = &values(&input)[image * h * w * c..][..h * w * c];
                patch.fill(MaybeUninit::new(0.0));
                // The part of the window's columns that lies inside the input.
                let from = (x * stride).max(left) - left;
                let to = (x * stride + 3 - left).min(w);
                let skip = from + left - x * stride;
                for i in 0..3 {
                    let Some(row) = (y * stride + i).checked_sub(top).filter(|row| *row < h) else { continue };
                    let source = &image[(row * w + from) * c..(row * w + to) * c];
                    for (to, from) in patch[(3 * i + skip) * c..].iter_mut().zip(source) {
                        to.write(*from);
                    }
                }
            }
        })
    }
}
