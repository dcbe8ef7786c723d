//! Goes on after a device was lost.

use burn::tensor::Device;

use super::prepare::Preparing;
use super::{Kept, Stage, Tuner, Unproven};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::DeviceKind;
use crate::tune::Checkpoint;

impl Tuner {
    /// The values of the last finished epoch, off the device. Made after every epoch on a GPU, and given once the device is known to have worked
    /// then; on the CPU, which cannot be lost, there is none.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// Is there anything that [`Self::resume`] can go on from?
    pub fn can_resume(&self) -> bool {
        self.checkpoint.is_some() || self.initial.is_some()
    }

    /// The device complained of nothing until now: what it gave counts.
    pub(crate) fn trust(&mut self) {
        let Unproven { initial, checkpoint } = std::mem::take(&mut self.unproven);
        self.initial = initial.or(self.initial.take());
        self.checkpoint = checkpoint.or(self.checkpoint.take());
    }

    /// Goes on from the last checkpoint on another device, or the same one opened anew; from the beginning where there is none. Returns the number of
    /// epochs that stay; those after it are given again by [`Self::advance`]. With a checkpoint, what was kept of the frozen blocks stays too.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where the device was lost before anything could be read from it: begin anew.
    pub fn resume(&mut self, device: &Device, kind: DeviceKind) -> Result<usize> {
        let (state, optimizer) = match (&self.checkpoint, &self.initial) {
            (Some(checkpoint), _) => (checkpoint.network.clone(), Some(checkpoint.optimizer.clone())),
            (None, Some(initial)) => (initial.clone(), None),
            (None, None) => return Err(nothing_kept()),
        };
        self.stepper.resume(&state, optimizer.as_deref(), device)?;
        (self.device, self.kind) = (device.clone(), kind);
        (self.queue, self.ended, self.failed) = (1, None, None);
        self.unproven = Unproven::default();
        let Some(checkpoint) = self.checkpoint.clone() else {
            (self.epochs, self.head_epochs, self.steps, self.head_steps) = (0, 0, 0, 0);
            (self.best_epoch, self.best_loss, self.best) = (0, f32::MAX, None);
            self.batches.cache.clear();
            self.stage = Stage::Preparing(Preparing::default());
            return Ok(0);
        };
        (self.epochs, self.head_epochs) = (checkpoint.epoch, checkpoint.head_epochs);
        [self.steps, self.head_steps] = checkpoint.steps;
        (self.best_epoch, self.best_loss, self.best) = match checkpoint.best {
            Some((epoch, loss, state)) => (epoch, loss, Some(Kept::State(state))),
            None => (0, f32::MAX, None),
        };
        self.ended = checkpoint.ended;
        self.stage = match self.ended {
            Some(_) => Stage::Over,
            None => Stage::Epoch(self.epoch(checkpoint.epoch - checkpoint.head_epochs + 1)),
        };
        Ok(checkpoint.epoch)
    }
}

fn nothing_kept() -> Error {
    let cure = "Begin the training anew.";
    Error::new(ErrorKind::Usage, "the training", "values to go on from", "none, as nothing could be read", cure)
}
