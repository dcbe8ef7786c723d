//! The input's gradient at stride 2, one row: an input column is in the middle of one window, or it is the first column of one and the last of
//! the window before.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::cpu::{LANES, TILE, load, load_unchecked};

/// What makes a row of the input's gradient.
pub struct Strided<'a> {
    /// Up to two rows `[out_w, C]` of the output's gradient, each with the three taps `[3, C]` that see the input's row.
    pub lines: [Option<(&'a [f32], &'a [f32])>; 2],
    pub channels: usize,
    /// Padding before the first column.
    pub left: usize,
}

impl Strided<'_> {
    /// Writes the row, `[W, C]`.
    pub fn run(&self, to: &mut [MaybeUninit<f32>]) {
        let (channels, width) = (self.channels, to.len() / self.channels);
        let windows = self.lines.iter().flatten().map(|(row, _)| row.len() / channels).min().unwrap_or(0);
        let mut column = 0;
        while column < width {
            // A tile begins at a window's first column that is another one's last.
            let x = (column + self.left) / 2;
            let begins = (column + self.left).is_multiple_of(2) && x > 0;
            if begins && x + TILE <= windows && column + 2 * TILE <= width {
                self.inner(x, &mut to[column * channels..][..2 * TILE * channels]);
                column += 2 * TILE;
            } else {
                self.column(column, windows, &mut to[column * channels..][..channels]);
                column += 1;
            }
        }
    }

    /// The columns of the windows from `x` on, but for the last one's last: all windows that see them are there.
    #[inline(always)]
    fn inner(&self, x: usize, to: &mut [MaybeUninit<f32>]) {
        let channels = self.channels;
        for c in (0..channels).step_by(LANES) {
            let mut sums = [[f32x4::ZERO; 2]; TILE];
            for (row, taps) in self.lines.iter().flatten() {
                let row = &row[(x - 1) * channels..][..(TILE + 1) * channels];
                let taps: [f32x4; 3] = std::array::from_fn(|j| load(taps, j * channels + c));
                // SAFETY: `t <= TILE` and `c + LANES <= channels` (channels come in panels of eight).
                let value = |t: usize| unsafe { load_unchecked(row, t * channels + c) };
                let mut before = value(0);
                for (t, [even, odd]) in sums.iter_mut().enumerate() {
                    let here = value(t + 1);
                    *even = taps[2].mul_add(before, taps[0].mul_add(here, *even));
                    *odd = taps[1].mul_add(here, *odd);
                    before = here;
                }
            }
            for (number, sum) in sums.as_flattened().iter().enumerate() {
                to[number * channels + c..][..LANES].copy_from_slice(&sum.to_array().map(MaybeUninit::new));
            }
        }
    }

    /// Any one column.
    fn column(&self, column: usize, windows: usize, to: &mut [MaybeUninit<f32>]) {
        let channels = self.channels;
        let (x, odd) = ((column + self.left) / 2, (column + self.left) % 2);
        // The windows that see it, each with the tap it sees it with.
        let first = (x < windows).then_some((x, odd));
        let second = (odd == 0 && x > 0 && x <= windows).then(|| (x - 1, 2));
        for c in (0..channels).step_by(LANES) {
            let mut sum = f32x4::ZERO;
            for (row, taps) in self.lines.iter().flatten() {
                for (x, tap) in [first, second].into_iter().flatten() {
                    sum = load(taps, tap * channels + c).mul_add(load(row, x * channels + c), sum);
                }
            }
            to[c..][..LANES].copy_from_slice(&sum.to_array().map(MaybeUninit::new));
        }
    }
}
