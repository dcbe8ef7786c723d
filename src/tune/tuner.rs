//! Trains a network: the loop, in slices.

mod epoch;
mod prepare;
mod resume;

use std::sync::Arc;

use burn::tensor::Device;

use self::epoch::Epoch;
use self::prepare::Preparing;
use super::batch::Batches;
use super::stepper::Stepper;
use super::{Checkpoint, Pixels, Plan, TuneData, checks};
use crate::error::{Error, ErrorKind, Result};
use crate::head::{self, Trainer};
use crate::network::{Network, State};
use crate::project::TrainSettings;
use crate::protocol::{DeviceKind, Ended, EpochRow};
use crate::schedule::Course;

/// A training run of a network.
///
/// Its epochs: those of the head alone ([`TrainSettings::head_first`]), if any, then those of blocks and head together, numbered on. A network
/// that was trained before ([`Tuner::going_on`]) is epoch 0.
#[derive(Debug)]
pub struct Tuner {
    kind: DeviceKind,
    pub(super) device: Device,
    pub(super) settings: TrainSettings,
    /// Was the network trained before?
    goes_on: bool,
    pub(super) batches: Batches,
    pub(super) stepper: Stepper,
    course: Course,
    stage: Stage,
    /// Micro-batches to queue on a GPU before the next readback.
    queue: usize,
    /// Epochs reported, and those of the head alone among them.
    epochs: usize,
    head_epochs: usize,
    /// Steps of the head alone, and since.
    head_steps: u64,
    steps: u64,
    best_epoch: usize,
    best_loss: f32,
    best: Option<Kept>,
    /// For a GPU that may be lost: where to begin again.
    initial: Option<Arc<State>>,
    checkpoint: Option<Checkpoint>,
    unproven: Unproven,
    ended: Option<Ended>,
    failed: Option<Error>,
    milliseconds: f64,
}

/// What is done next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one")]
enum Stage {
    /// What the frozen blocks put out is computed once.
    Preparing(Preparing),
    /// The head alone is trained.
    Head(Box<Trainer>),
    /// Blocks and head are trained.
    Epoch(Epoch),
    /// The end.
    Over,
}

/// What the GPU gave in the newest call of [`Tuner::advance`]. A GPU that went wrong in that call left stale numbers: so this counts once the next call
/// says that it did not.
#[derive(Debug, Default)]
struct Unproven {
    initial: Option<Arc<State>>,
    checkpoint: Option<Checkpoint>,
}

/// The best epoch's network.
#[derive(Debug)]
enum Kept {
    /// On the CPU: it shares its memory with the one in training until that changes.
    Network(Box<Network>),
    /// Off the GPU, which may be lost.
    State(Arc<State>),
}

impl Tuner {
    /// Gets ready to train `network`, from its values, on `device`, which it must be on. `limit`: bytes that training may take.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for settings out of range, data that cannot be trained on, a network with other classes, or more memory than `limit`.
    pub fn new(
        network: Network,
        data: TuneData,
        settings: &TrainSettings,
        device: &Device,
        kind: DeviceKind,
        limit: usize,
    ) -> Result<Self> {
        checks::check(settings)?;
        checks::check_data(&data, settings)?;
        checks::check_network(&network, &data, settings)?;
        let plan = Plan::new(network.design(), settings, data.scope(kind == DeviceKind::Gpu), limit)?;
        let per_epoch = plan.steps(data.train.len(), settings.batch);
        Ok(Self {
            kind,
            device: device.clone(),
            stepper: Stepper::new(network, plan.from, settings),
            batches: Batches::new(data, settings, plan),
            course: Course::new(settings, per_epoch),
            settings: settings.clone(),
            goes_on: false,
            stage: Stage::Preparing(Preparing::default()),
            queue: 1,
            epochs: 0,
            head_epochs: 0,
            head_steps: 0,
            steps: 0,
            best_epoch: 0,
            best_loss: f32::MAX,
            best: None,
            initial: None,
            checkpoint: None,
            unproven: Unproven::default(),
            ended: None,
            failed: None,
            milliseconds: 0.0,
        })
    }

    /// The same for a network that was trained before: its head is not trained alone first, and where photos are held out it is judged before the
    /// first step. As epoch 0 it stays the best until an epoch does better.
    pub fn going_on(mut self) -> Self {
        self.goes_on = true;
        self.settings.head_first = 0;
        self
    }

