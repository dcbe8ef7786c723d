//! Lessons that train more than a head on the backbone's embeddings: they need the photos, and end with a network of their own.

use std::collections::{HashSet, VecDeque};

use burn::tensor::Device;

use super::looking::Looking;
use super::{Lesson, OwnNetwork, Progress, Ran, Sources, Stage, Taught, too_early};
use crate::architecture::Design;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Trainer};
use crate::network::{Network, design_of};
use crate::project::{SampleId, TrainSettings, Way};
use crate::protocol::{DeviceKind, NetworkCard, Preparing, SplitReport};
use crate::tune::{RateFinder, TuneData, Tuner};
use crate::weights::WeightFile;

/// Photos that are asked for at a time: as many as keep decoding busy while others are on their way.
const ASKED: usize = 8;

/// What training may take, bytes: wasm has 4 GiB in all, of which photos, weights and the page's own wishes need a part.
#[cfg(target_arch = "wasm32")]
pub const MEMORY_LIMIT: usize = 3 << 30;
/// The same in a terminal.
#[cfg(not(target_arch = "wasm32"))]
pub const MEMORY_LIMIT: usize = 16 << 30;

/// The state of such a lesson.
#[derive(Debug)]
pub struct Deep {
    stage: Step,
    /// Photos that were not asked for yet, and those that were and did not come yet.
    unasked: VecDeque<SampleId>,
    outstanding: HashSet<SampleId>,
    photos: usize,
    /// A person said that it is enough.
    ended: bool,
}

#[derive(Debug)]
enum Step {
    /// The photos come in.
    Photos,
    /// Embeddings of an earlier block are made.
    Before(Looking, OwnNetwork),
    /// A head is trained on them.
    Head(Box<Trainer>, OwnNetwork, Embeddings),
    /// Blocks are trained.
    Tuning(Box<Tuner>, NetworkCard),
    /// The trained network looks at all photos again, to be judged.
    After { looking: Looking, head: Head, network: OwnNetwork, ran: Ran },
}

/// The design that settings ask for, as far as its embedding.
///
/// # Errors
/// [`ErrorKind::Usage`]: there is none of that name, or no such block; [`ErrorKind::WeightFile`]: no backbone is loaded.
pub fn design(settings: &TrainSettings, weights: Option<&WeightFile>) -> Result<Design> {
    let design = match &settings.way {
        Way::Scratch { architecture } => Design::parse(architecture)?,
        _ => design_of(weights.ok_or_else(no_backbone)?),
    };
    match settings.features_at {
        Some(at) => design.cut(at),
        None => Ok(design),
    }
}

/// See [`Lesson::side`].
pub fn side(settings: &TrainSettings, weights: Option<&WeightFile>) -> Option<usize> {
    settings.is_deep().then(|| design(settings, weights).ok().map(|design| design.input.width)).flatten()
}

impl Deep {
    pub fn new(split: &SplitReport) -> Self {
        let unasked: VecDeque<SampleId> = split.training.iter().chain(&split.validation).copied().collect();
        let photos = unasked.len();
        Self { stage: Step::Photos, unasked, outstanding: HashSet::new(), photos, ended: false }
    }

    pub fn is_waiting(&self) -> bool {
        matches!(self.stage, Step::Photos) && self.outstanding.len() >= ASKED.min(self.left()) && self.left() > 0
    }

    /// The photos that are to be asked for now.
    fn ask(&mut self, sources: &Sources<'_>, side: usize) -> Vec<SampleId> {
        self.outstanding.retain(|sample| !has(sources, *sample, side));
        let mut wanted = Vec::new();
        while self.outstanding.len() < ASKED
            && let Some(sample) = self.unasked.pop_front()
        {
            if !has(sources, sample, side) {
                self.outstanding.insert(sample);
                wanted.push(sample);
            }
        }
        wanted
    }

    fn left(&self) -> usize {
        self.unasked.len() + self.outstanding.len()
    }

    pub fn settled(&mut self, sample: SampleId) {
        self.outstanding.remove(&sample);
    }

    pub fn is_finished(&self) -> bool {
        match &self.stage {
            Step::Head(trainer, ..) => trainer.is_finished() || self.ended,
            Step::After { looking, .. } => looking.progress().0 == looking.progress().1,
            _ => false,
        }
    }

    pub fn has_head(&self) -> bool {
        match &self.stage {
            Step::Head(trainer, ..) => trainer.best_epoch() > 0,
            Step::Tuning(tuner, _) => tuner.best_epoch() > 0,
            Step::After { .. } => true,
            Step::Photos | Step::Before(..) => false,
        }
    }

    pub fn end(&mut self) -> bool {
        self.ended = true;
        self.is_finished() || !self.has_head()
    }

