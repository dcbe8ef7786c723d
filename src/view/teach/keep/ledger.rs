//! What the browser's storage holds, and what it lacks.

use std::collections::HashSet;

use crate::project::{Project, SampleId};

/// What of a sample is held by the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Its photo.
    pub photo: bool,
    /// Its thumbnail.
    pub thumbnail: bool,
    /// Its embedding by the project's backbone.
    pub embedding: bool,
}

/// What is in storage, by sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Photos.
    pub photos: HashSet<SampleId>,
    /// Thumbnails.
    pub thumbnails: HashSet<SampleId>,
    /// Embeddings, all by `backbone`.
    pub embeddings: HashSet<SampleId>,
    /// Who made the embeddings.
    pub backbone: String,
    /// Photos that the browser could not copy: their files were moved or changed. Not tried again.
    pub unreadable: HashSet<SampleId>,
}

/// What is to be done so that storage holds what the page holds, in this order: what is put comes before the project that names it, and what
/// goes, goes together with the project that no longer names it. So storage holds a whole project at any moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Photos to be put.
    pub photos: Vec<SampleId>,
    /// Thumbnails to be put.
    pub thumbnails: Vec<SampleId>,
    /// Embeddings to be put.
    pub embeddings: Vec<SampleId>,
    /// Samples of which nothing is to stay.
    pub gone: Vec<SampleId>,
}

impl Ledger {
    /// What storage lacks of this project, and what it holds in vain.
    pub fn plan(&mut self, project: &Project, held: impl Fn(SampleId) -> Held) -> Plan {
        if self.backbone != project.backbone {
            self.backbone.clone_from(&project.backbone);
            self.embeddings.clear();
        }
        let mut plan = Plan::default();
        for sample in &project.samples {
            let (id, held) = (sample.id, held(sample.id));
            if held.photo && !self.photos.contains(&id) && !self.unreadable.contains(&id) {
                plan.photos.push(id);
            }
            if held.thumbnail && !self.thumbnails.contains(&id) {
                plan.thumbnails.push(id);
            }
            if held.embedding && !self.embeddings.contains(&id) {
                plan.embeddings.push(id);
            }
        }
        let named: HashSet<SampleId> = project.samples.iter().map(|sample| sample.id).collect();
        let stored = self.photos.iter().chain(&self.thumbnails).chain(&self.embeddings);
        let gone: HashSet<SampleId> = stored.filter(|id| !named.contains(id)).copied().collect();
        plan.gone = gone.into_iter().collect();
        plan.gone.sort_unstable();
        plan
    }

    /// Nothing of these samples is in storage any more.
    pub fn forget(&mut self, gone: &[SampleId]) {
        for id in gone {
            self.photos.remove(id);
            self.thumbnails.remove(id);
            self.embeddings.remove(id);
            self.unreadable.remove(id);
        }
    }
}
