//! Before the first step: what the frozen blocks put out, once for each photo; and the head alone.

use super::epoch::Epoch;
use super::{Stage, Tuner};
use crate::architecture::LOOKED_AT;
use crate::error::Result;
use crate::head::{Trainer, TrainingData};
use crate::network::Mode;
use crate::project::TrainSettings;
use crate::protocol::{DeviceKind, EpochRow};
use crate::tune::cache::read;
use crate::tune::data::Place;
use crate::tune::{Caching, Pixels};

/// How far it is.
#[derive(Debug, Default)]
pub(super) struct Preparing {
    /// Photos done: training, then validation.
    train: usize,
    val: usize,
    /// Embeddings of those, `[N, E]`, for the head alone.
    embeddings: [Vec<f32>; 2],
}

impl Preparing {
    pub fn done(&self) -> usize {
        self.train + self.val
    }
}

impl Tuner {
    /// Does the head alone train first, or only the head at all, on embeddings?
    fn begins_with_head(&self) -> bool {
        self.is_head_only() || self.head_comes_first()
    }

    /// Is the head trained alone before the blocks?
    fn head_comes_first(&self) -> bool {
        self.settings.head_first > 0 && self.plan().from < self.network().design().blocks.len()
    }

    /// Is the head still to be trained alone before the blocks, or being trained?
    pub(in crate::tune) fn is_before_blocks(&self) -> bool {
        self.head_comes_first() && matches!(self.stage, Stage::Preparing(_) | Stage::Head(_))
    }

    /// Trains until `enough()`, as [`Self::advance`] does, but no further than the head alone.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub(in crate::tune) async fn advance_head(
        &mut self,
        pixels: &Pixels,
        mut enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<()> {
        while self.is_before_blocks() {
            self.slice(pixels, &mut enough, &now_ms).await?;
            if enough() {
                break;
            }
        }
        Ok(())
    }

    /// Is there nothing to train but a head on photos as they are?
    fn is_head_only(&self) -> bool {
        self.plan().from == self.network().design().blocks.len() && self.settings.augmentation.is_off()
    }

    /// Which training and validation photos go through the frozen blocks before the first step.
    fn to_prepare(&self) -> [usize; 2] {
        let (train, val) = (self.batches.data.train.len(), self.batches.data.val.len());
        match self.plan().caching {
            _ if self.begins_with_head() => [train, val],
            Caching::All => [train, val],
            Caching::Validation => [0, val],
            Caching::Nothing => [0, 0],
        }
    }

    pub(super) fn photos_to_prepare(&self) -> usize {
        self.to_prepare().iter().sum()
    }

    /// One batch; then the next stage.
    pub(super) async fn prepare(&mut self, pixels: &Pixels) -> Result<()> {
        if self.kind == DeviceKind::Gpu && self.initial.is_none() && self.unproven.initial.is_none() {
            self.unproven.initial = Some(self.network().state().await?.into()); // a readback, once a run
        }
        let [train, val] = self.to_prepare();
        let Stage::Preparing(preparing) = &self.stage else { return Ok(()) };
        let next = |done: usize, all: usize| done..(done + LOOKED_AT).min(all);
        let (side, places): (usize, Vec<Place>) = if preparing.train < train {
            (0, next(preparing.train, train).map(Place::Train).collect())
        } else {
            (1, next(preparing.val, val).map(Place::Val).collect())
        };
        let Some(&first) = places.first() else { return self.after_preparing().await };

        let is_kept = match (self.plan().caching, first) {
            (Caching::All, _) => true,
            (Caching::Validation, Place::Val(_)) => true,
            // The embeddings themselves are kept below.
            _ => false,
        };
        let from = self.plan().from;
        let activation = self.batches.activation(self.network(), pixels, &places, None)?;
        let mut rows = Vec::new();
        if self.begins_with_head() {
            let width = self.network().design().embedding();
            let embedding = self.network().forward(activation.clone(), from, Mode::Infer).embedding; // [N, 1, 1, E']
            let [_, _, _, padded] = embedding.dims();
            rows = read(embedding).await?.chunks_exact(padded).flat_map(|row| row[..width].to_vec()).collect();
        }
        if is_kept && !self.is_head_only() {
            self.batches.cache.push(first, activation).await?;
        }
        if let Stage::Preparing(preparing) = &mut self.stage {
            preparing.embeddings[side].append(&mut rows);
            *if side == 0 { &mut preparing.train } else { &mut preparing.val } += places.len();
        }
        Ok(())
    }

