//! The weight's gradient on the CPU: `∂L/∂weight[o, i, j, c] = Σ_nyx input[n, s·y + i - p, s·x + j - p, c] · gradient[n, y, x, o]`.
//!
//! A product over pixels. Both sides are first laid out in panels of eight channels, in which neighbouring pixels are neighbours in memory;
//! then a tile of eight numbers of a patch by eight outputs stays in registers while it walks a band of pixels that fits the nearest cache.

use std::ops::Range;

use wide::f32x8;

use crate::kernels::PANEL;
use crate::kernels::patches;
use crate::kernels::window::{Window, patch_len};

/// Numbers of a patch in a tile: as many as the registers hold. wasm has sixteen of four lanes, AVX2 sixteen of eight.
const NUMBERS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 8 };

/// Pixels in a band: two panels of them are 16 KiB, half of a first-level cache.
const BAND: usize = 256;

/// A weight's gradient in the making.
pub struct WeightSums {
    columns: Columns,
    /// One photo's gradient, `[C_out / 8, H', W', 8]`.
    gradient: Vec<f32>,
    /// `[C_out / 8, patch_len, 8]`.
    sums: Vec<f32>,
    outputs: usize,
    len: usize,
}

impl WeightSums {
    /// For photos `[H, W, C_in]` and `outputs` channels out of them.
    pub fn new(image: [usize; 3], outputs: usize, window: Window) -> Self {
        let columns = Columns::new(image, window);
        let [out_h, out_w] = columns.out;
        let len = patch_len(window.kernel, image[2]);
        Self { columns, gradient: vec![0.0; out_h * out_w * outputs], sums: vec![0.0; outputs * len], outputs, len }
    }

    /// Adds a photo's share: `image` `[H, W, C_in]`, `gradient` `[H', W', C_out]`.
    pub fn add(&mut self, image: &[f32], gradient: &[f32]) {
        let [out_h, out_w] = self.columns.out;
        self.columns.fill(image);
        pack(gradient, self.outputs, out_h * out_w, &mut self.gradient);
        let band = (BAND / out_w).max(1);
        for first in (0..out_h).step_by(band) {
            self.add_band(first..out_h.min(first + band));
        }
    }

    /// The sums, `[C_out / 8, patch_len, 8]`.
    pub fn into_values(self) -> Vec<f32> {
        self.sums
    }

    fn add_band(&mut self, rows: Range<usize>) {
        let [out_h, out_w] = self.columns.out;
        for group in 0..self.len / PANEL {
            for (panel, gradient) in self.gradient.chunks_exact(out_h * out_w * PANEL).enumerate() {
                let sums = &mut self.sums[(panel * self.len + group * PANEL) * PANEL..][..PANEL * PANEL];
                for (part, sums) in sums.as_chunks_mut::<{ NUMBERS * PANEL }>().0.iter_mut().enumerate() {
                    let tile = self.columns.tile(group, part * NUMBERS, rows.clone(), gradient);
                    for (to, sum) in sums.as_chunks_mut::<PANEL>().0.iter_mut().zip(tile) {
                        *to = (f32x8::from(*to) + sum).to_array();
                    }
                }
            }
        }
    }
}

/// The input's side of the product: for each group of eight numbers of a patch, where they lie for each pixel.
struct Columns {
    /// `[height, width, channels]`.
    image: [usize; 3],
    window: Window,
    /// Rows and columns of outputs.
    out: [usize; 2],
    /// Rows and columns of a panel.
    height: usize,
    width: usize,
    /// Whole panels of channels are laid out once, with zeros around them: windows find their pixels there. A photo's one or three channels
    /// make no panel: there it is the patches themselves that are laid out.
    whole: bool,
    values: Vec<f32>,
    patches: Vec<f32>,
}

impl Columns {
    fn new(image @ [h, w, c]: [usize; 3], window: Window) -> Self {
        let out = [window.output(h).0, window.output(w).0];
        let whole = c.is_multiple_of(PANEL);
        let [height, width] = if whole { out.map(|size| (size - 1) * window.stride + window.kernel) } else { out };
        let len = if whole { c } else { patch_len(window.kernel, c) };
        let patches = if whole { 0 } else { height * width * len };
        let values = vec![0.0; height * width * len];
        Self { image, window, out, height, width, whole, values, patches: vec![0.0; patches] }
    }

    /// Lays out the next photo. Only its pixels are ever written, the zeros around them stay.
    fn fill(&mut self, image: &[f32]) {
        let [h, w, c] = self.image;
        if !self.whole {
            patches::of_image(image, self.image, self.window, &mut self.patches);
            let len = patch_len(self.window.kernel, c);
            return pack(&self.patches, len, self.height * self.width, &mut self.values);
        }
        let ((_, top), (_, left)) = (self.window.output(h), self.window.output(w));
        let (rows, columns) = (h.min(self.height - top), w.min(self.width - left));
        for (panel, values) in self.values.chunks_exact_mut(self.height * self.width * PANEL).enumerate() {
            for y in 0..rows {
                let to = &mut values[((y + top) * self.width + left) * PANEL..][..columns * PANEL];
                let from = image[y * w * c..].chunks_exact(c);
                for (to, from) in to.as_chunks_mut::<PANEL>().0.iter_mut().zip(from) {
                    to.copy_from_slice(&from[panel * PANEL..][..PANEL]);
                }
            }
        }
    }

    /// The first of a group's eight numbers at output `[y, 0]`, and how far it is to that of the next output.
    fn begin(&self, group: usize, y: usize) -> (usize, usize) {
        if !self.whole {
            return ((group * self.height + y) * self.width * PANEL, PANEL);
        }
        let Window { kernel, stride, .. } = self.window;
        let panels = self.image[2] / PANEL;
        let (tap, panel) = (group / panels, group % panels);
        let row = panel * self.height + y * stride + tap / kernel;
        ((row * self.width + tap % kernel) * PANEL, stride * PANEL)
    }

    /// `NUMBERS` numbers of `group` from `first` on, times the eight outputs of `gradient` (`[H', W', 8]`), summed over `rows`.
    #[inline(always)]
    fn tile(&self, group: usize, first: usize, rows: Range<usize>, gradient: &[f32]) -> [f32x8; NUMBERS] {
        let [_, out_w] = self.out;
        let mut sums = [f32x8::ZERO; NUMBERS];
        for y in rows {
            let (begin, step) = self.begin(group, y);
            let numbers = &self.values[begin + first..][..(out_w - 1) * step + NUMBERS];
            let gradient = gradient[y * out_w * PANEL..][..out_w * PANEL].as_chunks::<PANEL>().0;
            for (x, gradient) in gradient.iter().enumerate() {
                let gradient = f32x8::from(*gradient);
                for (i, sum) in sums.iter_mut().enumerate() {
                    // SAFETY: `x < out_w` and `i < NUMBERS`, so that `x · step + i` is within `numbers`.
                    let value = unsafe { *numbers.get_unchecked(x * step + i) };
                    *sum = gradient.mul_add(f32x8::splat(value), *sum);
                }
            }
        }
        sums
    }
}

/// `[pixels, channels]` as panels `[channels / 8, pixels, 8]`.
fn pack(rows: &[f32], channels: usize, pixels: usize, panels: &mut [f32]) {
    for (panel, to) in panels.chunks_exact_mut(pixels * PANEL).enumerate() {
        for (to, row) in to.as_chunks_mut::<PANEL>().0.iter_mut().zip(rows.chunks_exact(channels)) {
            to.copy_from_slice(&row[panel * PANEL..][..PANEL]);
        }
    }
}
