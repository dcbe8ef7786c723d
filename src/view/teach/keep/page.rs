//! The page's part of a project: written beside it, and read when another project takes its place.

use serde_json::Value;

use super::Effect;
use super::actions::effect;
use crate::project::{Project, SampleId};
use crate::view::teach::judge::Judge;
use crate::view::teach::lab::Lab;
use crate::view::teach::training::Training;
use crate::view::teach::{Around, Teach, TeachEffect, intake};

impl Teach {
    /// What the parts of the page keep beside the project.
    pub(super) fn page(&self) -> Value {
        let parts =
            [("training", self.training.to_json()), ("lab", self.lab.to_json()), ("judge", self.judge.to_json())];
        Value::Object(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Puts another project in the place of this one, and tells all parts and the engine; what belongs to its samples is with the runtime
    /// when `after` is done.
    pub(super) fn adopt(
        &mut self,
        project: Project,
        page: &Value,
        embedded: Vec<SampleId>,
        after: Effect,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        *self.project_mut() = project;
        self.history = Default::default();
        self.classes = Default::default();
        self.training = Training::from_json(&page["training"]);
        self.lab = Lab::from_json(&page["lab"]);
        self.judge = Judge::from_json(&page["judge"]);
        let mut effects = vec![effect(after)];
        effects.extend(self.reduce_intake(intake::Action::Restored { embedded }, around));
        // Where the engine is not ready for this project, all are told when it is.
        if around.backbone.is_some_and(|card| card.name == self.project.backbone) {
            effects.extend(self.training_engine_ready(around));
            effects.extend(self.judge_engine_ready(around));
        }
        effects
    }

    /// Asks for the backbone that made the project's embeddings, where another is in use.
    pub(super) fn choose_backbone(&self, gently: bool, around: &Around) -> Option<TeachEffect> {
        let name = self.project.backbone.clone();
        let other = !name.is_empty() && around.backbone.is_none_or(|card| card.name != name);
        other.then(|| effect(Effect::Choose { name, gently }))
    }

    pub(super) fn sizes(&self) -> Vec<(SampleId, [u32; 2])> {
        self.project.samples.iter().map(|sample| (sample.id, sample.size)).collect()
    }
}
