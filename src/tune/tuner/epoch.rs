//! An epoch: steps over micro-batches, then validation, then its row. Epoch 0 of a network that was trained before is validation alone.

use std::sync::Arc;

use super::{Kept, Stage, Tuner};
use crate::augment;
use crate::error::Result;
use crate::head::next_queue;
use crate::kernels::head_step::is_better;
use crate::protocol::{DeviceKind, Ended, EpochRow};
use crate::tune::data::Place;
use crate::tune::tally::Tally;
use crate::tune::{Checkpoint, Pixels};

/// An epoch under way.
#[derive(Debug)]
pub(super) struct Epoch {
    /// Counted from 1, without those of the head alone; 0: no step is taken, and the network judged as it was given.
    number: usize,
    /// The training samples as they come.
    order: Vec<usize>,
    /// How many of them were met.
    met: usize,
    /// Sizes of the micro-batches that are left of the step under way, the last one first; the batch's weights in all.
    micro_batches: Vec<usize>,
    weight: f32,
    /// Validation samples that were judged.
    judged: usize,
    train: Tally,
    val: Tally,
    /// Micro-batches since the last readback.
    queued: usize,
}

impl Epoch {
    pub fn new(number: usize, order: Vec<usize>) -> Self {
        Self {
            number,
            order,
            met: 0,
            micro_batches: Vec::new(),
            weight: 0.0,
            judged: 0,
            train: Tally::default(),
            val: Tally::default(),
            queued: 0,
        }
    }
}

impl Tuner {
    /// The next micro-batches: one on the CPU, on a GPU as many as are queued at once. `taken`: milliseconds since this call began.
    pub(super) async fn train(&mut self, pixels: &Pixels, taken: &impl Fn() -> f64) -> Result<Vec<EpochRow>> {
        loop {
            let Stage::Epoch(epoch) = &self.stage else { return Ok(Vec::new()) };
            let (met, judged) = (epoch.met, epoch.judged);
            let is_over = if met < epoch.order.len() {
                self.step(pixels)?;
                false
            } else if judged < self.batches.data.val.len() {
                self.judge(pixels)?;
                false
            } else {
                true
            };
            let Stage::Epoch(epoch) = &mut self.stage else { return Ok(Vec::new()) };
            epoch.queued += 1;
            if is_over {
                return self.end_epoch(taken).await;
            }
            // On the CPU everything is done already, and nothing is waited for.
            let limit = if self.kind == DeviceKind::Gpu { self.queue } else { 1 };
            if epoch.queued >= limit {
                let number = epoch.number;
                let tally = if number == 0 { &epoch.val } else { &epoch.train };
                let [loss, _] = tally.read().await?; // on a GPU: a readback, which waits for all that was queued
                self.queue = next_queue(self.queue, epoch.queued, taken());
                epoch.queued = 0;
                if number > 0 && !loss.is_finite() {
                    return Err(self.diverged());
                }
                return Ok(Vec::new());
            }
        }
    }

    /// A micro-batch of a step: forward, loss, backward; after the last one the update.
    fn step(&mut self, pixels: &Pixels) -> Result<()> {
        let Stage::Epoch(epoch) = &mut self.stage else { return Ok(()) };
        let (batches, settings) = (&self.batches, &self.settings);
        if epoch.micro_batches.is_empty() {
            let batch = batches.plan.next_batch(epoch.order.len() - epoch.met, settings.batch);
            epoch.micro_batches = batches.plan.micro_batches(batch).collect();
            epoch.micro_batches.reverse();
            epoch.weight = epoch.order[epoch.met..][..batch].iter().map(|&at| batches.weight(Place::Train(at))).sum();
        }
        let Some(&count) = epoch.micro_batches.last() else { return Ok(()) };
        let places: Vec<Place> = epoch.order[epoch.met..][..count].iter().map(|&at| Place::Train(at)).collect();
        let activation = batches.activation(self.stepper.network(), pixels, &places, Some(epoch.number))?;
        let targets = batches.targets(&places, &self.device);
        let share = if epoch.weight > 0.0 { targets.weight / epoch.weight } else { 1.0 };
        let seed = augment::seed(settings.seed, epoch.number, epoch.met as u64);
        self.stepper.gather(activation, targets, share, seed, &mut epoch.train);
        epoch.met += count;
        epoch.micro_batches.pop();
        if epoch.micro_batches.is_empty() {
            self.stepper.step(self.course.rate(usize::try_from(self.steps).unwrap_or(usize::MAX)));
            self.steps += 1;
        }
        Ok(())
    }

