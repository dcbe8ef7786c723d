//! Lessons that train more than a head on the backbone's embeddings: they need the photos, and end with a network of their own.

mod begin;
mod finder;

use std::collections::{HashSet, VecDeque};

use burn::tensor::Device;

pub use finder::Finder;

use super::looking::Looking;
use super::{Lesson, OwnNetwork, Progress, Ran, Sources, Stage, too_early};
use crate::architecture::Design;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Trainer};
use crate::network::design_of;
use crate::project::{SampleId, TrainSettings, Way};
use crate::protocol::{DeviceKind, NetworkCard, Preparing, SplitReport};
use crate::tune::Tuner;
use crate::weights::WeightFile;

/// Photos that are asked for at a time: as many as keep decoding busy while others are on their way.
const ASKED: usize = 8;

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
#[expect(clippy::large_enum_variant, reason = "there is one in a lesson, and it seldom changes")]
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
    After {
        looking: Looking,
        head: Head,
        network: OwnNetwork,
        ran: Ran,
        /// What trained it, until the device is known to have worked when head and network were read from it.
        tuner: Option<(Box<Tuner>, NetworkCard)>,
    },
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
            Step::Head(trainer, ..) => trainer.epochs() > 0,
            Step::Tuning(tuner, _) => tuner.epochs() > 0,
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
                let head = trainer.head().await?;
                let at = settings.features_at;
                let whole = Design::parse(&network.card().design)?;
                let design = at.map_or(Ok(whole.clone()), |at| whole.cut(at))?;
                ran.parameters = design.trainable_parameters(0, settings.head, head.classes());
                Ok((head, network.clone(), seen, ran))
            }
            Step::After { looking, head, network, ran, .. } => {
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
            Step::After { looking, tuner, .. } => {
                *tuner = None;
                looking.advance(sources.pixels, enough).await?;
                let (looked, total) = looking.progress();
                Ok(Progress::Preparing(Preparing::Judging, looked, total))
            }
        }
    }

    /// Training is over: the best epoch's network looks at all photos again.
    async fn look_again(&mut self) -> Result<()> {
        let split = self.split.clone().ok_or_else(too_early)?;
        let Stage::Deep(deep) = &mut self.stage else { return Err(too_early()) };
        let Step::Tuning(tuner, card) = &mut deep.stage else { return Err(too_early()) };
        tuner.trust();
        let network = tuner.network_at_best()?.fold();
        let ran = Ran {
            best_epoch: tuner.best_epoch(),
            epochs: tuner.epochs(),
            ended: tuner.ended(),
            parameters: tuner.parameters(),
            trainable: tuner.trainable(),
            steps: tuner.steps(),
            seconds: tuner.seconds(),
            device: tuner.kind(),
        };
        let own = OwnNetwork::of(&network, card.clone()).await?;
        let head = network.head().await?;
        let looking = Looking::new(network, split.training.iter().chain(&split.validation).copied());
        if let Step::Tuning(tuner, card) = std::mem::replace(&mut deep.stage, Step::Photos) {
            deep.stage = Step::After { looking, head, network: own, ran, tuner: Some((tuner, card)) };
        }
        Ok(())
    }

    /// Goes on, on another device, from the last epoch that was finished before the call of [`Self::advance`] in which the device went wrong; gives that
    /// epoch, 0 where there was none. `None` where the lesson has to begin again.
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
            Step::Tuning(tuner, _) => resumed(tuner, device, kind),
            Step::After { tuner, .. } if tuner.is_some() => {
                let Some((mut tuner, card)) = tuner.take() else { return Ok(None) };
                let epoch = resumed(&mut tuner, device, kind)?;
                deep.stage = Step::Tuning(tuner, card);
                Ok(epoch)
            }
            Step::After { looking, head, network, ran, .. } => {
                looking.again_with(network.assemble(weights, head, device)?);
                Ok(Some(ran.epochs))
            }
            Step::Before(..) | Step::Head(..) => Ok(None),
        }
    }
}

/// See [`Lesson::resume_on`].
fn resumed(tuner: &mut Tuner, device: &Device, kind: DeviceKind) -> Result<Option<usize>> {
    if tuner.can_resume() { tuner.resume(device, kind).map(Some) } else { Ok(None) }
}

/// Is the photo there, of the size that is needed?
fn has(sources: &Sources<'_>, sample: SampleId, side: usize) -> bool {
    sources.pixels.side() == side && sources.pixels.contains(sample)
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
