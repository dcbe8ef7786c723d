//! Trains a head: epochs of steps on either device, with live means, early stopping and a return to the best epoch.

use burn::tensor::Device;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::scaling::Scaling;
use super::{Head, checks, class_weights, next_queue};
use crate::dataset::shuffle;
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::head_step::{EpochMeans, Network, Optimizer, Plan, Rows, Steps, Task, Update, is_better};
use crate::project::{HeadKind, OptimizerKind, TrainSettings};
use crate::protocol::{DeviceKind, Ended, EpochRow};
use crate::schedule::Course;

/// Steps that are queued on a GPU before its speed is known.
const FIRST_QUEUE: usize = 8;

/// What a head is trained on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrainingData {
    /// Classes, `C`.
    pub classes: usize,
    /// Length of an embedding, `E`.
    pub width: usize,
    /// Embeddings to train on, `[N, E]`, row-major.
    pub train: Vec<f32>,
    /// Their classes, `[N]`.
    pub train_labels: Vec<u32>,
    /// Embeddings held out, `[M, E]`; may be empty.
    pub val: Vec<f32>,
    /// Their classes, `[M]`.
    pub val_labels: Vec<u32>,
}

/// A training run.
#[derive(Debug)]
pub struct Trainer {
    steps: Steps,
    kind: DeviceKind,
    network: Network,
    scaling: Scaling,
    settings: TrainSettings,
    rng: Pcg64,
    order: Vec<u32>,
    validated: bool,
    /// Steps of an epoch, and how many of the current one are queued or done.
    per_epoch: usize,
    in_epoch: usize,
    /// Steps and epochs that are queued or done.
    done: u32,
    queued_epochs: usize,
    /// Steps to queue on a GPU before the next readback.
    queue: usize,
    /// Epochs that were reported.
    epochs: usize,
    best_epoch: usize,
    best_loss: f32,
    ended: Option<Ended>,
    failed: Option<Error>,
    milliseconds: f64,
}

impl Trainer {
    /// Gets ready to train. `start`: a head to train on from, of the same shape; a new one where there is none. A head to train on from is
    /// judged as epoch 0 where samples are held out: it stays the best until an epoch does better.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for settings out of range, fewer than two classes, no training sample, or a head that does not fit; [`ErrorKind::Device`] where
    /// the GPU cannot hold the embeddings (the CPU can).
    pub fn new(
        data: TrainingData,
        settings: &TrainSettings,
        start: Option<&Head>,
        device: &Device,
        kind: DeviceKind,
    ) -> Result<Self> {
        checks::check(settings)?;
        checks::check_data(&data)?;
        if let Some(start) = start {
            checks::check_start(start, &data, settings)?;
        }
        let (hidden, dropout) = match settings.head {
            HeadKind::Linear => (None, 0.0),
            HeadKind::Hidden { units, dropout } => (Some(units), dropout),
        };
        let network = Network { inputs: data.width, hidden, classes: data.classes };
        let samples = data.train_labels.len();
        let validated = !data.val_labels.is_empty();

        let task = Task {
            network,
            dropout,
            seed: settings.seed,
            class_weights: class_weights(settings.class_weights, data.classes, data.train_labels.iter().copied()),
            label_smoothing: settings.label_smoothing,
            update: update(settings),
            batch: settings.batch,
            epochs: settings.epochs,
            patience: settings.patience.unwrap_or(usize::MAX),
        };
        let scaling = Scaling::of(&data.train, data.width);
        let rows = |mut values: Vec<f32>, labels| {
            scaling.apply(&mut values);
            Rows { values: network.rows(values), labels }
        };
        let fresh = Head::new(data.width, settings.head, data.classes, settings.seed);
        // A new hidden layer is made for scaled inputs, a head to start from for plain ones.
        let parameters = match start {
            Some(start) => scaling.pack(start, &network),
            None => Scaling::none(data.width).pack(&fresh, &network),
        };
        let before = start.filter(|_| validated).map(|start| start.loss(&data.val, &data.val_labels));
        let before = before.filter(|loss| loss.is_finite());
        let mut steps =
            Steps::new(task, rows(data.train, data.train_labels), rows(data.val, data.val_labels), parameters, device)?;
        if let Some(loss) = before {
            steps.begins_with(loss);
        }
        Ok(Self {
            steps,
            kind,
            network,
            scaling,
            settings: settings.clone(),
            rng: Pcg64::seed_from_u64(u64::from(settings.seed) + 1),
            order: (0..samples as u32).collect(),
            validated,
            per_epoch: samples.div_ceil(settings.batch),
            in_epoch: 0,
            done: 0,
            queued_epochs: 0,
            queue: FIRST_QUEUE,
            epochs: 0,
            best_epoch: 0,
            best_loss: before.unwrap_or(f32::MAX),
            ended: None,
            failed: None,
            milliseconds: 0.0,
        })
    }

