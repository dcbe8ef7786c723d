//! Which way suits the person's photos: asks the engine how alike they are to those that the network knows, and puts together what is known.

use std::collections::BTreeMap;

use super::Phase;
use super::ready::Readiness;
use super::way::{Choice, with_way};
use crate::advice::{Advice, Facts, advise};
use crate::architecture::Design;
use crate::project::{ClassId, SampleId, TrainSettings, Way};
use crate::protocol::{BackboneCard, TeachCommand, TuneCommand};
use crate::view::teach::{Around, Teach, TeachEffect};

/// So many photos are looked at, at most. Their embeddings are there, and what is left, the classifier's product, is 0.8 billion multiply-adds for so many: a
/// fraction of a second. The mean of 200 is too uncertain: of photos near the line it falls on either side ([`crate::advice::Likeness`] has figures).
const MOST: usize = 600;
/// Fewer say nothing.
const FEWEST: usize = 4;

/// How alike the photos are, as far as it was asked and answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Likened {
    /// The backbone and how many photos were embedded when it was last asked.
    asked: Option<(String, usize)>,
    /// The answer; `None`: there is none yet.
    pub confidence: Option<f32>,
    /// Was it answered, or refused?
    pub is_over: bool,
}

impl Likened {
    /// The engine answered; `None`: it could not.
    pub fn answered(&mut self, confidence: Option<f32>) {
        if self.asked.is_some() {
            self.confidence = confidence;
            self.is_over = true;
        }
    }

    /// The engine is gone, and with it the question.
    pub fn engine_lost(&mut self) {
        if !self.is_over {
            self.asked = None;
        }
    }
}

impl Teach {
    /// Asks the main engine how alike the photos are, once all are embedded, and again when there are others.
    pub(super) fn ask_likeness(&mut self, around: &Around) -> Option<TeachEffect> {
        let backbone = around.backbone.filter(|_| around.device.is_some())?;
        let asked = (backbone.name.clone(), self.intake.embedded().len());
        let is_quiet = self.training.phase == Phase::Idle
            && self.training.searching().is_none()
            && !self.training.head_on_its_way
            && self.intake.queue.outstanding() == 0;
        let likened = &self.training.likened;
        if !is_quiet || self.project.classes.len() < 2 || likened.asked.as_ref() == Some(&asked) {
            return None;
        }
        let of_classes = self.project.samples.iter().filter(|sample| sample.class.is_some());
        let all: Vec<SampleId> =
            of_classes.map(|sample| sample.id).filter(|sample| self.intake.is_embedded(*sample)).collect();
        if all.len() < FEWEST {
            return None;
        }
        let other = likened.asked.as_ref().is_some_and(|(name, _)| *name != asked.0);
        self.training.likened.asked = Some(asked);
        if other {
            self.training.likened.confidence = None;
            self.training.likened.is_over = false;
        }
        // Evenly, as photos of a class mostly follow one another.
        let count = all.len().min(MOST);
        let samples = (0..count).map(|at| all[at * all.len() / count]).collect();
        Some(TeachEffect::Send(0, TeachCommand::Tune(TuneCommand::Likeness { samples })))
    }

    /// Which way suits the photos; `None` before that can be said.
    pub fn advice(&self, backbone: Option<&BackboneCard>) -> Option<Advice> {
        let backbone = backbone.filter(|_| self.training.likened.is_over)?;
        let mut per_class: BTreeMap<ClassId, usize> = BTreeMap::new();
        for sample in self.project.samples.iter().filter(|sample| self.readiness(sample) == Readiness::Embedded) {
            if let Some(class) = sample.class {
                *per_class.entry(class).or_default() += 1;
            }
        }
        advise(&Facts {
            per_class: per_class.into_values().collect(),
            likeness: self.training.likened.confidence,
            own_kind: backbone.confidence.or(backbone.top1),
            blocks: Design::parse(&backbone.design).map_or(0, |design| design.blocks.len()),
            tried: self.tried(&backbone.name),
        })
    }

    /// Are the settings as the advice would have them? Any number of last blocks is as good as another, and any network from scratch.
    pub fn follows(&self, advice: &Advice) -> bool {
        let settings = &self.project.settings;
        Choice::of(&settings.way) == Choice::of(&advice.way) && settings.features_at == advice.features_at
    }

    /// The settings as the advice would have them.
    pub(super) fn advised(&self, advice: &Advice) -> TrainSettings {
        // The same choice keeps the settings, and with another number of blocks they are still a person's own.
        let way = match Choice::of(&advice.way) == Choice::of(&self.project.settings.way) {
            true if matches!(advice.way, Way::Scratch { .. }) => self.project.settings.way.clone(),
            _ => advice.way.clone(),
        };
        let settings = with_way(&self.project.settings, way, self.photo_counts().0);
        TrainSettings { features_at: advice.features_at, ..settings }
    }
}

/// "Keep it frozen", "Train the last 3 blocks", with where the features are taken.
pub fn heading(advice: &Advice) -> String {
    let way = match &advice.way {
        Way::Frozen => "keep it frozen".to_owned(),
        way @ Way::LastBlocks { .. } => format!("train the {}", way.words()),
        way @ (Way::Everything | Way::Scratch { .. }) => format!("train {}", way.words()),
    };
    match advice.features_at {
        Some(_) => format!("{way}, with the features of an earlier block"),
        None => way,
    }
}
