//! The most similar rows of each row.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::rows::{Panels, Rows, dot, hellinger, normalise};

/// Numbers in a row's sketch. Two rows whose similarity is 0.9 seem between 0.86 and 0.93 (three standard deviations, (1 − s²) / √256
/// each), which the candidates beyond the wanted ones make up for.
const SKETCH: usize = 256;

/// Up to so many rows every pair is compared in full.
const EXACT: usize = 1500;

/// Multiplications of a step: some tens of milliseconds in a browser.
pub(crate) const STEP_WORK: usize = 400_000_000;

/// Finds, for each row, the most similar others by cosine of their square roots ([`hellinger`]), a bounded step at a time.
///
/// Large sets are compared by sketches (a seeded random projection, Johnson & Lindenstrauss 1984), and only the best candidates
/// in full: 10,000 rows of 1280 take 50 billion operations in place of 260.
#[derive(Debug)]
pub struct Nearest {
    unit: Vec<f32>,
    width: usize,
    wanted: usize,
    /// `[width, SKETCH]`; empty where rows are compared in full.
    projection: Vec<f32>,
    /// `[N, SKETCH]`, of length 1; filled first. Empty where rows are compared in full.
    sketch: Vec<f32>,
    panels: Option<Panels>,
    neighbours: Vec<Vec<(u32, f32)>>,
}

impl Nearest {
    /// Begins; finds `wanted` others of each row, or all of them where there are fewer.
    pub fn new(rows: Rows, wanted: usize, seed: u32) -> Self {
        let unit = hellinger(rows);
        let mut projection = Vec::new();
        if rows.len() > EXACT && rows.width > SKETCH {
            // Signs serve as well as normal numbers (Achlioptas 2003) and are the same on every machine.
            let mut rng = Pcg64::seed_from_u64(seed.into());
            projection.extend((0..SKETCH * rows.width).map(|_| if rng.random::<bool>() { 1.0 } else { -1.0 }));
        }
        Self { unit, width: rows.width, wanted, projection, sketch: Vec::new(), panels: None, neighbours: Vec::new() }
    }

    fn count(&self) -> usize {
        self.unit.len() / self.width
    }

    /// Every row's square roots, of length 1, `[N, E]`.
    pub fn unit(&self) -> Rows<'_> {
        Rows::new(&self.unit, self.width)
    }

    /// A shorter form of the rows once all is done: their sketches `[N, 256]`, or [`Nearest::unit`] where that is as short or few.
    pub fn short(&self) -> Rows<'_> {
        if self.projection.is_empty() { self.unit() } else { Rows::new(&self.sketch, SKETCH) }
    }

    /// Of each row, its nearest others and their similarity (at most 1), the nearest first.
    pub fn neighbours(&self) -> &[Vec<(u32, f32)>] {
        &self.neighbours
    }

    /// Share of the work that is done, 0–1.
    pub fn progress(&self) -> f32 {
        self.neighbours.len() as f32 / self.count().max(1) as f32
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self) -> bool {
        let count = self.count();
        if !self.projection.is_empty() && self.sketch.len() < count * SKETCH {
            self.sketch_some();
        } else if self.neighbours.len() < count {
            self.compare_some();
        }
        self.neighbours.len() == count
    }

    fn sketch_some(&mut self) {
        let done = self.sketch.len() / SKETCH;
        let last = self.count().min(done + STEP_WORK / (SKETCH * self.width));
        let directions = Rows::new(&self.projection, self.width);
        for row in self.unit[done * self.width..last * self.width].chunks_exact(self.width) {
            let start = self.sketch.len();
            self.sketch.extend(directions.iter().map(|direction| dot(direction, row)));
            normalise(&mut self.sketch[start..]);
        }
    }

    fn compare_some(&mut self) {
        let (count, exact) = (self.count(), self.projection.is_empty());
        let short = if exact { self.unit() } else { Rows::new(&self.sketch, SKETCH) };
        // Packing is a step of its own.
        let Some(panels) = &self.panels else {
            self.panels = Some(Panels::new(short));
            return;
        };
        let candidates = if exact { self.wanted } else { 3 * self.wanted + 16 };
        let first = self.neighbours.len();
        let last = count.min(first + (STEP_WORK / (count * short.width)).max(1));
        let queries = Rows::new(&short.values[first * short.width..last * short.width], short.width);
        let mut similarities = vec![0.0; queries.len() * panels.padded()];
        panels.similarities(queries, &mut similarities);
        let mut found = Vec::with_capacity(last - first);
        for (place, line) in (first..last).zip(similarities.chunks_exact(panels.padded())) {
            let mut best = largest(&line[..count], place, candidates);
            if !exact {
                let unit = self.unit();
                for (other, similarity) in &mut best {
                    *similarity = dot(unit.row(place), unit.row(*other as usize));
                }
            }
            best.sort_unstable_by(nearer);
            best.truncate(self.wanted);
            found.push(best);
        }
        self.neighbours.extend(found);
        if self.neighbours.len() == count {
            self.panels = None;
        }
    }
}