    /// A micro-batch of the validation photos.
    fn judge(&mut self, pixels: &Pixels) -> Result<()> {
        let Stage::Epoch(epoch) = &mut self.stage else { return Ok(()) };
        let batches = &self.batches;
        let until = (epoch.judged + batches.plan.micro_batch).min(batches.data.val.len());
        let places: Vec<Place> = (epoch.judged..until).map(Place::Val).collect();
        let activation = batches.activation(self.stepper.network(), pixels, &places, None)?;
        self.stepper.judge(activation, batches.plain_targets(&places, &self.device), &mut epoch.val);
        epoch.judged = until;
        Ok(())
    }

    /// The epoch's row; notices the best, and the end.
    async fn end_epoch(&mut self, taken: &impl Fn() -> f64) -> Result<Vec<EpochRow>> {
        let Stage::Epoch(epoch) = &self.stage else { return Ok(Vec::new()) };
        let number = epoch.number;
        let [[train, right], [val, val_right]] = Tally::read_all([&epoch.train, &epoch.val]).await?;
        let photos = |count: usize| count.max(1) as f32;
        let (trained, held_out) = (self.batches.data.train.len(), self.batches.data.val.len());
        let validated = held_out > 0;
        let (train_loss, val_loss) = (train / photos(trained), val / photos(held_out));
        if number == 0 {
            return self.keep_start(val_loss).await;
        }
        let loss = if validated { val_loss } else { train_loss };
        let name = self.head_epochs + number;
        if !(train_loss.is_finite() && loss.is_finite()) {
            return Err(self.diverged());
        }
        // On a GPU: the network is read back for whatever may come.
        let state = match self.kind {
            DeviceKind::Gpu => Some(Arc::new(self.network().state().await?)),
            DeviceKind::Cpu => None,
        };
        if is_better(validated, name, loss, self.best_epoch, self.best_loss, usize::MAX) {
            self.keep_best(name, loss, state.clone()).await?;
        }
        self.epochs = name;
        let row = EpochRow {
            epoch: name,
            train_loss,
            train_accuracy: right / photos(trained),
            val_loss: validated.then_some(val_loss),
            val_accuracy: validated.then_some(val_right / photos(held_out)),
            seconds: (self.milliseconds + taken()) / 1e3,
            steps: self.steps(),
        };
        // Patience begins with the blocks: that the head alone was better for a moment must not end them.
        let since = name - self.best_epoch.max(self.head_epochs);
        self.stage = if validated && self.settings.patience.is_some_and(|patience| since >= patience) {
            self.ended = Some(Ended::Early);
            Stage::Over
        } else if number >= self.settings.epochs {
            self.ended = Some(Ended::Done);
            Stage::Over
        } else {
            Stage::Epoch(self.epoch(number + 1))
        };
        self.keep_checkpoint(state).await?;
        Ok(vec![row])
    }

    /// The network as it was given was judged: it is the best so far, if its `loss` is a number.
    async fn keep_start(&mut self, loss: f32) -> Result<Vec<EpochRow>> {
        let state = self.unproven.initial.clone().or(self.initial.clone());
        if loss.is_finite() {
            self.keep_best(0, loss, state.clone()).await?;
        }
        self.stage = Stage::Epoch(self.epoch(1));
        self.keep_checkpoint(state).await?;
        Ok(Vec::new())
    }

    /// For a GPU that may be lost. `state`: the network's values, where they were read already.
    pub(super) async fn keep_checkpoint(&mut self, state: Option<Arc<crate::network::State>>) -> Result<()> {
        if self.kind == DeviceKind::Cpu {
            return Ok(());
        }
        let network = match state {
            Some(state) => state,
            None => Arc::new(self.network().state().await?),
        };
        let best = match &self.best {
            Some(Kept::State(state)) => Some((self.best_epoch, self.best_loss, state.clone())),
            _ => None,
        };
        self.unproven.checkpoint = Some(Checkpoint {
            epoch: self.epochs,
            head_epochs: self.head_epochs,
            steps: [self.steps, self.head_steps],
            network,
            best,
            optimizer: self.stepper.remembered().await?.into(),
            ended: self.ended,
        });
        Ok(())
    }
}
