//! Patches on the CPU: a run of `kernel · C` numbers is copied for each row of a window.

use burn::backend::flex::FlexTensor;

use super::{Window, patch_len};
use crate::kernels::cpu::{contiguous, dims4, values, vector};

/// Finds the part of a window that lies inside the input.
struct Runs {
    window: Window,
    height: usize,
    width: usize,
    channels: usize,
    top: usize,
    left: usize,
}

impl Runs {
    /// Calls `visit(number of the image, number of the patch, count)` for each run that the window at output `[y, x]` shares with the image.
    fn each(&self, y: usize, x: usize, mut visit: impl FnMut(usize, usize, usize)) {
        // The part of the window's columns that lies inside the input.
        let Window { kernel, stride, .. } = self.window;
        let from = (x * stride).max(self.left) - self.left;
        let to = (x * stride + kernel).saturating_sub(self.left).min(self.width);
        let skip = from + self.left - x * stride;
        for i in 0..kernel {
            let row = (y * stride + i).checked_sub(self.top).filter(|row| *row < self.height);
            if let Some(row) = row.filter(|_| from < to) {
                let (image, patch) = (row * self.width + from, i * kernel + skip);
                visit(image * self.channels, patch * self.channels, (to - from) * self.channels);
            }
        }
    }
}

/// Writes the patches of one image `[H, W, C]` to `output` `[H', W', patch_len]`. What lies outside the image is left as it is: zero.
pub fn of_image(image: &[f32], [h, w, c]: [usize; 3], window: Window, output: &mut [f32]) {
    let ((_, top), (out_w, left)) = (window.output(h), window.output(w));
    let runs = Runs { window, height: h, width: w, channels: c, top, left };
    for (index, patch) in output.chunks_exact_mut(patch_len(window.kernel, c)).enumerate() {
        runs.each(index / out_w, index % out_w, |from, to, count| {
            patch[to..][..count].copy_from_slice(&image[from..][..count]);
        });
    }
}

/// The operation on `flex` tensors; see [`super::patches`] for shapes.
pub fn run(input: FlexTensor, window: Window) -> FlexTensor {
    let input = contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let shape @ [_, out_h, out_w, len] = [n, window.output(h).0, window.output(w).0, patch_len(window.kernel, c)];
    let mut output = vec![0.0; shape.iter().product()];
    for (image, output) in values(&input).chunks_exact(h * w * c).zip(output.chunks_exact_mut(out_h * out_w * len)) {
        of_image(image, [h, w, c], window, output);
    }
    vector(shape, output)
}

/// The gradient of the input `[N, H, W, C]` from that of the patches: a pixel's is the sum over all windows that hold it.
pub fn gradient(gradient: FlexTensor, shape: [usize; 4], window: Window) -> FlexTensor {
    let gradient = contiguous(gradient);
    let [_, h, w, c] = shape;
    let ((out_h, top), (out_w, left)) = (window.output(h), window.output(w));
    let len = patch_len(window.kernel, c);
    let runs = Runs { window, height: h, width: w, channels: c, top, left };
    let mut sums = vec![0.0; shape.iter().product()];
    for (image, patches) in sums.chunks_exact_mut(h * w * c).zip(values(&gradient).chunks_exact(out_h * out_w * len)) {
        for (index, patch) in patches.chunks_exact(len).enumerate() {
            runs.each(index / out_w, index % out_w, |to, from, count| {
                for (sum, value) in image[to..][..count].iter_mut().zip(&patch[from..][..count]) {
                    *sum += value;
                }
            });
        }
    }
    vector(shape, sums)
}
