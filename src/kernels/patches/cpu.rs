//! Patches on the CPU: a run of `kernel · C` numbers is copied for each row of a window.

use crate::kernels::window::{Window, patch_len};

/// Writes the patches of one image `[H, W, C]` to `output` `[H', W', patch_len]`. What lies outside the image is left as it is: zero.
pub fn of_image(image: &[f32], [h, w, c]: [usize; 3], window: Window, output: &mut [f32]) {
    let Window { kernel, stride, .. } = window;
    let ((_, top), (out_w, left)) = (window.output(h), window.output(w));
    for (index, patch) in output.chunks_exact_mut(patch_len(kernel, c)).enumerate() {
        let (x, y) = (index % out_w, index / out_w);
        // The part of the window's columns that lies inside the image.
        let from = (x * stride).max(left) - left;
        let to = (x * stride + kernel).saturating_sub(left).min(w);
        let skip = from + left - x * stride;
        for i in 0..kernel {
            let row = (y * stride + i).checked_sub(top).filter(|row| *row < h);
            if let Some(row) = row.filter(|_| from < to) {
                let count = (to - from) * c;
                let seen = &image[(row * w + from) * c..][..count];
                patch[(i * kernel + skip) * c..][..count].copy_from_slice(seen);
            }
        }
    }
}
