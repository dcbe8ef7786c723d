//! What the other parts know of single photos: shown on their thumbnails.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use super::extract;
use crate::error::Error;
use crate::project::{Role, Sample, SampleId};
use crate::view::teach::Teach;

/// What is known of photos beside their facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Held out the last time.
    pub validation: HashSet<SampleId>,
    /// Labels that look wrong.
    pub suspects: HashSet<SampleId>,
    /// Could not be embedded, and why.
    pub failed: Rc<BTreeMap<SampleId, Error>>,
}

/// How far a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It is embedded.
    Ready,
    /// Its turn will come.
    Waiting,
    /// It could not be read.
    Failed,
}

impl Marks {
    /// Gathers them.
    pub fn new(teach: &Teach) -> Self {
        let open = teach.judge.suspects.open(&teach.project);
        Self {
            validation: teach.training.split().into_iter().flat_map(|split| split.validation.iter().copied()).collect(),
            suspects: open.iter().map(|(row, _)| row.sample).collect(),
            failed: teach.intake.failed().clone(),
        }
    }

    /// How far a photo is.
    pub fn stand(&self, sample: &Sample) -> Stand {
        if self.failed.contains_key(&sample.id) {
            Stand::Failed
        } else if extract::is_known(sample) {
            Stand::Ready
        } else {
            Stand::Waiting
        }
    }

    /// Is it for validation: always, or the last time?
    pub fn is_validation(&self, sample: &Sample) -> bool {
        sample.role == Role::Validation || self.validation.contains(&sample.id)
    }
}

impl Stand {
    /// `data-state` on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }
}
