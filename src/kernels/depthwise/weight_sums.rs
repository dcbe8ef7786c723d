//! The weight's gradient of the depthwise convolution on the CPU: four neighbouring windows at once, along vectors of channels.

use wide::f32x4;

use super::cpu::{LANES, TILE, load, load_unchecked};

/// A row of gradient and a row of the input that its windows see with one line of taps.
pub struct Pair<'a> {
    /// `[W, C]`.
    pub input: &'a [f32],
    /// `[out_w, C]`.
    pub gradient: &'a [f32],
    pub width: usize,
    pub channels: usize,
    /// Padding before the first column.
    pub left: usize,
}

impl Pair<'_> {
    /// Adds the three taps' sums to `sums`, `[3, C]`, at stride `S`.
    pub fn add<const S: usize>(&self, sums: &mut [f32]) {
        let out_w = self.gradient.len() / self.channels;
        let mut x = 0;
        while x < out_w {
            let starts_inside = x * S >= self.left;
            let tile_fits = x + TILE <= out_w && (x + TILE - 1) * S + 3 <= self.width + self.left;
            if starts_inside && tile_fits {
                self.inner::<S>(x, sums);
                x += TILE;
            } else {
                self.edge::<S>(x, sums);
                x += 1;
            }
        }
    }

    /// `TILE` windows from `x` on, all of whose columns lie inside the input.
    #[inline(always)]
    fn inner<const S: usize>(&self, x: usize, sums: &mut [f32]) {
        let channels = self.channels;
        let input = &self.input[(x * S - self.left) * channels..][..((TILE - 1) * S + 3) * channels];
        let gradient = &self.gradient[x * channels..][..TILE * channels];
        for c in (0..channels).step_by(LANES) {
            let mut taps: [f32x4; 3] = std::array::from_fn(|j| load(sums, j * channels + c));
            for t in 0..TILE {
                // SAFETY: `t < TILE`, `t·S + j` is one of the tile's columns, and `c + LANES <= channels`.
                let value = unsafe { load_unchecked(gradient, t * channels + c) };
                for (j, tap) in taps.iter_mut().enumerate() {
                    *tap = value.mul_add(unsafe { load_unchecked(input, (t * S + j) * channels + c) }, *tap);
                }
            }
            for (j, tap) in taps.into_iter().enumerate() {
                sums[j * channels + c..][..LANES].copy_from_slice(&tap.to_array());
            }
        }
    }

    /// One window at the left or right edge.
    fn edge<const S: usize>(&self, x: usize, sums: &mut [f32]) {
        let channels = self.channels;
        for j in 0..3 {
            let column = (x * S + j).checked_sub(self.left).filter(|column| *column < self.width);
            if let Some(column) = column {
                let pixel = &self.input[column * channels..][..channels];
                let gradient = &self.gradient[x * channels..][..channels];
                for ((sum, a), b) in sums[j * channels..][..channels].iter_mut().zip(pixel).zip(gradient) {
                    *sum += a * b;
                }
            }
        }
    }
}
