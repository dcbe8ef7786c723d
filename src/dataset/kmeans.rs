//! k-means (Lloyd 1982) with k-means++ starts (Arthur & Vassilvitskii 2007), a bounded step at a time.

use rand::RngExt;
use rand_pcg::Pcg64;

use super::nearest::STEP_WORK;
use super::rows::{Rows, add_scaled, squared_distance};

/// Rounds of one start at most.
const ROUNDS: usize = 60;

/// A start has settled when a round gains less than this share.
const SETTLED: f32 = 1e-5;

/// Several starts, of which the one with the lowest sum of squared distances counts.
#[derive(Debug)]
pub struct KMeans {
    k: usize,
    starts: usize,
    now: Option<Start>,
    best: Option<Start>,
}

#[derive(Debug)]
struct Start {
    /// `[k, width]`.
    centres: Vec<f32>,
    cost: f32,
    rounds: usize,
}

impl KMeans {
    /// Begins: `k` centres, at least 1 and no more than there are rows; `starts` fresh starts.
    pub fn new(k: usize, starts: usize) -> Self {
        Self { k, starts, now: None, best: None }
    }

    /// How many starts are still to come.
    pub fn starts_left(&self) -> usize {
        self.starts
    }

    /// Does some work; is all of it done? The same rows must be given to each step.
    pub fn step(&mut self, rows: Rows, rng: &mut Pcg64) -> bool {
        let round = 3 * self.k * rows.values.len();
        for _ in 0..(STEP_WORK / 4 / round.max(1)).max(1) {
            if self.starts == 0 {
                break;
            }
            let start = self.now.get_or_insert_with(|| Start {
                centres: plus_plus(rows, self.k, rng),
                cost: f32::INFINITY,
                rounds: 0,
            });
            if !start.round(rows) {
                continue;
            }
            self.starts -= 1;
            let best = self.best.as_ref().map_or(f32::INFINITY, |best| best.cost);
            if let Some(start) = self.now.take().filter(|start| start.cost < best || self.best.is_none()) {
                self.best = Some(start);
            }
        }
        self.starts == 0
    }

    /// Nearest centre of each row, and the squared distance to it, once all is done.
    pub fn assign(&self, rows: Rows) -> (Vec<u32>, Vec<f32>) {
        let centres = self.best.as_ref().map_or(&[][..], |best| &best.centres);
        assign(rows, Rows::new(centres, rows.width))
    }
}

impl Start {
    /// Rows to their nearest centres, centres to the means of their rows; has it settled?
    fn round(&mut self, rows: Rows) -> bool {
        let (assigned, distances) = assign(rows, Rows::new(&self.centres, rows.width));
        let before = std::mem::replace(&mut self.cost, distances.iter().sum());
        self.rounds += 1;
        if self.rounds > ROUNDS || self.cost >= before * (1.0 - SETTLED) {
            return true;
        }
        let mut counts = vec![0.0f32; self.centres.len() / rows.width];
        let mut sums = vec![0.0; self.centres.len()];
        for (row, cluster) in rows.iter().zip(&assigned) {
            counts[*cluster as usize] += 1.0;
            add_scaled(&mut sums[*cluster as usize * rows.width..][..rows.width], 1.0, row);
        }
        let centres = self.centres.chunks_exact_mut(rows.width).zip(sums.chunks_exact(rows.width));
        // A centre that lost all its rows stays where it is.
        for ((centre, sum), count) in centres.zip(counts).filter(|(_, count)| *count > 0.0) {
            centre.iter_mut().zip(sum).for_each(|(value, sum)| *value = sum / count);
        }
        false
    }
}

/// Nearest centre of each row, the first of equals, and the squared distance to it.
fn assign(rows: Rows, centres: Rows) -> (Vec<u32>, Vec<f32>) {
    let nearest = |row| {
        centres.iter().enumerate().fold((0, f32::INFINITY), |best, (place, centre)| {
            let distance = squared_distance(row, centre);
            if distance < best.1 { (place as u32, distance) } else { best }
        })
    };
    rows.iter().map(nearest).unzip()
}

/// First centres: each a row, drawn in proportion to its squared distance from those before.
fn plus_plus(rows: Rows, k: usize, rng: &mut Pcg64) -> Vec<f32> {
    // Drawn as u32 so that 32-bit and 64-bit machines draw alike.
    let mut place = rng.random_range(0..rows.len() as u32) as usize;
    let mut centres = Vec::with_capacity(k * rows.width);
    let mut distances = vec![f32::INFINITY; rows.len()];
    loop {
        let centre = rows.row(place);
        centres.extend_from_slice(centre);
        if centres.len() == k * rows.width {
            return centres;
        }
        for (row, distance) in rows.iter().zip(&mut distances) {
            *distance = distance.min(squared_distance(row, centre));
        }
        let total: f64 = distances.iter().map(|distance| f64::from(*distance)).sum();
        let mut left = rng.random::<f64>() * total;
        let mut passed = |distance: &f32| {
            left -= f64::from(*distance);
            left < 0.0
        };
        place = distances.iter().position(&mut passed).unwrap_or(rows.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn three_heaps_on_a_line() {
        let values = [0.0, 0.1, 0.2, 5.0, 5.1, 9.0];
        let rows = Rows::new(&values, 1);
        let mut kmeans = KMeans::new(3, 4);
        let mut rng = Pcg64::seed_from_u64(0);
        while !kmeans.step(rows, &mut rng) {}
        let (assigned, distances) = kmeans.assign(rows);
        assert!(assigned[0] == assigned[1] && assigned[1] == assigned[2] && assigned[3] == assigned[4]);
        assert!(assigned[0] != assigned[3] && assigned[3] != assigned[5]);
        assert!((distances.iter().sum::<f32>() - 0.025).abs() < 1e-4);
    }
}
