//! What a person does about training deeper: the way, the blocks, a learning rate, augmentation.

use super::fields::Field;
use super::rates::Search;
use super::ready::Ask;
use super::way::with_way;
use super::{Action, Effect, Phase};
use crate::project::{SampleId, TrainSettings, Way};
use crate::protocol::{TeachCommand, TuneCommand};
use crate::view::teach::{Around, Teach, TeachEffect};

/// Steps from one photo of a preview to the next; a prime, so that every photo has its turn.
const STRIDE: usize = 7919;

impl Teach {
    pub(super) fn reduce_deeper(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        match action {
            Action::Way(way) => self.set_way(way),
            Action::UseAdvice => {
                if let Some(advice) = self.advice(around.backbone) {
                    let settings = self.advised(&advice);
                    self.change_settings(settings);
                }
            }
            Action::TrainFrom(place) => {
                let network = self.network(around.backbone).filter(|_| !self.is_scratch());
                // A block that is left away cannot be trained.
                if let Some(network) = network.filter(|network| place <= network.used) {
                    self.set_way(network.way_from(place));
                }
            }
            Action::FeaturesAt(place) => {
                let network = self.network(around.backbone).filter(|_| !self.is_scratch());
                if let Some(network) = network {
                    let settings = network.with_features_at(place, &self.project.settings);
                    self.change_settings(settings);
                }
            }
            Action::FindRate => return self.find_rate(around),
            Action::EndSearch => {
                let ended = self.training.search.take();
                if ended.is_some_and(|search| !search.done) {
                    self.training.preparing = None;
                    return vec![TeachEffect::Send(0, TeachCommand::StopTraining)];
                }
            }
            Action::TakeRate => {
                if let Some(rate) = self.training.search.as_ref().and_then(Search::rate) {
                    self.set_field(Field::LearningRate, super::run::number(rate));
                }
            }
            Action::Augment(augmentation) => {
                self.change_settings(TrainSettings { augmentation, ..self.project.settings.clone() });
                if self.training.preview.asked.is_some() {
                    return self.show_changes(around);
                }
            }
            Action::ShowChanges => {
                if self.training.preview.asked.is_some() {
                    self.training.preview.seed = self.training.preview.seed.wrapping_add(1);
                }
                return self.show_changes(around);
            }
            Action::Previewed(tiles) => self.training.preview.shown = Some(tiles.into()),
            _ => {}
        }
        Vec::new()
    }

    fn is_scratch(&self) -> bool {
        matches!(self.project.settings.way, Way::Scratch { .. })
    }

    fn set_way(&mut self, way: Way) {
        self.change_settings(with_way(&self.project.settings, way, self.photo_counts().0));
    }

    /// What was typed and not understood stays only where its field is still there.
    fn change_settings(&mut self, settings: TrainSettings) {
        self.training.drafts.retain(|(drafted, ..)| drafted.matters(&settings));
        self.set_settings(settings);
    }

    fn find_rate(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let busy = self.training.phase != Phase::Idle || self.training.searching().is_some();
        // The rate of a head on features made once suits all photos, and the engine's search would try the network's steps, not the head's.
        if busy || !self.project.settings.is_by_photo() {
            return Vec::new();
        }
        self.training.failure = None;
        self.training.refused = None;
        let material = self.material(Ask::default(), Some(around));
        let too_much = self.too_much(around.backbone);
        match material.and_then(|material| too_much.map_or(Ok(material), Err)) {
            Ok(material) => {
                let run = self.training.next_number();
                self.training.search = Some(Search::new(run));
                let settings = self.project.settings.clone();
                let mut effects = self.send_all_unsent();
                let find = TuneCommand::FindRate { run, data: material.data, settings };
                effects.push(TeachEffect::Send(0, TeachCommand::Tune(find)));
                effects
            }
            Err(_) => {
                self.training.refused = Some(Ask::default());
                Vec::new()
            }
        }
    }

    /// Asks for a preview of the augmentation as it is set, or notes that there is a newer one to ask for.
    pub(super) fn show_changes(&mut self, around: &Around) -> Vec<TeachEffect> {
        let augmentation = self.project.settings.augmentation;
        let seed = self.training.preview.seed;
        let Some(sample) = self.photo_to_change(seed).filter(|_| around.backbone.is_some()) else { return Vec::new() };
        let preview = &mut self.training.preview;
        preview.asked = Some(augmentation);
        preview.stale = preview.awaited;
        if preview.awaited {
            return Vec::new();
        }
        preview.awaited = true;
        vec![TeachEffect::Training(Effect::Preview(sample, augmentation, seed))]
    }

    /// One of the person's own photos, another for another number.
    fn photo_to_change(&self, seed: u32) -> Option<SampleId> {
        let embedded = |place: usize| {
            let sample = &self.project.samples[place];
            self.intake.is_embedded(sample.id).then_some(sample.id)
        };
        let count = self.project.samples.len();
        let first = usize::try_from(seed).unwrap_or(0).wrapping_mul(STRIDE);
        (0..count).find_map(|step| embedded(first.wrapping_add(step) % count))
    }
}
