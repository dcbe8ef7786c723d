//! Rows of numbers, and the few operations on them that carry everything else here.

use wide::f32x8;

/// Columns of a panel: what one SIMD register of eight holds.
const PANEL: usize = 8;

/// Rows of a tile of [`Panels::similarities`]; with eight columns it fits the sixteen registers of wasm.
pub(crate) const TILE: usize = 4;

/// A view of a matrix `[N, width]`, row by row: the embeddings of `N` photos, say.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// `N · width` numbers.
    pub values: &'a [f32],
    /// Numbers in a row, above 0.
    pub width: usize,
}

impl<'a> Rows<'a> {
    /// A view of `values`.
    ///
    /// # Panics
    /// `width` is 0, or the values do not make whole rows: a bug of the caller.
    pub fn new(values: &'a [f32], width: usize) -> Self {
        assert!(width > 0 && values.len().is_multiple_of(width), "Rows: {} values, {width} a row", values.len());
        Self { values, width }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Row `place`, `[width]`.
    pub fn row(&self, place: usize) -> &'a [f32] {
        &self.values[place * self.width..][..self.width]
    }

    /// All rows in order.
    pub fn iter(&self) -> std::slice::ChunksExact<'a, f32> {
        self.values.chunks_exact(self.width)
    }

    /// The rows at `places`, one after another.
    pub fn select(&self, places: &[usize]) -> Vec<f32> {
        places.iter().flat_map(|place| self.row(*place)).copied().collect()
    }
}

/// Sum of products of two rows of one length.
///
/// Two registers, multiplied and added one after the other: the same bits with and without fused multiply-add.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<{ 2 * PANEL }>();
    let (b, b_rest) = b.as_chunks::<{ 2 * PANEL }>();
    let mut sums = [f32x8::ZERO; 2];
    for (a, b) in a.iter().zip(b) {
        sums[0] += load(&a[..PANEL]) * load(&b[..PANEL]);
        sums[1] += load(&a[PANEL..]) * load(&b[PANEL..]);
    }
    let sum: f32 = (sums[0] + sums[1]).to_array().iter().sum();
    sum + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// `y += factor · x`.
pub(crate) fn add_scaled(y: &mut [f32], factor: f32, x: &[f32]) {
    let (y, y_rest) = y.as_chunks_mut::<PANEL>();
    let (x, x_rest) = x.as_chunks::<PANEL>();
    let splat = f32x8::splat(factor);
    for (y, x) in y.iter_mut().zip(x) {
        *y = (f32x8::from(*y) + splat * f32x8::from(*x)).to_array();
    }
    for (y, x) in y_rest.iter_mut().zip(x_rest) {
        *y += factor * x;
    }
}

/// Sum of squared differences of two rows of one length.
pub(crate) fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<PANEL>();
    let (b, b_rest) = b.as_chunks::<PANEL>();
    let mut sum = f32x8::ZERO;
    for (a, b) in a.iter().zip(b) {
        let difference = f32x8::from(*a) - f32x8::from(*b);
        sum += difference * difference;
    }
    let sum: f32 = sum.to_array().iter().sum();
    sum + a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
}

/// Scales a row to length 1; a row of zeros stays as it is.
pub(crate) fn normalise(row: &mut [f32]) {
    let length = dot(row, row).sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|value| *value /= length);
    }
}

/// The square roots of each row's values, scaled to length 1; same shape.
///
/// Pooled ReLU features are sparse and a few large ones decide a plain cosine. The product of two rows made here is their
/// Bhattacharyya coefficient, under which small features count too ("RootSIFT": Arandjelović & Zisserman 2012). Values below
/// zero, which our backbones never give, keep their sign.
pub fn hellinger(rows: Rows) -> Vec<f32> {
    let mut values: Vec<f32> = rows.values.iter().map(|value| value.abs().sqrt().copysign(*value)).collect();
    values.chunks_exact_mut(rows.width).for_each(normalise);
    values
}

/// Rows stored eight by eight, column by column, so that a product with many of them runs along SIMD lanes: `[N / 8, width, 8]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panels {
    values: Vec<f32>,
    width: usize,
    rows: usize,
}

