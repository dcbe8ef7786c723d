//! What is kept between visits, and in `.graft` files: the threshold that a person chose, and confirmed labels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Judge;
use crate::project::{ClassId, SampleId};
use crate::view::json;

/// The JSON form.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    /// [`Judge::threshold`]
    threshold: Option<f32>,
    /// Labels that a person confirmed: the sample and its class.
    kept: Vec<(SampleId, ClassId)>,
}

impl Judge {
    /// What is to be kept.
    pub fn to_json(&self) -> serde_json::Value {
        let kept = self.suspects.kept().iter().map(|(sample, class)| (*sample, *class)).collect();
        let saved = Saved { threshold: self.threshold.filter(|at| at.is_finite()), kept };
        serde_json::to_value(saved).unwrap_or_default()
    }

    /// What was kept; of anything else, a fresh start. The head itself comes with [`crate::protocol::TeachEvent::HeadReady`].
    pub fn from_json(value: &serde_json::Value) -> Self {
        let Saved { threshold, kept } = json::from_value(value.clone()).unwrap_or_default();
        let mut judge = Self { threshold, ..Self::default() };
        judge.suspects.restore(BTreeMap::from_iter(kept));
        judge
    }
}
