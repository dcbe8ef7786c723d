//! What takes long and needs no training: near-duplicates, clusters, suspect labels. One at a time, in slices.

use std::collections::VecDeque;

use super::*;
use crate::dataset::{Clustering, NearDuplicates, Rows};
use crate::judge::Suspects;
use crate::lesson;
use crate::protocol::Labelled;

/// A search under way, or waiting.
#[derive(Debug)]
pub(super) enum Search {
    Near(Box<NearDuplicates>, Vec<SampleId>),
    Cluster(Box<Clustering>, Vec<SampleId>),
    Suspects(Box<Suspects>, Labelled),
}

/// Searches in the order asked for.
pub(super) type Searches = VecDeque<Search>;

impl<H: Host> Session<H> {
    pub(super) fn find_near_duplicates(&mut self, samples: Vec<SampleId>) {
        self.search(samples, |rows, samples| Search::Near(Box::new(NearDuplicates::new(rows, 0)), samples));
    }

    pub(super) fn cluster(&mut self, samples: Vec<SampleId>, k: Option<usize>, seed: u32) {
        self.search(samples, |rows, samples| Search::Cluster(Box::new(Clustering::new(rows, k, seed)), samples));
    }

    pub(super) fn find_suspects(&mut self, data: Labelled, seed: u32) {
        if let Err(error) = lesson::check(&data) {
            return self.tell(TeachEvent::Failed { error });
        }
        let samples = data.samples.clone();
        self.search(samples, |rows, _| {
            let suspects = Suspects::new(rows, &data.labels, data.classes.len(), seed);
            Search::Suspects(Box::new(suspects), data)
        });
    }

    fn search(&mut self, samples: Vec<SampleId>, begin: impl FnOnce(Rows, Vec<SampleId>) -> Search) {
        match self.classroom.embeddings.gather(&samples) {
            Ok(rows) => {
                let rows = Rows::new(&rows, self.classroom.embeddings.width().max(1));
                self.classroom.searches.push_back(begin(rows, samples));
            }
            Err(error) => self.tell(TeachEvent::Failed { error }),
        }
    }

    /// Goes on with the first search.
    pub(super) fn search_some(&mut self) {
        let done = match self.classroom.searches.front_mut() {
            Some(Search::Near(search, _)) => search.step(),
            Some(Search::Cluster(search, _)) => search.step(),
            Some(Search::Suspects(search, _)) => search.step(),
            None => false,
        };
        let Some(search) = self.classroom.searches.pop_front_if(|_| done) else { return };
        self.tell(match search {
            Search::Near(search, samples) => TeachEvent::NearDuplicates { groups: ids(&search.groups(), &samples) },
            Search::Cluster(search, samples) => {
                let found = search.clusters();
                TeachEvent::Clustered { clusters: ids(&found.members, &samples), tried: found.tried }
            }
            Search::Suspects(search, data) => TeachEvent::Suspects { suspects: search.suspects(&data.samples) },
        });
    }
}

/// Places as the samples at them.
fn ids(groups: &[Vec<usize>], samples: &[SampleId]) -> Vec<Vec<SampleId>> {
    groups.iter().map(|group| group.iter().map(|&place| samples[place]).collect()).collect()
}