impl Panels {
    /// Packs rows; the last panel is filled up with zeros.
    pub fn new(rows: Rows) -> Self {
        let mut values = vec![0.0; rows.len().next_multiple_of(PANEL) * rows.width];
        for (place, row) in rows.iter().enumerate() {
            let panel = &mut values[place / PANEL * PANEL * rows.width..];
            for (column, value) in row.iter().enumerate() {
                panel[column * PANEL + place % PANEL] = *value;
            }
        }
        Self { values, width: rows.width, rows: rows.len() }
    }

    /// Length of an output row of [`Panels::similarities`]: the number of packed rows, rounded up to whole panels.
    pub fn padded(&self) -> usize {
        self.rows.next_multiple_of(PANEL)
    }

    /// `output[M, padded] = queries[M, width] · packedᵀ`, for any `M`.
    pub fn similarities(&self, queries: Rows, output: &mut [f32]) {
        let stride = self.padded();
        debug_assert_eq!((queries.width, output.len()), (self.width, queries.len() * stride));
        for (panel, packed) in self.values.chunks_exact(self.width * PANEL).enumerate() {
            let packed = packed.as_chunks::<PANEL>().0;
            for first in (0..queries.len()).step_by(TILE) {
                // Where fewer than a tile of rows are left, the last is computed again and not written.
                let rows: [&[f32]; TILE] = std::array::from_fn(|r| queries.row((first + r).min(queries.len() - 1)));
                for (r, sums) in tile(rows, packed).into_iter().enumerate().take(queries.len() - first) {
                    output[(first + r) * stride + panel * PANEL..][..PANEL].copy_from_slice(&sums);
                }
            }
        }
    }
}

#[inline(always)]
fn tile(rows: [&[f32]; TILE], packed: &[[f32; PANEL]]) -> [[f32; PANEL]; TILE] {
    let mut sums = [f32x8::ZERO; TILE];
    let rows = rows.map(|row| &row[..packed.len()]);
    for (k, column) in packed.iter().enumerate() {
        let column = f32x8::from(*column);
        for r in 0..TILE {
            sums[r] += f32x8::splat(rows[r][k]) * column;
        }
    }
    sums.map(f32x8::to_array)
}

#[inline(always)]
fn load(slice: &[f32]) -> f32x8 {
    f32x8::from(<[f32; PANEL]>::try_from(slice).expect("a slice of eight"))
}

#[cfg(test)]
pub(crate) mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;

    /// `classes` clouds of `each` rows with values of 0 and more, in the order of their classes.
    pub fn clouds(classes: usize, each: usize, width: usize, noise: f32, seed: u64) -> (Vec<f32>, Vec<u32>) {
        let mut rng = Pcg64::seed_from_u64(seed);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for class in 0..classes {
            let centre: Vec<f32> = (0..width).map(|_| rng.random::<f32>().powi(3) * 2.0).collect();
            for _ in 0..each {
                values.extend(centre.iter().map(|value| (value + noise * (rng.random::<f32>() - 0.5)).max(0.0)));
                labels.push(class as u32);
            }
        }
        (values, labels)
    }

    #[test]
    fn products_agree_with_plain_sums() {
        let (values, _) = clouds(1, 21, 35, 1.0, 1);
        let rows = Rows::new(&values, 35);
        let panels = Panels::new(rows);
        let mut output = vec![0.0; 21 * panels.padded()];
        panels.similarities(rows, &mut output);
        for (i, a) in rows.iter().enumerate() {
            for (j, b) in rows.iter().enumerate() {
                let plain: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                assert!((output[i * panels.padded() + j] - plain).abs() < 1e-4 * plain);
                assert!((dot(a, b) - plain).abs() < 1e-4 * plain);
                let plain: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
                assert!((squared_distance(a, b) - plain).abs() < 1e-4 * plain.max(1.0));
            }
        }
    }

    #[test]
    fn hellinger_rows_have_length_one_and_zeros_stay() {
        let values = hellinger(Rows::new(&[4.0, 1.0, -4.0, 0.0, 0.0, 0.0], 3));
        assert!((values[0] - 2.0 / 3.0).abs() < 1e-6 && (values[2] + 2.0 / 3.0).abs() < 1e-6);
        assert_eq!(values[3..], [0.0; 3]);
    }
}
