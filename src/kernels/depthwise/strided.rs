//! The input's gradient at stride 2, one row: of the windows' three columns an input column is in the middle one of one window, or in the
//! first of one and the last of the one before.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::cpu::{LANES, load};

/// Writes a row `[W, C]` of the input's gradient from up to three rows `[out_w, C]` of the output's, number `i` with the weights of line
/// `i` (`weight`: `[9, C]`).
pub fn row(
    rows: [Option<&[f32]>; 3],
    weight: &[f32],
    out_w: usize,
    channels: usize,
    left: usize,
    to: &mut [MaybeUninit<f32>],
) {
    // At stride 2 a row is seen by one window or two: lines 0 and 2, or line 1.
    let lines = rows.into_iter().enumerate().filter_map(|(i, row)| Some((3 * i, row?)));
    let mut seen: [Option<(usize, &[f32])>; 2] = [None; 2];
    for (to, line) in seen.iter_mut().zip(lines) {
        *to = Some(line);
    }
    for (column, to) in to.chunks_exact_mut(channels).enumerate() {
        let at = column + left;
        let (x, odd) = (at / 2, at % 2);
        // (window, tap) pairs of this column.
        let first = (x < out_w).then_some((x, odd));
        let second = (odd == 0 && x > 0 && x - 1 < out_w).then(|| (x - 1, 2));
        for c in (0..channels).step_by(LANES) {
            let mut sum = f32x4::ZERO;
            for (line, row) in seen.into_iter().flatten() {
                for (x, tap) in [first, second].into_iter().flatten() {
                    sum = load(weight, (line + tap) * channels + c).mul_add(load(row, x * channels + c), sum);
                }
            }
            to[c..][..LANES].copy_from_slice(&sum.to_array().map(MaybeUninit::new));
        }
    }
}