    pub async fn outcome(&self, settings: &TrainSettings) -> Result<(Head, OwnNetwork, &Embeddings, Ran)> {
        match &self.stage {
            Step::Head(trainer, network, seen) => {
                let mut ran = Ran::of_head(trainer);
                let classes = trainer.head().await?.classes();
                let at = settings.features_at;
                let whole = Design::parse(&network.card().design)?;
                let design = at.map_or(Ok(whole.clone()), |at| whole.cut(at))?;
                ran.parameters = design.parameters(classes);
                Ok((trainer.head().await?, network.clone(), seen, ran))
            }
            Step::After { looking, head, network, ran } => {
                let ran = Ran { ended: ran.ended, ..*ran };
                Ok((head.clone(), network.clone(), looking.seen(), ran))
            }
            _ => Err(too_early()),
        }
    }
}

impl Lesson {
    pub(super) async fn advance_deep(
        &mut self,
        sources: &Sources<'_>,
        (device, kind): (&Device, DeviceKind),
        enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Progress> {
        let Stage::Deep(deep) = &mut self.stage else { return Err(too_early()) };
        match &mut deep.stage {
            Step::Photos => {
                let side = side(&self.settings, sources.weights).ok_or_else(no_backbone)?;
                let wanted = deep.ask(sources, side);
                if !wanted.is_empty() {
                    return Ok(Progress::Wants(wanted));
                }
                if deep.left() > 0 {
                    return Ok(Progress::Preparing(Preparing::Photos, deep.photos - deep.left(), deep.photos));
                }
                self.begin_deep(sources, (device, kind))
            }
            Step::Before(looking, _) => {
                let done = looking.advance(sources.pixels, enough).await?;
                let (looked, total) = looking.progress();
                if !done {
                    return Ok(Progress::Preparing(Preparing::Features, looked, total));
                }
                let Step::Before(looking, network) = std::mem::replace(&mut deep.stage, Step::Photos) else {
                    return Err(too_early());
                };
                let (_, seen) = looking.done();
                let trainer = self.trainer(&seen, Some(&network), (device, kind))?;
                let started = Progress::Started(self.split.clone().ok_or_else(too_early)?, trainer.parameters());
                if let Stage::Deep(deep) = &mut self.stage {
                    deep.stage = Step::Head(Box::new(trainer), network, seen);
                }
                Ok(started)
            }
            Step::Head(trainer, ..) => Ok(Progress::Epochs(trainer.advance(enough, now_ms).await?)),
            Step::Tuning(tuner, _) => {
                if !(tuner.is_finished() || deep.ended) {
                    let preparing = tuner.preparing();
                    let rows = tuner.advance(sources.pixels, enough, now_ms).await?;
                    return Ok(match preparing {
                        Some((done, total)) if rows.is_empty() => Progress::Preparing(Preparing::Features, done, total),
                        _ => Progress::Epochs(rows),
                    });
                }
                self.look_again().await?;
                Ok(Progress::Epochs(Vec::new()))
            }
            Step::After { looking, .. } => {
                looking.advance(sources.pixels, enough).await?;
                let (looked, total) = looking.progress();
                Ok(Progress::Preparing(Preparing::Judging, looked, total))
            }
        }
    }

    /// The head to go on from and its network, where they were made as the settings ask.
    fn start_of(&self, design: &Design) -> Option<(&Taught, &OwnNetwork)> {
        let start = self.start.as_ref()?;
        let own = start.network()?;
        same(own.card(), &self.settings, design).then_some((start, own))
    }

    fn goes_on(&self, design: &Design) -> bool {
        self.start_of(design).is_some()
    }

    /// The network to begin with: the one to go on from, one from random weights, or the backbone with a new head.
    fn network(&self, sources: &Sources<'_>, design: &Design, device: &Device) -> Result<Network> {
        let (settings, classes) = (&self.settings, self.data.classes.len());
        if let Some((start, own)) = self.start_of(design) {
            let head = self.start_head(Some(own)).unwrap_or_else(|| start.head().clone());
            return own.assemble(sources.weights, &head, device);
        }
        if let Way::Scratch { .. } = settings.way {
            return Ok(Network::random(design, settings.head, classes, settings.seed, device));
        }
        let weights = sources.weights.ok_or_else(no_backbone)?;
        Network::pretrained(weights, settings.features_at, settings.head, classes, settings.seed, device)
    }

    fn tune_data(&self, split: &SplitReport) -> TuneData {
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

    /// Goes on towards a search for a learning rate with this lesson's photos and network.
    ///
    /// # Errors
    /// As [`Lesson::advance`]; [`ErrorKind::Usage`] where the head alone is trained.
    pub fn rate_finder(&mut self, sources: &Sources<'_>, device: &Device) -> Result<Finder> {
        if !self.settings.is_deep() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the search for a learning rate",
                "a way that trains blocks of the network",
                "a head on frozen features, whose rate suits all photos",
                "Leave the rate as it is, or choose another way of training.",
            ));
        }
        match &mut self.stage {
            Stage::Grouping(search) => {
                if search.as_mut().is_none_or(|search| search.step()) {
                    let groups = search.take().map(|search| search.groups()).unwrap_or_default();
                    let split = self.split_by(sources.embeddings, &groups)?;
                    self.stage = Stage::Deep(Box::new(Deep::new(&split)));
                    self.split = Some(split);
                }
                Ok(Finder::Grouping)
            }
            Stage::Deep(deep) => {
                let side = side(&self.settings, sources.weights).ok_or_else(no_backbone)?;
                let wanted = deep.ask(sources, side);
                if !wanted.is_empty() || deep.left() > 0 {
                    return Ok(Finder::Wants(wanted));
                }
                let design = design(&self.settings, sources.weights)?;
                let network = self.network(sources, &design, device)?;
                let data = self.tune_data(self.split.as_ref().ok_or_else(too_early)?);
                Ok(Finder::Ready(Box::new(RateFinder::new(&network, data, &self.settings, device, MEMORY_LIMIT)?)))
            }
            Stage::Head(_) => Err(too_early()),
        }
    }

    /// All photos are there.
    fn begin_deep(&mut self, sources: &Sources<'_>, (device, kind): (&Device, DeviceKind)) -> Result<Progress> {
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
        let (stage, progress) = if settings.way == Way::Frozen && settings.augmentation.is_off() {
            let own = OwnNetwork::untrained(card);
            let samples = split.training.iter().chain(&split.validation).copied();
            let looking = Looking::new(network, samples);
            let (looked, total) = looking.progress();
            (Step::Before(looking, own), Progress::Preparing(Preparing::Features, looked, total))
        } else {
            let data = self.tune_data(&split);
            // A head to go on from has been trained: it is not to be trained anew.
            let head_first = if self.goes_on(&design) { 0 } else { settings.head_first };
            let settings = TrainSettings { head_first, ..settings.clone() };
            let tuner = Tuner::new(network, data, &settings, device, kind, MEMORY_LIMIT)?;
            let started = Progress::Started(split, tuner.trainable());
            (Step::Tuning(Box::new(tuner), card), started)
        };
        if let Stage::Deep(deep) = &mut self.stage {
            deep.stage = stage;
        }
        Ok(progress)
    }

    /// Training is over: the best epoch's network looks at all photos again.
    async fn look_again(&mut self) -> Result<()> {
        let split = self.split.clone().ok_or_else(too_early)?;
        let Stage::Deep(deep) = &mut self.stage else { return Err(too_early()) };
        let Step::Tuning(tuner, card) = &deep.stage else { return Err(too_early()) };
        let network = tuner.network_at_best()?.fold();
        let ran = Ran {
            best_epoch: tuner.best_epoch(),
            epochs: tuner.epochs(),
            ended: tuner.ended(),
            parameters: tuner.parameters(),
            trainable: tuner.trainable(),
            steps: tuner.steps(),
            seconds: tuner.seconds(),
        };
        let own = OwnNetwork::of(&network, card.clone()).await?;
        let head = network.head().await?;
        let looking = Looking::new(network, split.training.iter().chain(&split.validation).copied());
        deep.stage = Step::After { looking, head, network: own, ran };
        Ok(())
    }

    /// Goes on, on another device, from the last epoch that was finished; gives that epoch, 0 where none was. `None` where the lesson has to
    /// begin again.
    ///
    /// # Errors
    /// As [`Tuner::resume`].
    pub fn resume_on(
        &mut self,
        weights: Option<&WeightFile>,
        device: &Device,
        kind: DeviceKind,
    ) -> Result<Option<usize>> {
        let Stage::Deep(deep) = &mut self.stage else { return Ok(None) };
        match &mut deep.stage {
            Step::Photos => Ok(Some(0)),
            Step::Tuning(tuner, _) => tuner.resume(device, kind).map(Some),
            Step::After { looking, head, network, ran } => {
                looking.go_on_with(network.assemble(weights, head, device)?);
                Ok(Some(ran.epochs))
            }
            Step::Before(..) | Step::Head(..) => Ok(None),
        }
    }
}

/// Is the photo there, of the size that is needed?
fn has(sources: &Sources<'_>, sample: SampleId, side: usize) -> bool {
    sources.pixels.side() == side && sources.pixels.contains(sample)
}

/// How far the way to a [`RateFinder`] is.
#[derive(Debug)]
pub enum Finder {
    /// It is looking who may be on which side.
    Grouping,
    /// As [`Progress::Wants`].
    Wants(Vec<SampleId>),
    /// Photos and network are there.
    Ready(Box<RateFinder>),
}

/// Was this network made as the settings ask, so that training can go on from it?
fn same(card: &NetworkCard, settings: &TrainSettings, design: &Design) -> bool {
    let named = match &settings.way {
        Way::Scratch { architecture } => *architecture == card.design,
        _ => design.name.starts_with(&card.design),
    };
    named && card.features_at == settings.features_at && card.trained_from == design.trainable_from(&settings.way)
}

fn no_backbone() -> Error {
    Error::new(
        ErrorKind::WeightFile,
        "the network",
        "a pretrained network that is loaded",
        "none",
        "Choose a network first, or train one from scratch.",
    )
}
