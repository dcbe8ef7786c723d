//! One lesson, from labelled samples to a head that was judged; the page's engine and the terminal give the same.
//!
//! ```text
//! frozen backbone:
//! embeddings + labels ─ near-duplicates ─→ split ─→ head::Trainer ─→ Head ─┬─ temperature, cross-fitted temperatures
//!                                                                          └─ familiarity, threshold of "none of these"
//! features of an earlier block:
//!                       split ─→ photos ─→ Looking (embeddings of that block) ─→ head::Trainer ─→ …
//! blocks trained too, augmentation, random weights:
//!                       split ─→ photos ─→ tune::Tuner ─→ Network ─→ Looking (its own embeddings) ─→ …
//! ```

mod check;
mod deep;
mod looking;
mod own_network;
mod taught;

use burn::tensor::Device;

use crate::dataset::{NearDuplicates, Rows, SplitRequest, shots, split};
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Trainer, TrainingData};
use crate::metrics;
use crate::project::{SampleId, SplitKind, TrainSettings};
use crate::protocol::{
    DeviceKind, Ended, EpochRow, Evaluation, HeadCard, Labelled, Preparing, SplitReport, TrainSummary,
};
use crate::tune::Pixels;
use crate::weights::WeightFile;

use self::deep::Deep;
pub use check::check;
pub use deep::{Finder, design};
pub use own_network::{OwnNetwork, embed};
pub use taught::Taught;

/// What a lesson is made from.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The samples' embeddings by the backbone.
    pub embeddings: &'a Embeddings,
    /// The backbone's weights, for lessons that train more than a head.
    pub weights: Option<&'a WeightFile>,
    /// The samples' photos, for the same.
    pub pixels: &'a Pixels,
}

/// A lesson under way.
#[derive(Debug)]
pub struct Lesson {
    data: Labelled,
    settings: TrainSettings,
    backbone: String,
    start: Option<Taught>,
    split: Option<SplitReport>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Near-duplicates are looked for, where they are to stay on one side of the split.
    Grouping(Option<Box<NearDuplicates>>),
    /// A head is trained on frozen features.
    Head(Box<Trainer>),
    /// More than a head is trained, or on other features.
    Deep(Box<Deep>),
}

/// What a lesson gave since the last look.
#[derive(Debug)]
pub enum Progress {
    /// It is still looking who may be on which side.
    Grouping,
    /// It cannot go on before these photos are in [`Sources::pixels`] or were [given up](Lesson::give_up); none if all it needs were asked for.
    Wants(Vec<SampleId>),
    /// What has to be done before the first step, or after the last: how much of it is done, of how much.
    Preparing(Preparing, usize, usize),
    /// Training begins; how many numbers are trained.
    Started(SplitReport, usize),
    /// Epochs that were finished.
    Epochs(Vec<EpochRow>),
}

/// What a lesson came to.
#[derive(Debug)]
pub struct Outcome {
    /// The head of the best epoch.
    pub taught: Taught,
    /// What training came to.
    pub summary: TrainSummary,
    /// How the head does on the samples that were held out, and its logits `[N, C]`.
    pub evaluation: (Evaluation, Vec<f32>),
}

impl Lesson {
    /// Begins a lesson. `start`: a head to go on from, its classes found by their names.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: settings out of range, fewer than two classes, a label that is no class, a sample that was not embedded.
    pub fn new(
        embeddings: &Embeddings,
        data: Labelled,
        settings: TrainSettings,
        backbone: &str,
        start: Option<&Taught>,
    ) -> Result<Self> {
        crate::head::check(&settings)?;
        if settings.is_deep() {
            crate::tune::check(&settings)?;
        }
        check(&data)?;
        // A random split keeps nothing together, so that there is nothing to look for.
        let search = match settings.split {
            SplitKind::Honest => {
                let rows = embeddings.gather(&data.samples)?;
                Some(Box::new(NearDuplicates::new(Rows::new(&rows, embeddings.width().max(1)), settings.seed)))
            }
            SplitKind::Random => None,
        };
        let start = start.filter(|taught| taught.card().backbone == backbone && taught.head().is_of(settings.head));
        Ok(Self {
            data,
            settings,
            backbone: backbone.to_owned(),
            start: start.cloned(),
            split: None,
            stage: Stage::Grouping(search),
        })
    }

