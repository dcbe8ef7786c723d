//! Photos that show all but the same: encoded again, cropped a little, mirrored, or shots of one burst.

use std::collections::BTreeMap;

use super::nearest::Nearest;
use super::rows::{Rows, add_scaled, dot};

/// Neighbours looked at: more of a burst than these hang together through each other.
const NEIGHBOURS: usize = 24;

/// Two photos are near-duplicates above this cosine of their square roots, where two photos taken at random have [`USUAL`] or less.
///
/// Measured with MobileNetV2 on 600 photos of cats and dogs, of which 50 again with a border of 5 % cut off on every side, mirrored, or
/// at JPEG quality 60: the lowest of the 150 is 0.918, and 99 % of the photos are below 0.85 with their nearest other.
const SIMILAR: f32 = 0.90;

/// Some backbones see everything as more alike: MobileNetV1 0.25 has 0.74 for two photos at random, and 99 % of the cats and dogs below
/// 0.92; the lowest of its 150 copies is 0.944.
const SIMILAR_MOST: f32 = 0.925;

/// See [`SIMILAR`].
const USUAL: f32 = 0.60;

/// How much the threshold rises with the similarity of two photos at random beyond [`USUAL`].
const RISE: f32 = 0.2;

/// Two groups become one only if their members are on average at most this much less alike than two near-duplicates must be: a class of
/// similar things must not grow together link by link.
const SLACK: f32 = 0.03;

/// Links followed in a step.
const LINKS: usize = 20_000;

/// Groups near-duplicates, a bounded step at a time.
///
/// Links are followed from the most similar down and join two groups if their mean similarity permits: average linkage (Sokal &
/// Michener 1958) along the graph of nearest neighbours. The mean over all pairs of two groups is the product of their mean rows.
#[derive(Debug)]
pub struct NearDuplicates {
    nearest: Nearest,
    threshold: f32,
    links: Option<std::vec::IntoIter<Link>>,
    parent: Vec<u32>,
    /// Size of each group and the sum of its rows, by its root; single photos are left out.
    groups: BTreeMap<u32, (usize, Vec<f32>)>,
    done: bool,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    similarity: f32,
    ends: [u32; 2],
}

impl NearDuplicates {
    /// Begins with embeddings `[N, E]`; `seed` decides the sketches by which many of them are compared.
    pub fn new(embeddings: Rows, seed: u32) -> Self {
        let nearest = Nearest::new(embeddings, NEIGHBOURS, seed);
        let threshold = threshold(nearest.unit());
        let parent = (0..embeddings.len() as u32).collect();
        Self { nearest, threshold, links: None, parent, groups: BTreeMap::new(), done: false }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self) -> bool {
        if self.done || !self.nearest.step() {
            return self.done;
        }
        let Some(links) = &mut self.links else {
            self.links = Some(links(self.nearest.neighbours(), self.threshold).into_iter());
            return false;
        };
        let links: Vec<Link> = links.by_ref().take(LINKS).collect();
        self.done = links.is_empty();
        for link in links {
            self.follow(link);
        }
        self.done
    }

    /// Share of the work that is done, 0–1.
    pub fn progress(&self) -> f32 {
        self.nearest.progress()
    }

    fn root(&mut self, place: u32) -> u32 {
        let mut root = place;
        while self.parent[root as usize] != root {
            let above = self.parent[root as usize];
            self.parent[root as usize] = self.parent[above as usize];
            root = above;
        }
        root
    }

    fn follow(&mut self, link: Link) {
        let [a, b] = link.ends.map(|end| self.root(end));
        if a == b {
            return;
        }
        let single = |place: u32| (1, self.nearest.unit().row(place as usize));
        let of = |root: u32| self.groups.get(&root).map_or_else(|| single(root), |(size, sum)| (*size, sum.as_slice()));
        let ((a_size, a_sum), (b_size, b_sum)) = (of(a), of(b));
        if dot(a_sum, b_sum) / ((a_size * b_size) as f32) < self.threshold - SLACK {
            return;
        }
        let mut sum = a_sum.to_vec();
        add_scaled(&mut sum, 1.0, b_sum);
        let size = a_size + b_size;
        self.groups.remove(&b);
        self.groups.insert(a, (size, sum));
        self.parent[b as usize] = a;
    }

    /// The groups of two or more once all is done, the largest first; places in a group ascend.
    pub fn groups(mut self) -> Vec<Vec<usize>> {
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for place in 0..self.parent.len() {
            let root = self.root(place as u32);
            members.entry(root).or_default().push(place);
        }
        let mut groups: Vec<Vec<usize>> = members.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
        groups
    }
}

/// All at once, for a terminal and for tests. See [`NearDuplicates`].
pub fn near_duplicates(embeddings: Rows, seed: u32) -> Vec<Vec<usize>> {
    let mut search = NearDuplicates::new(embeddings, seed);
    while !search.step() {}
    search.groups()
}

/// What two photos must reach to be near-duplicates, from how alike two are at random.
fn threshold(unit: Rows) -> f32 {
    let count = unit.len() as f32;
    let mut sum = vec![0.0; unit.width];
    unit.iter().for_each(|row| add_scaled(&mut sum, 1.0, row));
    // |sum|² counts every pair, and every photo with itself.
    let usual = if count < 2.0 { 0.0 } else { (dot(&sum, &sum) - count) / (count * (count - 1.0)) };
    (SIMILAR + RISE * (usual - USUAL)).clamp(SIMILAR, SIMILAR_MOST)
}

/// Each pair of neighbours above the threshold once, the most similar first.
fn links(neighbours: &[Vec<(u32, f32)>], threshold: f32) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (place, near) in neighbours.iter().enumerate() {
        for (other, similarity) in near.iter().take_while(|(_, similarity)| *similarity >= threshold) {
            let ends = [(place as u32).min(*other), (place as u32).max(*other)];
            links.push(Link { similarity: *similarity, ends });
        }
    }
    links.sort_unstable_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.ends.cmp(&b.ends)));
    // A pair that names each other is there twice, one after the other, as both have the same similarity.
    links.dedup_by_key(|link| link.ends);
    links
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::clouds;
    use super::*;

    #[test]
    fn bursts_are_grouped_and_strangers_are_not() {
        let (values, labels) = clouds(30, 1, 200, 0.0, 4);
        let (burst, _) = clouds(3, 4, 200, 0.1, 5);
        let values = [values, burst].concat();
        let groups = near_duplicates(Rows::new(&values, 200), 0);
        let first = labels.len();
        let expected: Vec<Vec<usize>> = (0..3).map(|b| (first + 4 * b..first + 4 * b + 4).collect()).collect();
        assert_eq!(groups, expected);
    }

    #[test]
    fn a_slow_pan_does_not_become_one_group() {
        // Each frame is close to the next, the first and the last have nothing in common.
        let frames = 60;
        let frame = |t: usize| (0..400).map(move |x| (-((x as f32 - 20.0 - 6.0 * t as f32) / 25.0).powi(2)).exp());
        let values: Vec<f32> = (0..frames).flat_map(frame).collect();
        let groups = near_duplicates(Rows::new(&values, 400), 0);
        assert!(groups.len() > 3 && groups[0].len() < frames / 3, "{groups:?}");
    }

    #[test]
    fn nothing_to_group() {
        assert!(near_duplicates(Rows::new(&[], 3), 0).is_empty());
        assert!(near_duplicates(Rows::new(&[1.0, 0.0, 0.0], 3), 0).is_empty());
        assert_eq!(near_duplicates(Rows::new(&[1.0, 0.0, 1.0, 0.0], 2), 0), [[0, 1]]);
    }
}
