//! How well clusters are told apart.

use super::nearest::STEP_WORK;
use super::rows::{Rows, squared_distance};

/// Rows whose distances are kept: a million of them, 4 MB.
const ROWS: usize = 1000;

/// Distances among (the first thousand of) some rows, from which the silhouettes of several clusterings follow.
#[derive(Debug)]
pub struct Silhouette {
    count: usize,
    /// `[count, count]`, filled row by row.
    distances: Vec<f32>,
}

impl Silhouette {
    /// Begins. The same rows must be given to each step.
    pub fn new(rows: Rows) -> Self {
        Self { count: rows.len().min(ROWS), distances: Vec::new() }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self, rows: Rows) -> bool {
        let done = self.distances.len() / self.count.max(1);
        let last = self.count.min(done + (STEP_WORK / (4 * self.count.max(1) * rows.width)).max(1));
        for row in done..last {
            self.distances.extend((0..self.count).map(|other| squared_distance(rows.row(row), rows.row(other)).sqrt()));
        }
        last == self.count
    }

    /// Mean silhouette (Rousseeuw 1987, page 55) of rows assigned to `k` clusters, −1 to 1: how much nearer a row is to its own cluster
    /// than to the next one. A row alone in its cluster counts 0.
    pub fn mean(&self, assigned: &[u32], k: usize) -> f32 {
        let assigned = &assigned[..self.count];
        let mut sizes = vec![0.0f32; k];
        assigned.iter().for_each(|cluster| sizes[*cluster as usize] += 1.0);
        let mut total = 0.0;
        for (row, distances) in self.distances.chunks_exact(self.count.max(1)).enumerate() {
            let mut sums = vec![0.0f32; k];
            for (distance, cluster) in distances.iter().zip(assigned) {
                sums[*cluster as usize] += distance;
            }
            let own = assigned[row] as usize;
            if sizes[own] < 2.0 {
                continue;
            }
            let within = sums[own] / (sizes[own] - 1.0);
            let next = (0..k).filter(|cluster| *cluster != own && sizes[*cluster] > 0.0);
            let next = next.map(|cluster| sums[cluster] / sizes[cluster]).fold(f32::INFINITY, f32::min);
            if next.is_finite() && next.max(within) > 0.0 {
                total += (next - within) / next.max(within);
            }
        }
        total / self.count.max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silhouette_of_two_pairs() {
        let values = [0.0, 1.0, 10.0, 11.0];
        let rows = Rows::new(&values, 1);
        let mut silhouette = Silhouette::new(rows);
        while !silhouette.step(rows) {}
        // Rows 0 and 3: within 1, next 10.5; rows 1 and 2: within 1, next 9.5.
        let expected = ((10.5 - 1.0) / 10.5 + (9.5 - 1.0) / 9.5) / 2.0;
        assert!((silhouette.mean(&[0, 0, 1, 1], 2) - expected).abs() < 1e-6);
        assert!(silhouette.mean(&[0, 1, 0, 1], 2) < 0.0);
        assert_eq!(silhouette.mean(&[0, 0, 0, 0], 1), 0.0);
    }
}
