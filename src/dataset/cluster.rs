//! Unsorted photos into heaps: k-means on the principal components of the embeddings, k given or suggested.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::principal::Principal;
use super::rows::{Rows, hellinger, normalise, squared_distance};
use super::silhouette::Silhouette;

/// The most clusters that are tried where a number is to be suggested.
pub const MOST_CLUSTERS: usize = 30;

/// Principal components that are clustered.
const COMPONENTS: usize = 32;

/// Rows by which components, and a suggested k, are found: enough for both, few enough to be quick.
const SAMPLE: usize = 2000;

/// Fresh starts for the clusters themselves; the best counts.
const STARTS: usize = 10;

/// Fresh starts for each k that is tried.
const TRIAL_STARTS: usize = 3;

/// Rounds of Lloyd's algorithm at most.
const ROUNDS: usize = 60;

/// The clusters found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clusters {
    /// Places of each cluster's members, the nearest to its centre first; the largest cluster first. Fewer than k where rows are equal.
    pub members: Vec<Vec<usize>>,
    /// Where k was to be suggested: each k tried with its mean silhouette, −1 to 1.
    pub tried: Vec<(usize, f32)>,
}

/// Clusters embeddings, a bounded step at a time.
///
/// k-means (Lloyd 1982) with k-means++ starts (Arthur & Vassilvitskii 2007) on: square roots of the embeddings ([`hellinger`]), their
/// 32 principal components, each divided by the root of its spread, scaled to length 1. On the ten folders of Caltech-101 that
/// separates classes better than the embeddings themselves. k is suggested by the mean silhouette (Rousseeuw 1987) on a sample.
#[derive(Debug)]
pub struct Clustering {
    unit: Vec<f32>,
    width: usize,
    k: Option<usize>,
    rng: Pcg64,
    /// Rows of the sample, in a random order.
    sample: Vec<usize>,
    stage: Stage,
    tried: Vec<(usize, f32)>,
    result: Clusters,
}

#[derive(Debug)]
enum Stage {
    Components { sample: Vec<f32>, principal: Principal },
    Trials { points: Vec<f32>, sample: Vec<f32>, silhouette: Silhouette, best: Best },
    Starts { points: Vec<f32>, k: usize, best: Best },
    Done,
}

/// The best of several starts.
#[derive(Debug, Clone)]
struct Best {
    starts: usize,
    cost: f32,
    centres: Vec<f32>,
}

impl Best {
    fn none() -> Self {
        Self { starts: 0, cost: f32::INFINITY, centres: Vec::new() }
    }
}

impl Clustering {
    /// Begins with embeddings `[N, E]`; `k` clusters, or as many as the silhouette suggests (2 to [`MOST_CLUSTERS`]).
    pub fn new(embeddings: Rows, k: Option<usize>, seed: u32) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed.into());
        let mut sample: Vec<usize> = (0..embeddings.len()).collect();
        shuffle(&mut sample, &mut rng);
        sample.truncate(SAMPLE);
        let unit = hellinger(embeddings);
        let width = embeddings.width;
        let stage = if embeddings.is_empty() {
            Stage::Done
        } else {
            let rows = Rows::new(&unit, width).select(&sample);
            let principal = Principal::new(Rows::new(&rows, width), COMPONENTS, seed);
            Stage::Components { sample: rows, principal }
        };
        Self { unit, width, k, rng, sample, stage, tried: Vec::new(), result: Clusters::default() }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self) -> bool {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Components { sample, mut principal } => {
                if principal.step(Rows::new(&sample, self.width)) {
                    self.points(&principal)
                } else {
                    Stage::Components { sample, principal }
                }
            }
            Stage::Trials { points, sample, silhouette, best } => self.trial(points, sample, silhouette, best),
            Stage::Starts { points, k, best } => self.start(points, k, best),
            Stage::Done => Stage::Done,
        };
        matches!(self.stage, Stage::Done)
    }

    /// The clusters once all is done.
    pub fn clusters(self) -> Clusters {
        self.result
    }

    /// Share of the work that is done, 0–1, roughly.
    pub fn progress(&self) -> f32 {
        match &self.stage {
            Stage::Components { .. } => 0.0,
            Stage::Trials { .. } => 0.2 + 0.6 * self.tried.len() as f32 / MOST_CLUSTERS as f32,
            Stage::Starts { best, .. } => 0.8 + 0.2 * best.starts as f32 / STARTS as f32,
            Stage::Done => 1.0,
        }
    }

    fn points(&mut self, principal: &Principal) -> Stage {
        let width = principal.width().max(1);
        let mut points = Vec::with_capacity(self.unit.len() / self.width * width);
        for row in self.unit.chunks_exact(self.width) {
            principal.project(row, &mut points);
            if principal.width() == 0 {
                // One photo alone has no component: any point will do.
                points.push(0.0);
            }
        }
        self.unit = Vec::new();
        soften(&mut points, width);
        self.width = width;
        if let Some(k) = self.k {
            return Stage::Starts { points, k, best: Best::none() };
        }
        let sample = Rows::new(&points, width).select(&self.sample);
        let silhouette = Silhouette::new(Rows::new(&sample, width));
        Stage::Trials { points, sample, silhouette, best: Best::none() }
    }

    /// One start for the k that is tried now; after the last, its silhouette.
    fn trial(&mut self, points: Vec<f32>, sample: Vec<f32>, mut silhouette: Silhouette, mut best: Best) -> Stage {
        let rows = Rows::new(&sample, self.width);
        let k = self.tried.len() + 2;
        if k > MOST_CLUSTERS || k + 1 > rows.len() {
            let best =
                self.tried.iter().fold((1, f32::MIN), |best, tried| if tried.1 > best.1 { *tried } else { best });
            return Stage::Starts { points, k: best.0, best: Best::none() };
        }
        if !silhouette.step(rows) {
            return Stage::Trials { points, sample, silhouette, best };
        }
        lloyd(rows, k, &mut self.rng, &mut best);
        if best.starts == TRIAL_STARTS {
            let (assigned, _) = assign(rows, Rows::new(&best.centres, self.width));
            self.tried.push((k, silhouette.mean(&assigned, k)));
            best = Best::none();
        }
        Stage::Trials { points, sample, silhouette, best }
    }

    fn start(&mut self, points: Vec<f32>, k: usize, mut best: Best) -> Stage {
        let rows = Rows::new(&points, self.width);
        lloyd(rows, k.clamp(1, rows.len()), &mut self.rng, &mut best);
        if best.starts < STARTS {
            return Stage::Starts { points, k, best };
        }
        let (assigned, distances) = assign(rows, Rows::new(&best.centres, self.width));
        let mut members = vec![Vec::new(); k.clamp(1, rows.len())];
        for (place, cluster) in assigned.iter().enumerate() {
            members[*cluster as usize].push(place);
        }
        for cluster in &mut members {
            cluster.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b)));
        }
        members.retain(|cluster| !cluster.is_empty());
        members.sort_by_key(|cluster| (std::cmp::Reverse(cluster.len()), cluster[0]));
        self.result = Clusters { members, tried: std::mem::take(&mut self.tried) };
        Stage::Done
    }
}

