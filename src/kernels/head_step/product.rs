//! `output[b, u] = Σ_k row_b[k] · weight[u, k]` on the CPU: tiles of two rows by two units, eight lanes along the row.
//!
//! The lanes' sums are added in one fixed order and multiplications are not fused with additions, so that a processor with
//! fused multiply-add and wasm, which has none, give the same bits.

use wide::f32x8;

/// The product over `rows` (slices of the weights' width) into `output` `[rows, stride]`, columns below `units`.
pub fn product(rows: &[&[f32]], weight: &[f32], units: usize, output: &mut [f32], stride: usize) {
    let width = weight.len() / units.max(1);
    let weights: Vec<&[f32]> = weight.chunks_exact(width.max(1)).take(units).collect();
    for (rows, output) in rows.chunks(2).zip(output.chunks_mut(2 * stride)) {
        for (pair, weights) in weights.chunks(2).enumerate() {
            // An odd row or unit at the end stands in for its missing neighbour.
            let (a, b) = (rows[0], rows[rows.len() - 1]);
            let (u, v) = (weights[0], weights[weights.len() - 1]);
            let [au, av, bu, bv] = tile(a, b, u, v);
            let column = 2 * pair;
            output[column] = au;
            if weights.len() == 2 {
                output[column + 1] = av;
            }
            if rows.len() == 2 {
                output[stride + column] = bu;
                if weights.len() == 2 {
                    output[stride + column + 1] = bv;
                }
            }
        }
    }
}

#[inline(always)]
fn tile(a: &[f32], b: &[f32], u: &[f32], v: &[f32]) -> [f32; 4] {
    let mut sums = [f32x8::ZERO; 4];
    let lanes = |slice: &[f32; 8]| f32x8::from(*slice);
    let (a, b, u, v) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0, u.as_chunks::<8>().0, v.as_chunks::<8>().0);
    for (((a, b), u), v) in a.iter().zip(b).zip(u).zip(v) {
        let (a, b, u, v) = (lanes(a), lanes(b), lanes(u), lanes(v));
        sums[0] += a * u;
        sums[1] += a * v;
        sums[2] += b * u;
        sums[3] += b * v;
    }
    sums.map(total)
}

/// The sum of the lanes, pairwise.
#[inline(always)]
fn total(lanes: f32x8) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes.to_array();
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_and_unit_is_computed_once() {
        for (count, units) in [(1, 1), (2, 3), (3, 2), (5, 5)] {
            let width = 16;
            let values: Vec<f32> = (0..count * width).map(|i| (i % 7) as f32).collect();
            let weight: Vec<f32> = (0..units * width).map(|i| (i % 5) as f32).collect();
            let rows: Vec<&[f32]> = values.chunks(width).collect();
            let mut output = vec![-1.0; count * 8];
            product(&rows, &weight, units, &mut output, 8);
            for (r, row) in rows.iter().enumerate() {
                for u in 0..8 {
                    let want = if u < units { (0..width).map(|k| row[k] * weight[u * width + k]).sum() } else { -1.0 };
                    assert_eq!(output[r * 8 + u], want);
                }
            }
        }
    }
}