    async fn after_preparing(&mut self) -> Result<()> {
        if !self.begins_with_head() {
            let is_judged = self.goes_on && !self.batches.data.val.is_empty();
            self.stage = Stage::Epoch(if is_judged { Epoch::new(0, Vec::new()) } else { self.epoch(1) });
            return Ok(());
        }
        // Only a head alone goes on from one: see `going_on`.
        let start = if self.goes_on { Some(self.network().head().await?) } else { None };
        let Stage::Preparing(preparing) = &mut self.stage else { return Ok(()) };
        let [train, val] = std::mem::take(&mut preparing.embeddings);
        let labels = |samples: &[(u64, u32)]| samples.iter().map(|&(_, label)| label).collect();
        let data = &self.batches.data;
        let data = TrainingData {
            classes: data.classes,
            width: self.network().design().embedding(),
            train,
            train_labels: labels(&data.train),
            val,
            val_labels: labels(&data.val),
        };
        let settings = if self.is_head_only() { self.settings.clone() } else { head_settings(&self.settings) };
        let trainer = Trainer::new(data, &settings, start.as_ref(), &self.device, self.kind)?;
        self.stage = Stage::Head(Box::new(trainer));
        Ok(())
    }

    /// Epochs of the head alone; then, with that head, the next stage.
    pub(super) async fn train_head(
        &mut self,
        enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Vec<EpochRow>> {
        let before = self.milliseconds / 1e3;
        let Stage::Head(trainer) = &mut self.stage else { return Ok(Vec::new()) };
        // Its own clock begins with it, and stands still between calls as this one's does.
        let offset = before - trainer.seconds();
        let rows = trainer.advance(enough, now_ms).await?;
        let rows: Vec<EpochRow> =
            rows.into_iter().map(|row| EpochRow { seconds: row.seconds + offset, ..row }).collect();
        (self.epochs, self.head_epochs, self.head_steps) = (trainer.epochs(), trainer.epochs(), trainer.steps());
        let is_new = trainer.best_epoch() > self.best_epoch;
        let best = rows.iter().find(|row| row.epoch == trainer.best_epoch()).copied();
        if !(trainer.is_finished() || is_new) {
            return Ok(rows);
        }
        // Between slices the head is put into the network, so that a stop finds it there.
        let (head, ended) = (trainer.head().await?, trainer.is_finished().then(|| trainer.ended()));
        self.stepper = self.stepper.with_head(&head)?;
        if let Some(row) = best.filter(|_| is_new) {
            self.keep_best(row.epoch, row.val_loss.unwrap_or(row.train_loss), None).await?;
        }
        if let Some(ended) = ended {
            if self.is_head_only() {
                self.ended = Some(ended);
                self.stage = Stage::Over;
            } else {
                self.stage = Stage::Epoch(self.epoch(1));
                self.keep_checkpoint(None).await?;
            }
        }
        Ok(rows)
    }

    /// Epoch `epoch`, counted from 1 without those of the head alone.
    pub(super) fn epoch(&self, epoch: usize) -> Epoch {
        Epoch::new(epoch, self.batches.data.order(self.settings.seed, epoch))
    }
}

/// How the head alone is trained before the blocks: as it is by default, for as long as was asked.
fn head_settings(settings: &TrainSettings) -> TrainSettings {
    TrainSettings {
        head: settings.head,
        epochs: settings.head_first,
        patience: None,
        class_weights: settings.class_weights,
        label_smoothing: settings.label_smoothing,
        seed: settings.seed,
        ..TrainSettings::default()
    }
}