    /// Trains until `enough()` (asked after every step on the CPU, a few times a second on a GPU) or the end; gives the epochs that were finished.
    ///
    /// `now_ms`: milliseconds of a clock that only goes forward. The time between calls does not count.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where the loss is no number any more; [`ErrorKind::Device`] where the GPU fails. Epochs before that were given by the calls
    /// before; after the former, [`Self::head`] still gives the best of them.
    pub async fn advance(
        &mut self,
        mut enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Vec<EpochRow>> {
        let mut finished = Vec::new();
        while !self.is_finished() && self.failed.is_none() {
            let started = now_ms();
            let mut stop = false;
            let mut queued = 0;
            while queued < self.queue && self.queued_epochs < self.settings.epochs {
                if self.in_epoch == 0 {
                    let plan = self.plan();
                    self.steps.begin_epoch(&plan);
                }
                self.steps.step(); // forward, loss, backward, update: see `kernels::head_step`
                (self.in_epoch, self.done, queued) = (self.in_epoch + 1, self.done + 1, queued + 1);
                if self.in_epoch == self.per_epoch {
                    self.steps.end_epoch(); // validation; keeps the best
                    (self.in_epoch, self.queued_epochs) = (0, self.queued_epochs + 1);
                }
                stop = self.kind == DeviceKind::Cpu && enough();
                if stop || (self.kind == DeviceKind::Cpu && self.in_epoch == 0) {
                    break;
                }
            }
            let means = self.steps.epochs().await?; // on a GPU: a readback, which waits for all that was queued
            let taken = now_ms() - started;
            finished.extend(self.report(&means, taken));
            if self.kind == DeviceKind::Gpu {
                self.queue = next_queue(self.queue, queued, taken);
                stop = enough();
            }
            if stop {
                break;
            }
        }
        match self.failed.clone() {
            Some(error) if finished.is_empty() => Err(error),
            _ => Ok(finished),
        }
    }

    /// Were all epochs trained, or was the validation loss no better for a while?
    pub fn is_finished(&self) -> bool {
        self.ended.is_some()
    }

    /// Why it ended; [`Ended::Stopped`] while it could go on.
    pub fn ended(&self) -> Ended {
        self.ended.unwrap_or(Ended::Stopped)
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        u64::from(self.done)
    }

    /// Where it trains.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Numbers that are trained.
    pub fn parameters(&self) -> usize {
        self.network.parameters()
    }

    /// Epochs that were given by [`Self::advance`].
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// Seconds spent in [`Self::advance`].
    pub fn seconds(&self) -> f64 {
        self.milliseconds / 1e3
    }

    /// The epoch whose head [`Self::head`] gives, from 1; 0: the head that was trained on from, or before the first.
    pub fn best_epoch(&self) -> usize {
        self.best_epoch
    }

    /// The head of the epoch with the lowest validation loss, or the one that was trained on from where none was better; that of the last epoch
    /// where nothing is held out; before the first epoch is finished, the head as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where the GPU fails.
    pub async fn head(&self) -> Result<Head> {
        let parameters =
            if self.queued_epochs == 0 { self.steps.parameters().await? } else { self.steps.best().await? };
        Ok(self.scaling.unpack(&parameters, &self.network))
    }

    /// The next epoch: samples in a new order, and the learning rate of each step.
    fn plan(&mut self) -> Plan {
        shuffle(&mut self.order, &mut self.rng);
        let course = Course::new(&self.settings, self.per_epoch);
        Plan::new(self.order.clone(), self.settings.batch, self.done, |step| course.rate(step as usize))
    }

    /// Rows of the epochs that are new in `means`; notices the end. `taken`: milliseconds since the last call.
    fn report(&mut self, means: &[EpochMeans], taken: f64) -> Vec<EpochRow> {
        let new = means.len() - self.epochs;
        let before = self.milliseconds;
        self.milliseconds += taken;
        let mut rows = Vec::new();
        for (at, means) in means.iter().skip(self.epochs).enumerate() {
            let epoch = self.epochs + 1;
            let loss = if self.validated { means.val_loss } else { means.train_loss };
            if !(means.train_loss.is_finite() && loss.is_finite()) {
                self.failed = Some(diverged(epoch, self.settings.learning_rate));
                break;
            }
            let patience = self.settings.patience.unwrap_or(usize::MAX);
            if is_better(self.validated, epoch, loss, self.best_epoch, self.best_loss, patience) {
                (self.best_epoch, self.best_loss) = (epoch, loss);
            }
            self.epochs = epoch;
            rows.push(EpochRow {
                epoch,
                train_loss: means.train_loss,
                train_accuracy: means.train_accuracy,
                val_loss: self.validated.then_some(means.val_loss),
                val_accuracy: self.validated.then_some(means.val_accuracy),
                // Several epochs may have come with one readback.
                seconds: (before + taken * (at + 1) as f64 / new as f64) / 1e3,
                steps: (epoch * self.per_epoch) as u64,
            });
            if self.validated && epoch - self.best_epoch >= patience {
                self.ended = Some(Ended::Early);
                break;
            }
            if epoch == self.settings.epochs {
                self.ended = Some(Ended::Done);
            }
        }
        rows
    }
}

/// What the settings' optimizer is to the kernels.
fn update(settings: &TrainSettings) -> Update {
    let decay = settings.weight_decay;
    let (optimizer, decay, decoupled_decay) = match settings.optimizer {
        OptimizerKind::Adam => (Optimizer::Adam, decay, 0.0),
        OptimizerKind::AdamW => (Optimizer::Adam, 0.0, decay),
        OptimizerKind::Sgd => (Optimizer::Sgd, decay, 0.0),
    };
    Update { optimizer, momentum: settings.momentum, decay, decoupled_decay }
}

/// The loss is no number any more.
pub(crate) fn diverged(epoch: usize, learning_rate: f32) -> Error {
    Error::new(
        ErrorKind::Usage,
        "training",
        "a loss that falls",
        format!("one that grew beyond all numbers in epoch {epoch}"),
        format!("The learning rate of {learning_rate} is too high: try a tenth of it."),
    )
}
