//! What takes long and needs no training: near-duplicates, clusters, suspect labels. One at a time, in slices.

use std::collections::VecDeque;

use super::*;
use crate::dataset::{Clustering, NearDuplicates, Rows};
use crate::judge::Suspects;
use crate::lesson;
use crate::protocol::Labelled;

/// A search under way, or waiting.
#[derive(Debug)]
pub(super) struct Search {
    /// The page's number for it.
    number: u32,
    what: What,
}

#[derive(Debug)]
enum What {
    Near(Box<NearDuplicates>, Vec<SampleId>),
    Cluster(Box<Clustering>, Vec<SampleId>),
    Suspects(Box<Suspects>, Labelled),
}

/// Searches in the order asked for.
pub(super) type Searches = VecDeque<Search>;

impl<H: Host> Session<H> {
    pub(super) fn find_near_duplicates(&mut self, number: u32, samples: Vec<SampleId>) {
        self.search(number, samples, |rows, samples| What::Near(Box::new(NearDuplicates::new(rows, 0)), samples));
    }

    pub(super) fn cluster(&mut self, number: u32, samples: Vec<SampleId>, k: Option<usize>, seed: u32) {
        self.search(number, samples, |rows, samples| What::Cluster(Box::new(Clustering::new(rows, k, seed)), samples));
    }

    pub(super) fn find_suspects(&mut self, number: u32, data: Labelled, seed: u32) {
        if let Err(error) = lesson::check(&data) {
            return self.tell(TeachEvent::Failed { error });
        }
        let samples = data.samples.clone();
        self.search(number, samples, |rows, _| {
            let suspects = Suspects::new(rows, &data.labels, data.classes.len(), seed);
            What::Suspects(Box::new(suspects), data)
        });
    }

    fn search(&mut self, number: u32, samples: Vec<SampleId>, begin: impl FnOnce(Rows, Vec<SampleId>) -> What) {
        match self.classroom.embeddings.gather(&samples) {
            Ok(rows) => {
                let rows = Rows::new(&rows, self.classroom.embeddings.width().max(1));
                self.classroom.searches.push_back(Search { number, what: begin(rows, samples) });
            }
            Err(error) => self.tell(TeachEvent::Failed { error }),
        }
    }

    /// Goes on with the first search.
    pub(super) fn search_some(&mut self) {
        let done = match self.classroom.searches.front_mut().map(|search| &mut search.what) {
            Some(What::Near(search, _)) => search.step(),
            Some(What::Cluster(search, _)) => search.step(),
            Some(What::Suspects(search, _)) => search.step(),
            None => false,
        };
        let Some(Search { number, what }) = self.classroom.searches.pop_front_if(|_| done) else { return };
        self.tell(match what {
            What::Near(search, samples) => {
                TeachEvent::NearDuplicates { number, groups: ids(&search.groups(), &samples) }
            }
            What::Cluster(search, samples) => {
                let found = search.clusters();
                TeachEvent::Clustered { number, clusters: ids(&found.members, &samples), tried: found.tried }
            }
            What::Suspects(search, data) => TeachEvent::Suspects { number, suspects: search.suspects(&data.samples) },
        });
    }
}

/// Places as the samples at them.
fn ids(groups: &[Vec<usize>], samples: &[SampleId]) -> Vec<Vec<SampleId>> {
    groups.iter().map(|group| group.iter().map(|&place| samples[place]).collect()).collect()
}