/// Divides each column by the square root of its standard deviation, so that the first few components do not drown the others, and
/// scales the rows to length 1.
fn soften(points: &mut [f32], width: usize) {
    let mut squares = vec![0.0; width];
    for row in points.chunks_exact(width) {
        row.iter().zip(&mut squares).for_each(|(value, sum)| *sum += value * value);
    }
    let count = (points.len() / width) as f32;
    let factors: Vec<f32> = squares.iter().map(|sum| (sum / count).max(1e-12).powf(-0.25)).collect();
    for row in points.chunks_exact_mut(width) {
        row.iter_mut().zip(&factors).for_each(|(value, factor)| *value *= factor);
        normalise(row);
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

/// One start: k-means++, then Lloyd's rounds; kept if it is the best so far.
fn lloyd(rows: Rows, k: usize, rng: &mut Pcg64, best: &mut Best) {
    let mut centres = plus_plus(rows, k, rng);
    let mut cost = f32::INFINITY;
    for _ in 0..ROUNDS {
        let (assigned, distances) = assign(rows, Rows::new(&centres, rows.width));
        let now: f32 = distances.iter().sum();
        let settled = now >= cost * (1.0 - 1e-5);
        cost = now;
        if settled {
            break;
        }
        let mut counts = vec![0.0f32; k];
        let mut sums = vec![0.0; centres.len()];
        for (row, cluster) in rows.iter().zip(&assigned) {
            counts[*cluster as usize] += 1.0;
            super::rows::add_scaled(&mut sums[*cluster as usize * rows.width..][..rows.width], 1.0, row);
        }
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            // A centre that lost all its rows stays where it is.
            let sum = &sums[place * rows.width..][..rows.width];
            let centre = &mut centres[place * rows.width..][..rows.width];
            centre.iter_mut().zip(sum).for_each(|(value, sum)| *value = sum / count);
        }
    }
    best.starts += 1;
    if cost < best.cost {
        best.cost = cost;
        best.centres = centres;
    }
}

/// First centres: each a row, drawn in proportion to its squared distance from those before.
fn plus_plus(rows: Rows, k: usize, rng: &mut Pcg64) -> Vec<f32> {
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
        place = distances
            .iter()
            .position(|distance| {
                left -= f64::from(*distance);
                left < 0.0
            })
            .unwrap_or(rows.len() - 1);
    }
}

/// Fisher and Yates; drawn as u32 so that 32-bit and 64-bit machines draw alike.
pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut Pcg64) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.random_range(0..=last as u32) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::clouds;
    use super::*;

    fn all(rows: Rows, k: Option<usize>) -> Clusters {
        let mut clustering = Clustering::new(rows, k, 3);
        while !clustering.step() {}
        clustering.clusters()
    }

    #[test]
    fn clouds_are_found_and_counted() {
        let (values, labels) = clouds(5, 30, 64, 1.0, 6);
        let rows = Rows::new(&values, 64);
        for k in [Some(5), None] {
            let clusters = all(rows, k);
            assert_eq!(clusters.members.len(), 5, "{:?}", clusters.tried);
            for cluster in &clusters.members {
                assert_eq!(cluster.len(), 30);
                assert!(cluster.iter().all(|place| labels[*place] == labels[cluster[0]]));
            }
            assert_eq!(clusters.tried.is_empty(), k.is_some());
        }
        assert_eq!(all(rows, None), all(rows, None));
    }

    #[test]
    fn hardly_anything_to_cluster() {
        assert_eq!(all(Rows::new(&[], 3), None), Clusters::default());
        assert_eq!(all(Rows::new(&[1.0, 2.0, 3.0], 3), None).members, [[0]]);
        assert_eq!(all(Rows::new(&[1.0; 9], 3), Some(2)).members.iter().map(Vec::len).sum::<usize>(), 3);
        assert_eq!(all(Rows::new(&[1.0, 0.0, 0.0, 1.0], 2), Some(7)).members.len(), 2);
    }
}
