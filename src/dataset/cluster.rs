//! Unsorted photos into heaps: k-means on the principal components of the embeddings, k given or suggested.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::kmeans::KMeans;
use super::principal::Principal;
use super::rows::{Rows, hellinger, normalise};
use super::silhouette::Silhouette;

/// The most clusters that are tried where a number is to be suggested.
pub const MOST_CLUSTERS: usize = 30;

/// Principal components that are clustered.
const COMPONENTS: usize = 32;

/// Rows by which components, and a suggested k, are found: enough for both, few enough to be quick.
const SAMPLE: usize = 2000;

/// A silhouette within this share of the best is as good: of two numbers of heaps the larger is suggested, as two heaps are easier named
/// alike than one is sorted.
const ALMOST: f32 = 0.1;

/// Fresh starts for the clusters themselves; the best counts.
const STARTS: usize = 20;

/// Fresh starts for each k that is tried.
const TRIAL_STARTS: usize = 8;

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
/// k-means on: square roots of the embeddings ([`hellinger`]), their 32 principal components, each divided by the root of its spread,
/// scaled to length 1. On the ten folders of Caltech-101 (k = 10) the purity is 0.92 over five seeds, where the embeddings themselves
/// give 0.90. k is suggested by the mean silhouette (Rousseeuw 1987) of a sample, for which the components keep their spread: that
/// finds two kinds in cats and dogs, where equal spreads find two dozen.
#[derive(Debug)]
pub struct Clustering {
    k: Option<usize>,
    rng: Pcg64,
    /// Places of the sample, in a random order.
    sample: Vec<usize>,
    stage: Stage,
    tried: Vec<(usize, f32)>,
    result: Clusters,
}

#[derive(Debug)]
enum Stage {
    /// Looking for the components of the square roots `unit`.
    Components {
        unit: Vec<f32>,
        width: usize,
        sample: Vec<f32>,
        principal: Principal,
    },
    /// Trying one k after another on a sample: `sample` is clustered, and judged by distances in `plain`.
    Trials {
        points: Points,
        sample: Vec<f32>,
        plain: Vec<f32>,
        silhouette: Silhouette,
        kmeans: KMeans,
    },
    /// Clustering everything.
    Starts {
        points: Points,
        kmeans: KMeans,
    },
    Done,
}

/// What is clustered: rows of length 1.
#[derive(Debug)]
struct Points {
    values: Vec<f32>,
    width: usize,
}

impl Points {
    fn rows(&self) -> Rows<'_> {
        Rows::new(&self.values, self.width)
    }
}

impl Clustering {
    /// Begins with embeddings `[N, E]`; `k` clusters, or as many as the silhouette suggests (2 to [`MOST_CLUSTERS`]).
    pub fn new(embeddings: Rows, k: Option<usize>, seed: u32) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed.into());
        let mut sample: Vec<usize> = (0..embeddings.len()).collect();
        shuffle(&mut sample, &mut rng);
        sample.truncate(SAMPLE);
        let stage = if embeddings.is_empty() {
            Stage::Done
        } else {
            let (unit, width) = (hellinger(embeddings), embeddings.width);
            let rows = Rows::new(&unit, width).select(&sample);
            let principal = Principal::new(Rows::new(&rows, width), COMPONENTS, seed);
            Stage::Components { unit, width, sample: rows, principal }
        };
        Self { k, rng, sample, stage, tried: Vec::new(), result: Clusters::default() }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self) -> bool {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Components { unit, width, sample, mut principal } => {
                if principal.step(Rows::new(&sample, width)) {
                    self.points(Rows::new(&unit, width), &principal)
                } else {
                    Stage::Components { unit, width, sample, principal }
                }
            }
            Stage::Trials { points, sample, plain, mut silhouette, mut kmeans } => {
                let rows = Rows::new(&sample, points.width);
                let ready = silhouette.step(Rows::new(&plain, points.width)) && kmeans.step(rows, &mut self.rng);
                if ready {
                    let k = self.tried.len() + 2;
                    self.tried.push((k, silhouette.mean(&kmeans.assign(rows).0, k)));
                    if k == MOST_CLUSTERS || k + 2 > rows.len() {
                        return self.go_to(Stage::Starts { points, kmeans: KMeans::new(suggest(&self.tried), STARTS) });
                    }
                    kmeans = KMeans::new(k + 1, TRIAL_STARTS);
                }
                Stage::Trials { points, sample, plain, silhouette, kmeans }
            }
            Stage::Starts { points, mut kmeans } => {
                if kmeans.step(points.rows(), &mut self.rng) {
                    self.finish(points.rows(), &kmeans);
                    Stage::Done
                } else {
                    Stage::Starts { points, kmeans }
                }
            }
            Stage::Done => Stage::Done,
        };
        matches!(self.stage, Stage::Done)
    }

    fn go_to(&mut self, stage: Stage) -> bool {
        self.stage = stage;
        false
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
            Stage::Starts { kmeans, .. } => 1.0 - 0.2 * kmeans.starts_left() as f32 / STARTS as f32,
            Stage::Done => 1.0,
        }
    }

    fn points(&mut self, unit: Rows, principal: &Principal) -> Stage {
        let width = principal.width().max(1);
        let mut values = Vec::with_capacity(unit.len() * width);
        for row in unit.iter() {
            principal.project(row, &mut values);
            if principal.width() == 0 {
                // One photo alone has no component: any point will do.
                values.push(0.0);
            }
        }
        let mut plain = Rows::new(&values, width).select(&self.sample);
        plain.chunks_exact_mut(width).for_each(normalise);
        soften(&mut values, width);
        let points = Points { values, width };
        // A silhouette needs two clusters and, beyond them, a row.
        match self.k {
            None if unit.len() > 2 => {
                let sample = points.rows().select(&self.sample);
                let silhouette = Silhouette::new(Rows::new(&plain, width));
                Stage::Trials { points, sample, plain, silhouette, kmeans: KMeans::new(2, TRIAL_STARTS) }
            }
            k => {
                let k = k.unwrap_or(1).clamp(1, unit.len());
                Stage::Starts { points, kmeans: KMeans::new(k, STARTS) }
            }
        }
    }

    fn finish(&mut self, rows: Rows, kmeans: &KMeans) {
        let (assigned, distances) = kmeans.assign(rows);
        let mut members = vec![Vec::new(); rows.len()];
        for (place, cluster) in assigned.iter().enumerate() {
            members[*cluster as usize].push(place);
        }
        members.retain(|cluster| !cluster.is_empty());
        for cluster in &mut members {
            cluster.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b)));
        }
        members.sort_by_key(|cluster| (std::cmp::Reverse(cluster.len()), cluster[0]));
        self.result = Clusters { members, tried: std::mem::take(&mut self.tried) };
    }
}

/// The largest k whose silhouette is almost the best.
fn suggest(tried: &[(usize, f32)]) -> usize {
    let best = tried.iter().map(|(_, silhouette)| *silhouette).fold(f32::MIN, f32::max);
    let good = tried.iter().filter(|(_, silhouette)| *silhouette >= best - ALMOST * best.abs());
    good.map(|(k, _)| *k).max().unwrap_or(1)
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