    /// Trains until `enough()` (asked after every micro-batch on the CPU, a few times a second on a GPU) or the end; gives the epochs that were
    /// finished. May stop between micro-batches of a step: the next call goes on there.
    ///
    /// Another call says that the device complained of nothing in the one before: only then can be gone on from what it gave there.
    ///
    /// `now_ms`: milliseconds of a clock that only goes forward. The time between calls does not count.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where the loss is no number any more, or a photo is missing; [`ErrorKind::Device`] where the GPU fails: then
    /// [`Self::resume`]. Epochs before that were given by the calls before; [`Self::network_at_best`] still gives the best of them.
    pub async fn advance(
        &mut self,
        pixels: &Pixels,
        mut enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Vec<EpochRow>> {
        if self.failed.is_none() {
            self.trust();
        }
        let mut finished = Vec::new();
        while !self.is_finished() && self.failed.is_none() {
            match self.slice(pixels, &mut enough, &now_ms).await {
                Ok(rows) => finished.extend(rows),
                Err(error) => self.failed = Some(error),
            }
            if enough() {
                break;
            }
        }
        match self.failed.clone() {
            // What a device gave before it failed is not to be trusted.
            Some(error) if finished.is_empty() || error.kind == ErrorKind::Device => Err(error),
            _ => Ok(finished),
        }
    }

    /// The next piece of what is to be done.
    async fn slice(
        &mut self,
        pixels: &Pixels,
        enough: impl FnMut() -> bool,
        now_ms: &impl Fn() -> f64,
    ) -> Result<Vec<EpochRow>> {
        let started = now_ms();
        let taken = || now_ms() - started;
        let outcome = match &self.stage {
            Stage::Preparing(_) => self.prepare(pixels).await.map(|()| Vec::new()),
            Stage::Head(_) => self.train_head(enough, now_ms).await,
            Stage::Epoch(_) => self.train(pixels, &taken).await,
            Stage::Over => Ok(Vec::new()),
        };
        self.milliseconds += taken();
        outcome
    }

    /// How many photos went through the frozen blocks, and of how many, while that is being done.
    pub fn preparing(&self) -> Option<(usize, usize)> {
        match &self.stage {
            Stage::Preparing(preparing) => Some((preparing.done(), self.photos_to_prepare())),
            _ => None,
        }
    }

    /// How the run was cut to the memory there is.
    pub fn plan(&self) -> &Plan {
        &self.batches.plan
    }

    /// Bytes of the activations that are kept, as far as they were computed.
    pub fn kept_bytes(&self) -> usize {
        self.batches.cache.bytes()
    }

    /// Were all epochs trained, or was the validation loss no better for a while?
    pub fn is_finished(&self) -> bool {
        self.ended.is_some()
    }

    /// Why it ended; [`Ended::Stopped`] while it could go on.
    pub fn ended(&self) -> Ended {
        self.ended.unwrap_or(Ended::Stopped)
    }

    /// Steps so far, those of the head alone counted.
    pub fn steps(&self) -> u64 {
        self.head_steps + self.steps
    }

    /// Epochs that were given by [`Self::advance`].
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// The epoch whose network [`Self::network_at_best`] gives, from 1; 0: the one that was gone on from, or before the first.
    pub fn best_epoch(&self) -> usize {
        self.best_epoch
    }

    /// Where it trains.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Seconds spent in [`Self::advance`].
    pub fn seconds(&self) -> f64 {
        self.milliseconds / 1e3
    }

    /// Numbers in the network, the head's included, batch norm folded in.
    pub fn parameters(&self) -> usize {
        self.network().design().trainable_parameters(0, self.settings.head, self.batches.data.classes)
    }

    /// Numbers that are trained.
    pub fn trainable(&self) -> usize {
        let from = self.plan().from;
        self.network().design().trainable_parameters(from, self.settings.head, self.batches.data.classes)
    }

    /// The network in training, as it is.
    pub fn network(&self) -> &Network {
        self.stepper.network()
    }

    /// The network of the epoch with the lowest validation loss, or the one that was gone on from where none was better; that of the last epoch
    /// where nothing is held out; before the first epoch is finished, the network as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] never but for a defect of ours.
    pub fn network_at_best(&self) -> Result<Network> {
        match &self.best {
            Some(Kept::Network(network)) => Ok((**network).clone()),
            Some(Kept::State(state)) => self.network().load_state(state, &self.device),
            None => Ok(self.network().clone()),
        }
    }

    /// Keeps the network as it is: the best so far. `state`: its values, where they were read already.
    async fn keep_best(&mut self, epoch: usize, loss: f32, state: Option<Arc<State>>) -> Result<()> {
        (self.best_epoch, self.best_loss) = (epoch, loss);
        self.best = Some(match (self.kind, state) {
            (DeviceKind::Cpu, _) => Kept::Network(Box::new(self.network().clone())),
            (DeviceKind::Gpu, Some(state)) => Kept::State(state),
            (DeviceKind::Gpu, None) => Kept::State(Arc::new(self.network().state().await?)),
        });
        Ok(())
    }

    /// The loss is no number any more: what the head's trainer says, and where an epoch was over before that not all is lost.
    fn diverged(&self) -> Error {
        let error = head::diverged(self.epochs + 1, self.settings.learning_rate);
        if self.epochs == 0 {
            return error;
        }
        Error { cure: format!("{} The best epoch before that is kept.", error.cure), ..error }
    }
}
