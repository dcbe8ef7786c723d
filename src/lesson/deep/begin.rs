//! What training begins with, once the photos are there: a network and its data.

use burn::tensor::Device;

use super::{Step, design, no_backbone};
use crate::architecture::Design;
use crate::error::Result;
use crate::lesson::looking::Looking;
use crate::lesson::{Lesson, OwnNetwork, Progress, Sources, Stage, Taught, too_early};
use crate::memory_limit;
use crate::network::{Network, design_of};
use crate::project::{SampleId, Way};
use crate::protocol::{DeviceKind, NetworkCard, Preparing, SplitReport};
use crate::tune::{TuneData, Tuner};

impl Lesson {
    /// The head to go on from and its network, where they were made as the settings ask.
    fn start_of(&self, design: &Design) -> Option<(&Taught, &OwnNetwork)> {
        let start = self.start.as_ref()?;
        let own = start.network()?;
        design.made(own.card(), &self.settings).then_some((start, own))
    }

    fn goes_on(&self, design: &Design) -> bool {
        self.start_of(design).is_some()
    }

    /// The network to begin with: the one to go on from, one from random weights, or the backbone with a new head.
    pub(super) fn network(&self, sources: &Sources<'_>, design: &Design, device: &Device) -> Result<Network> {
        let (settings, classes) = (&self.settings, self.data.classes.len());
        if let Some((start, own)) = self.start_of(design) {
            let head = self.start_head(Some(own)).unwrap_or_else(|| start.head().clone());
            return Ok(own.assemble(sources.weights, &head, device)?.with_dropout_of(settings.head));
        }
        if let Way::Scratch { .. } = settings.way {
            return Ok(Network::random(design, settings.head, classes, settings.seed, device));
        }
        let weights = sources.weights.ok_or_else(no_backbone)?;
        Network::pretrained(weights, settings.features_at, settings.head, classes, settings.seed, device)
    }

    pub(super) fn tune_data(&self, split: &SplitReport) -> TuneData {
        let labelled = |samples: &[SampleId]| -> Vec<(SampleId, u32)> {
            samples.iter().copied().zip(self.labels(samples)).collect()
        };
        TuneData {
            classes: self.data.classes.len(),
            train: labelled(&split.training),
            val: labelled(&split.validation),
            soft: None,
        }
    }

    /// All photos are there.
    pub(super) fn begin_deep(
        &mut self,
        sources: &Sources<'_>,
        (device, kind): (&Device, DeviceKind),
    ) -> Result<Progress> {
        let settings = &self.settings;
        let design = design(settings, sources.weights)?;
        let split = self.split.clone().ok_or_else(too_early)?;
        let network = self.network(sources, &design, device)?;
        let name = match &settings.way {
            Way::Scratch { architecture } => architecture.clone(),
            _ => design_of(sources.weights.ok_or_else(no_backbone)?).name,
        };
        let card = NetworkCard {
            design: name,
            features_at: settings.features_at,
            trained_from: design.trainable_from(&settings.way),
        };
        let (stage, progress) = if !settings.is_by_photo() {
            let own = OwnNetwork::untrained(card);
            let samples = split.training.iter().chain(&split.validation).copied();
            let looking = Looking::new(network, samples);
            let (looked, total) = looking.progress();
            (Step::Before(looking, own), Progress::Preparing(Preparing::Features, looked, total))
        } else {
            let data = self.tune_data(&split);
            let tuner = Tuner::new(network, data, settings, device, kind, memory_limit::here())?;
            let tuner = if self.goes_on(&design) { tuner.going_on() } else { tuner };
            let started = Progress::Started(split, tuner.trainable());
            (Step::Tuning(Box::new(tuner), card), started)
        };
        if let Stage::Deep(deep) = &mut self.stage {
            deep.stage = stage;
        }
        Ok(progress)
    }
}
