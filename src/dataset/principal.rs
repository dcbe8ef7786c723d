//! Principal components of rows, by subspace iteration (Golub & Van Loan, "Matrix Computations", section 8.2).

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::nearest::STEP_WORK;
use super::rows::{Rows, add_scaled, dot, normalise};

/// Rounds; what the components are used for needs their span, not their last digit.
const ROUNDS: usize = 8;

/// Directions beyond those wanted; they make the wanted ones settle sooner (Halko, Martinsson & Tropp 2011).
const SPARE: usize = 8;

/// The strongest directions of centred rows, found a bounded step at a time.
#[derive(Debug)]
pub struct Principal {
    mean: Vec<f32>,
    /// Orthonormal, the strongest first once all is done, `[directions, width]`.
    directions: Vec<f32>,
    /// Directions multiplied by the covariance, as far as the rows of this round have been met.
    image: Vec<f32>,
    wanted: usize,
    round: usize,
    row: usize,
}

impl Principal {
    /// Begins: the `wanted` strongest directions of `rows`, or as many as there can be. The same rows must be given to each step.
    pub fn new(rows: Rows, wanted: usize, seed: u32) -> Self {
        let mut mean = vec![0.0; rows.width];
        rows.iter().for_each(|row| add_scaled(&mut mean, 1.0 / rows.len() as f32, row));
        let wanted = wanted.min(rows.width).min(rows.len().saturating_sub(1));
        let count = (wanted + SPARE).min(rows.width);
        let mut rng = Pcg64::seed_from_u64(seed.into());
        let mut directions: Vec<f32> = (0..count * rows.width).map(|_| rng.random::<f32>() - 0.5).collect();
        orthonormalise(&mut directions, rows.width);
        let image = vec![0.0; directions.len()];
        Self { mean, directions, image, wanted, round: 0, row: 0 }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self, rows: Rows) -> bool {
        if self.round == ROUNDS || self.wanted == 0 {
            return true;
        }
        let last = rows.len().min(self.row + (STEP_WORK / (2 * self.directions.len())).max(1));
        let mut centred = vec![0.0; rows.width];
        for row in self.row..last {
            self.centre(rows.row(row), &mut centred);
            for (direction, image) in
                self.directions.chunks_exact(rows.width).zip(self.image.chunks_exact_mut(rows.width))
            {
                add_scaled(image, dot(direction, &centred), &centred);
            }
        }
        self.row = last;
        if last == rows.len() {
            self.finish_round(rows.width);
        }
        self.round == ROUNDS
    }

    fn finish_round(&mut self, width: usize) {
        std::mem::swap(&mut self.directions, &mut self.image);
        self.image.fill(0.0);
        orthonormalise(&mut self.directions, width);
        self.row = 0;
        self.round += 1;
        if self.round == ROUNDS {
            self.directions.truncate(self.wanted * width);
        }
    }

    fn centre(&self, row: &[f32], centred: &mut [f32]) {
        centred.copy_from_slice(row);
        add_scaled(centred, -1.0, &self.mean);
    }

    /// Numbers of a row of [`Principal::project`].
    pub fn width(&self) -> usize {
        self.wanted
    }

    /// Appends the coordinates of a row along the directions, `[width]`.
    pub fn project(&self, row: &[f32], into: &mut Vec<f32>) {
        let mut centred = vec![0.0; row.len()];
        self.centre(row, &mut centred);
        into.extend(
            self.directions.chunks_exact(row.len()).take(self.wanted).map(|direction| dot(direction, &centred)),
        );
    }
}

/// Gram and Schmidt, twice, as once leaves rounding errors (Giraud et al. 2005). A row that depends on those before becomes zeros.
fn orthonormalise(values: &mut [f32], width: usize) {
    for own in 0..values.len() / width {
        let (before, rest) = values.split_at_mut(own * width);
        let row = &mut rest[..width];
        normalise(row);
        for _ in 0..2 {
            for other in before.chunks_exact(width) {
                let along = dot(other, row);
                add_scaled(row, -along, other);
            }
        }
        if dot(row, row) < 1e-8 {
            row.fill(0.0);
        }
        normalise(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_directions_of_most_spread() {
        // Spread 9 along the second axis, 3 along the third, 1 elsewhere, about a mean of 5.
        let mut rng = Pcg64::seed_from_u64(8);
        let spread = [1.0, 9.0, 3.0, 1.0, 1.0, 1.0];
        let values: Vec<f32> =
            (0..500).flat_map(|_| spread).map(|spread| 5.0 + spread * (rng.random::<f32>() - 0.5)).collect();
        let rows = Rows::new(&values, 6);
        let mut principal = Principal::new(rows, 2, 0);
        while !principal.step(rows) {}
        assert!(principal.directions[1].abs() > 0.99 && principal.directions[6 + 2].abs() > 0.98);
        let mut projected = Vec::new();
        rows.iter().for_each(|row| principal.project(row, &mut projected));
        let mean: f32 = projected.iter().step_by(2).sum::<f32>() / 500.0;
        assert!(mean.abs() < 1e-3);
    }

    #[test]
    fn equal_rows_have_no_direction() {
        let rows = Rows::new(&[1.0; 12], 4);
        let mut principal = Principal::new(rows, 3, 0);
        while !principal.step(rows) {}
        let mut projected = Vec::new();
        principal.project(rows.row(0), &mut projected);
        assert!(projected.iter().all(|value| value.abs() < 1e-5));
    }
}