/// The more similar first; of equals the one that came first, so that the order is the same everywhere.
fn nearer(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// The `wanted` largest of a line but for its own place, in no order.
fn largest(line: &[f32], own: usize, wanted: usize) -> Vec<(u32, f32)> {
    if wanted == 0 {
        return Vec::new();
    }
    // Candidates gather above a floor; when they are too many, the best are kept and the floor rises. Most values are never kept.
    let most = 4 * wanted;
    let mut best: Vec<(u32, f32)> = Vec::with_capacity(most);
    let mut floor = f32::NEG_INFINITY;
    for (other, similarity) in line.iter().enumerate() {
        if *similarity > floor && other != own {
            best.push((other as u32, *similarity));
            if best.len() == most {
                best.select_nth_unstable_by(wanted - 1, nearer);
                best.truncate(wanted);
                floor = best[wanted - 1].1;
            }
        }
    }
    if best.len() > wanted {
        best.select_nth_unstable_by(wanted - 1, nearer);
        best.truncate(wanted);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::clouds;
    use super::*;

    fn all(rows: Rows, wanted: usize) -> Nearest {
        let mut nearest = Nearest::new(rows, wanted, 5);
        while !nearest.step() {}
        nearest
    }

    #[test]
    fn nearest_by_full_comparison() {
        let (values, _) = clouds(3, 40, 24, 0.8, 2);
        let rows = Rows::new(&values, 24);
        let nearest = all(rows, 5);
        let unit = nearest.unit();
        for (place, found) in nearest.neighbours().iter().enumerate() {
            let mut expected: Vec<(u32, f32)> =
                (0..120).filter(|o| *o != place).map(|o| (o as u32, dot(unit.row(place), unit.row(o)))).collect();
            expected.sort_by(nearer);
            assert_eq!(found.len(), 5);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found.1 - expected.1).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn sketches_find_what_is_close() {
        // Eight hundred pairs that are all but equal, in one large set.
        let (mut values, _) = clouds(800, 2, 400, 0.02, 3);
        values[0] += 0.01;
        let nearest = all(Rows::new(&values, 400), 1);
        assert_eq!(nearest.short().width, SKETCH);
        for (place, found) in nearest.neighbours().iter().enumerate() {
            assert_eq!(found[0].0 as usize, place ^ 1);
        }
    }

    #[test]
    fn few_rows() {
        assert!(all(Rows::new(&[], 4), 3).neighbours().is_empty());
        assert_eq!(all(Rows::new(&[1.0, 2.0], 2), 3).neighbours(), [vec![]]);
        assert_eq!(all(Rows::new(&[1.0, 2.0, 1.0, 2.0], 2), 3).neighbours()[1][0].0, 0);
    }
}