    /// Goes on until `enough()`; [`Self::is_finished`] says when that is no longer needed.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: a sample was not embedded; the data or settings do not fit together or into memory; the loss is no number any more.
    /// [`ErrorKind::Device`]: the GPU failed.
    pub async fn advance(
        &mut self,
        sources: &Sources<'_>,
        (device, kind): (&Device, DeviceKind),
        enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Progress> {
        match &mut self.stage {
            Stage::Grouping(_) => {
                let Some(split) = self.grouped(sources)? else { return Ok(Progress::Grouping) };
                if self.settings.is_deep() {
                    self.stage = Stage::Deep(Box::new(Deep::new(&split)));
                    return Ok(Progress::Grouping);
                }
                let trainer = self.trainer(sources.embeddings, None, (device, kind))?;
                let started = Progress::Started(split, trainer.parameters());
                self.stage = Stage::Head(Box::new(trainer));
                Ok(started)
            }
            Stage::Head(trainer) => Ok(Progress::Epochs(trainer.advance(enough, now_ms).await?)),
            Stage::Deep(_) => self.advance_deep(sources, (device, kind), enough, now_ms).await,
        }
    }

    /// Looks a step further who may be on which side; gives the split once it is known.
    fn grouped(&mut self, sources: &Sources<'_>) -> Result<Option<SplitReport>> {
        let Stage::Grouping(search) = &mut self.stage else { return Err(too_early()) };
        if search.as_mut().is_some_and(|search| !search.step()) {
            return Ok(None);
        }
        let groups = search.take().map(|search| search.groups()).unwrap_or_default();
        let split = self.split_by(sources.embeddings, &groups)?;
        self.split = Some(split.clone());
        Ok(Some(split))
    }

    /// Is everything done, so that [`Self::finish`] gives the outcome?
    pub fn is_finished(&self) -> bool {
        match &self.stage {
            Stage::Grouping(_) => false,
            Stage::Head(trainer) => trainer.is_finished(),
            Stage::Deep(deep) => deep.is_finished(),
        }
    }

    /// Was an epoch finished, so that there is a head to keep?
    pub fn has_head(&self) -> bool {
        match &self.stage {
            Stage::Grouping(_) => false,
            Stage::Head(trainer) => trainer.epochs() > 0,
            Stage::Deep(deep) => deep.has_head(),
        }
    }

    /// Trains no further; what is left to do to the head so far is done by [`Self::advance`]. Gives whether nothing is.
    pub fn end(&mut self) -> bool {
        match &mut self.stage {
            Stage::Grouping(_) | Stage::Head(_) => true,
            Stage::Deep(deep) => deep.end(),
        }
    }

    /// Are there gradients to compute beyond the head's?
    pub fn is_deep(&self) -> bool {
        self.settings.is_deep()
    }

    /// Does it wait for photos, so that there is nothing to do before they come?
    pub fn is_waiting(&self) -> bool {
        matches!(&self.stage, Stage::Deep(deep) if deep.is_waiting())
    }

    /// A photo that it wanted cannot be had: the sample is on neither side.
    pub fn give_up(&mut self, sample: SampleId) {
        if let (Stage::Deep(deep), Some(split)) = (&mut self.stage, &mut self.split) {
            deep.settled(sample);
            split.training.retain(|other| *other != sample);
            split.validation.retain(|other| *other != sample);
        }
    }

    /// A photo that it wanted is there.
    pub fn settle(&mut self, sample: SampleId) {
        if let Stage::Deep(deep) = &mut self.stage {
            deep.settled(sample);
        }
    }

    /// Width and height of the photos that it needs, pixels; `None` where it needs none, or its network is unknown.
    pub fn side(&self, weights: Option<&WeightFile>) -> Option<usize> {
        deep::side(&self.settings, weights)
    }

    /// Numbers of the samples on each side, once they are known.
    pub fn split(&self) -> Option<&SplitReport> {
        self.split.as_ref()
    }

    fn split_by(&self, embeddings: &Embeddings, groups: &[Vec<usize>]) -> Result<SplitReport> {
        let Labelled { classes, samples, labels, validation } = &self.data;
        let rows = embeddings.gather(samples)?;
        let held: std::collections::HashSet<&SampleId> = validation.iter().collect();
        let given: Vec<usize> = (0..samples.len()).filter(|&place| held.contains(&samples[place])).collect();
        let request = SplitRequest {
            embeddings: Rows::new(&rows, embeddings.width()),
            labels,
            classes,
            validation: &given,
            groups,
            kind: self.settings.split,
            share: self.settings.validation,
            seed: self.settings.seed,
        };
        let found = match self.settings.shots {
            Some(count) => shots(&request, count),
            None => split(&request),
        };
        let ids = |places: &[usize]| places.iter().map(|&place| samples[place]).collect();
        Ok(SplitReport {
            kind: self.settings.split,
            training: ids(&found.training),
            validation: ids(&found.validation),
            groups: found.groups,
            cut: found.cut,
            notes: found.notes,
        })
    }

    /// Gets ready to train a head on embeddings.
    fn trainer(
        &self,
        embeddings: &Embeddings,
        network: Option<&OwnNetwork>,
        (device, kind): (&Device, DeviceKind),
    ) -> Result<Trainer> {
        let split = self.split.as_ref().ok_or_else(too_early)?;
        let data = TrainingData {
            classes: self.data.classes.len(),
            width: embeddings.width(),
            train: embeddings.gather(&split.training)?,
            train_labels: self.labels(&split.training),
            val: embeddings.gather(&split.validation)?,
            val_labels: self.labels(&split.validation),
        };
        let start = self.start_head(network);
        Trainer::new(data, &self.settings, start.as_ref(), device, kind)
    }

    /// The head to go on from, where it takes what the same network makes.
    fn start_head(&self, network: Option<&OwnNetwork>) -> Option<Head> {
        let start = self.start.as_ref().filter(|start| start.network() == network)?;
        let place = |name: &String| start.card().classes.iter().position(|class| class == name);
        let places: Vec<Option<usize>> = self.data.classes.iter().map(place).collect();
        Some(start.head().rearranged(&places, self.settings.seed))
    }

    fn labels(&self, samples: &[SampleId]) -> Vec<u32> {
        let label: std::collections::HashMap<_, _> = self.data.samples.iter().zip(&self.data.labels).collect();
        samples.iter().map(|sample| *label[sample]).collect()
    }

    /// The head of the best epoch, judged on what was held out.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: no epoch was finished yet; [`ErrorKind::Device`]: the GPU failed.
    pub async fn finish(&self, embeddings: &Embeddings) -> Result<Outcome> {
        match &self.stage {
            Stage::Grouping(_) => Err(too_early()),
            Stage::Head(trainer) => self.outcome(trainer.head().await?, None, embeddings, Ran::of_head(trainer)),
            Stage::Deep(deep) => {
                let (head, network, seen, ran) = deep.outcome(&self.settings).await?;
                self.outcome(head, Some(network), seen, ran)
            }
        }
    }

    fn outcome(&self, head: Head, network: Option<OwnNetwork>, seen: &Embeddings, ran: Ran) -> Result<Outcome> {
        let split = self.split.as_ref().ok_or_else(too_early)?;
        let classes = head.classes();
        let card = HeadCard {
            backbone: self.backbone.clone(),
            classes: self.data.classes.clone(),
            temperature: 1.0,
            rejection: None,
            network: network.as_ref().map(|network| network.card().clone()),
        };
        let rows = seen.gather(&split.training)?;
        let known = (Rows::new(&rows, seen.width()), &self.labels(&split.training)[..]);
        let own = if network.is_some() { seen.clone() } else { Embeddings::default() };
        let mut taught = Taught::new(head, card, network, own, split.validation.clone(), known, self.settings.seed);
        drop(rows);
        let evaluation = taught.evaluate(seen, &split.validation, &self.labels(&split.validation))?;
        taught.calibrate(&evaluation);
        let val_accuracy =
            (!split.validation.is_empty()).then(|| metrics::accuracy(&evaluation.1, &evaluation.0.labels, classes));
        let summary = TrainSummary {
            best_epoch: ran.best_epoch,
            epochs: ran.epochs,
            ended: ran.ended,
            failed: None,
            val_accuracy,
            parameters: ran.parameters,
            trainable: ran.trainable,
            steps: ran.steps,
            steps_per_second: ran.steps as f64 / ran.seconds.max(1e-6),
            seconds: ran.seconds,
            device: Some(ran.device),
        };
        Ok(Outcome { taught, summary, evaluation })
    }
}

/// What a trainer did.
#[derive(Debug)]
struct Ran {
    best_epoch: usize,
    epochs: usize,
    ended: Ended,
    parameters: usize,
    trainable: usize,
    steps: u64,
    seconds: f64,
    device: DeviceKind,
}

impl Ran {
    fn of_head(trainer: &Trainer) -> Self {
        Self {
            best_epoch: trainer.best_epoch(),
            epochs: trainer.epochs(),
            ended: trainer.ended(),
            parameters: trainer.parameters(),
            trainable: trainer.parameters(),
            steps: trainer.steps(),
            seconds: trainer.seconds(),
            device: trainer.kind(),
        }
    }
}

fn too_early() -> Error {
    Error::new(ErrorKind::Usage, "training", "a finished epoch", "none yet", "Let it train for a moment longer.")
}
