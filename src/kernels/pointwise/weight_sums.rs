//! The weight's gradient on the CPU: `inputᵀ · gradient`, summed over rows that come in any number of chunks.
//!
//! Both factors are packed first, a block of rows at a time: a tile then reads two streams from front to back, where in place it would
//! touch another cache line, often of the same few sets, with every row.

use wide::f32x8;

use super::cpu::ROWS as INPUTS;
use crate::kernels::PANEL;

/// Bytes of packed input that a pass over all panels keeps at hand.
const BLOCK_BYTES: usize = 192 * 1024;

/// Inputs up to which the gradient is read where it lies: too few tiles would read what was packed.
const NARROW: usize = 32;

/// Rows packed together: full cache lines are written.
const GROUP: usize = 8;

/// A weight's gradient in the making.
#[derive(Debug)]
pub struct WeightSums {
    depth: usize,
    columns: usize,
    /// Rows of a block.
    block: usize,
    /// `[ceil(C_in / INPUTS), rows, INPUTS]`.
    input: Vec<f32>,
    /// `[C_out / 8, rows, 8]`.
    gradient: Vec<f32>,
    /// `[C_out / 8, C_in, 8]`.
    sums: Vec<f32>,
}

impl WeightSums {
    /// For weights of `depth` inputs and `columns` outputs, the latter a multiple of eight.
    pub fn new(depth: usize, columns: usize) -> Self {
        let block = (BLOCK_BYTES / (depth * size_of::<f32>())).clamp(32, 256).next_multiple_of(GROUP);
        Self { depth, columns, block, input: vec![], gradient: vec![], sums: vec![0.0; depth * columns] }
    }

    /// Adds `inputᵀ · gradient`, of rows `[M, C_in]` and `[M, C_out]`.
    pub fn add(&mut self, input: &[f32], gradient: &[f32]) {
        let (depth, columns) = (self.depth, self.columns);
        assert_eq!(input.len() / depth, gradient.len() / columns, "weight gradient: rows of both factors");
        let blocks = input.chunks(self.block * depth).zip(gradient.chunks(self.block * columns));
        for (input, gradient) in blocks {
            self.add_block(input, gradient);
        }
    }

    /// The sums, `[C_out / 8, C_in, 8]`.
    pub fn into_values(self) -> Vec<f32> {
        self.sums
    }

    fn add_block(&mut self, input: &[f32], gradient: &[f32]) {
        let (depth, columns) = (self.depth, self.columns);
        let rows = input.len() / depth;
        pack::<INPUTS>(input, depth, &mut self.input);
        let packed = depth > NARROW;
        if packed {
            pack::<PANEL>(gradient, columns, &mut self.gradient);
        }
        for (panel, sums) in self.sums.chunks_exact_mut(depth * PANEL).enumerate() {
            let (gradient, stride) = if packed {
                (&self.gradient[panel * rows * PANEL..][..rows * PANEL], PANEL)
            } else {
                (&gradient[panel * PANEL..], columns)
            };
            let tiles = self.input.chunks_exact(rows * INPUTS).zip(sums.chunks_mut(INPUTS * PANEL));
            for (input, sums) in tiles {
                tile(input.as_chunks().0, gradient, stride, sums);
            }
        }
    }
}

/// Adds the sums over all rows of `input[m, i] · gradient[m, o]` to `sums`, `[i, o]`; the last tile has fewer `i` where it must. `stride`:
/// numbers from a row of the gradient to the next.
#[inline(always)]
fn tile(input: &[[f32; INPUTS]], gradient: &[f32], stride: usize, sums: &mut [f32]) {
    assert!(input.is_empty() || (input.len() - 1) * stride + PANEL <= gradient.len(), "weight gradient: rows");
    let mut tile = [f32x8::ZERO; INPUTS];
    for (m, input) in input.iter().enumerate() {
        // SAFETY: `m` is at most the last row, whose panel lies inside `gradient`: asserted above.
        let gradient = f32x8::from(unsafe { *gradient.as_ptr().add(m * stride).cast::<[f32; PANEL]>() });
        for (sum, value) in tile.iter_mut().zip(input) {
            *sum = gradient.mul_add(f32x8::splat(*value), *sum);
        }
    }
    for (to, sum) in sums.as_chunks_mut::<PANEL>().0.iter_mut().zip(tile) {
        *to = (f32x8::from(*to) + sum).to_array();
    }
}

/// Rows `[M, width]` in tiles of `R` columns, `[ceil(width / R), M, R]`; what is added is zero.
fn pack<const R: usize>(rows: &[f32], width: usize, packed: &mut Vec<f32>) {
    let (count, tiles) = (rows.len() / width, width.div_ceil(R));
    packed.resize(tiles * count * R, 0.0);
    for (group, rows) in rows.chunks(GROUP * width).enumerate() {
        for (number, tile) in packed.chunks_exact_mut(count * R).enumerate() {
            let to = tile[group * GROUP * R..].as_chunks_mut::<R>().0;
            for (to, row) in to.iter_mut().zip(rows.chunks_exact(width)) {
                let from = &row[number * R..];
                match from.first_chunk::<R>() {
                    Some(from) => *to = *from,
                    None => {
                        to.fill(0.0);
                        to[..from.len()].copy_from_slice(from);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that f32 adds without error, so that no order of summing makes a difference.
    fn whole(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 31 + seed * 17) % 13) as f32 - 6.0).collect()
    }

    #[test]
    fn blocks_chunks_and_tiles_that_do_not_fill_add_up() {
        // Narrow and wide, tiles of inputs that do not fill, rows in chunks of their own.
        for (depth, columns, rows, chunk) in
            [(12, 16, 300, 7), (28, 8, 129, 128), (44, 24, 515, 300), (520, 16, 150, 150)]
        {
            let (input, gradient) = (whole(rows * depth, 1), whole(rows * columns, 2));
            let mut sums = WeightSums::new(depth, columns);
            for (input, gradient) in input.chunks(chunk * depth).zip(gradient.chunks(chunk * columns)) {
                sums.add(input, gradient);
            }
            let got = sums.into_values();
            for i in 0..depth {
                for o in 0..columns {
                    let want: f32 = (0..rows).map(|m| input[m * depth + i] * gradient[m * columns + o]).sum();
                    let at = (o / PANEL * depth + i) * PANEL + o % PANEL;
                    assert_eq!(got[at], want, "{depth} to {columns}, {rows} rows: [{i}, {o}]");
                }
            }
        }
    }
}
