//! Labels that look wrong.

use super::logistic::Logistic;
use crate::dataset::{Nearest, Rows, folds};
use crate::metrics::softmax;
use crate::project::SampleId;
use crate::protocol::Suspect;

/// Heads that are trained, each without the samples that it judges.
const FOLDS: usize = 5;

/// Neighbours that have a say.
const NEIGHBOURS: usize = 10;

/// As similar as this, a neighbour with the same label says nothing: shots of one burst are sorted, rightly or wrongly, together.
const TWIN: f32 = 0.92;

/// At most one sample in so many is suspected.
const ONE_IN: usize = 5;

/// Looks for wrong labels, a bounded step at a time.
///
/// Two witnesses: heads that did not see the sample (cross-validation, as in confident learning: Northcutt et al. 2021), and the
/// labels of its nearest neighbours. Each gives a probability to every class; what counts is their mean. A sample is suspect where
/// another class has more than its own.
#[derive(Debug)]
pub struct Suspects {
    nearest: Nearest,
    labels: Vec<u32>,
    classes: usize,
    seed: u32,
    fold: Vec<usize>,
    /// Folds that have been judged, and the head for the next.
    judged: usize,
    head: Option<Logistic>,
    /// By heads that did not see the sample, `[N, C]`.
    probabilities: Vec<f32>,
}

impl Suspects {
    /// Begins with embeddings `[N, E]` and labels below `classes`. Seeded.
    pub fn new(embeddings: Rows, labels: &[u32], classes: usize, seed: u32) -> Self {
        Self {
            nearest: Nearest::new(embeddings, NEIGHBOURS, seed),
            fold: folds(labels, FOLDS, seed),
            judged: 0,
            head: None,
            probabilities: vec![0.0; labels.len() * classes],
            labels: labels.to_vec(),
            classes,
            seed,
        }
    }

    /// Does some work; is all of it done?
    pub fn step(&mut self) -> bool {
        if !self.nearest.step() {
            return false;
        }
        if self.judged == FOLDS {
            return true;
        }
        let rows = self.nearest.short();
        let (outside, inside): (Vec<usize>, Vec<usize>) =
            (0..self.labels.len()).partition(|place| self.fold[*place] == self.judged);
        let head = self.head.get_or_insert_with(|| Logistic::new(rows.width, self.classes, inside, self.seed));
        if !head.step(rows, &self.labels) {
            return false;
        }
        for place in outside {
            let probabilities = softmax(&head.logits(rows.row(place)), 1.0);
            self.probabilities[place * self.classes..][..self.classes].copy_from_slice(&probabilities);
        }
        self.judged += 1;
        self.head = None;
        self.judged == FOLDS
    }

    /// Share of the work that is done, 0–1.
    pub fn progress(&self) -> f32 {
        (self.nearest.progress() + self.judged as f32 / FOLDS as f32) / 2.0
    }

    /// The suspects once all is done, the most suspect first; at most a fifth of the samples, whose ids are `samples`.
    pub fn suspects(&self, samples: &[SampleId]) -> Vec<Suspect> {
        let mut suspects: Vec<Suspect> =
            samples.iter().enumerate().filter_map(|(place, sample)| self.suspect(place, *sample)).collect();
        suspects.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.sample.cmp(&b.sample)));
        suspects.truncate(samples.len() / ONE_IN);
        suspects
    }

    fn suspect(&self, place: usize, sample: SampleId) -> Option<Suspect> {
        let (label, votes) = (self.labels[place], self.votes(place));
        let probabilities = &self.probabilities[place * self.classes..][..self.classes];
        let total = |class: usize| (probabilities[class] + votes[class]) / 2.0;
        let own = label as usize;
        let others = (0..self.classes).filter(|class| *class != own);
        let suggested = others.max_by(|a, b| total(*a).total_cmp(&total(*b)).then(b.cmp(a)))?;
        let score = (1.0 + total(suggested) - total(own)) / 2.0;
        (score > 0.5).then(|| Suspect {
            sample,
            label,
            suggested: suggested as u32,
            own_probability: probabilities[own],
            suggested_probability: probabilities[suggested],
            neighbours: votes[own],
            score,
        })
    }

    /// Share of the neighbours that are of each class; even where there are none that count.
    fn votes(&self, place: usize) -> Vec<f32> {
        let mut votes = vec![0.0; self.classes];
        let own = self.labels[place];
        for (other, similarity) in &self.nearest.neighbours()[place] {
            let label = self.labels[*other as usize];
            if label != own || *similarity < TWIN {
                votes[label as usize] += 1.0;
            }
        }
        let sum: f32 = votes.iter().sum();
        let even = 1.0 / self.classes as f32;
        votes.iter_mut().for_each(|vote| *vote = if sum > 0.0 { *vote / sum } else { even });
        votes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::clouds;

    fn all(values: &[f32], width: usize, labels: &[u32], classes: usize) -> Vec<Suspect> {
        let mut search = Suspects::new(Rows::new(values, width), labels, classes, 1);
        while !search.step() {}
        let samples: Vec<SampleId> = (0..labels.len() as u64).map(|place| 100 + place).collect();
        search.suspects(&samples)
    }

    #[test]
    fn flipped_labels_come_first() {
        let (values, labels) = clouds(4, 40, 64, 2.0, 41);
        assert!(all(&values, 64, &labels, 4).is_empty());
        let mut wrong = labels.clone();
        for place in [3, 50, 77, 120, 121] {
            wrong[place] = (wrong[place] + 1) % 4;
        }
        let suspects = all(&values, 64, &wrong, 4);
        let mut found: Vec<SampleId> = suspects.iter().map(|suspect| suspect.sample - 100).collect();
        found.sort();
        assert_eq!(found, [3, 50, 77, 120, 121]);
        for suspect in suspects {
            let place = (suspect.sample - 100) as usize;
            assert_eq!((suspect.label, suspect.suggested), (wrong[place], labels[place]));
            assert!(suspect.own_probability < suspect.suggested_probability && suspect.neighbours < 0.5);
        }
    }

    #[test]
    fn too_little_to_suspect_anyone() {
        assert!(all(&[], 3, &[], 0).is_empty());
        assert!(all(&[1.0, 2.0, 3.0], 3, &[0], 1).is_empty());
        assert!(all(&[1.0, 2.0, 3.0, 3.0, 2.0, 1.0], 3, &[0, 1], 2).is_empty());
    }
}
