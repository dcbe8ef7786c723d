//! Everything that training can go on from after its device was lost: the values of the last finished epoch, off the device.

use std::sync::Arc;

use super::optimizer::Remembered;
use crate::network::State;
use crate::protocol::Ended;

/// A run after an epoch.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// Epochs finished, those of the head alone counted; 0: none.
    pub(super) epoch: usize,
    /// Epochs finished in which the head alone was trained.
    pub(super) head_epochs: usize,
    /// Steps since the head alone was trained, and those of that.
    pub(super) steps: [u64; 2],
    /// The network.
    pub(super) network: Arc<State>,
    /// The best epoch, its loss, and its network.
    pub(super) best: Option<(usize, f32, Arc<State>)>,
    /// What the optimizer remembered.
    pub(super) optimizer: Arc<Remembered>,
    /// Why training ended, if that was the last epoch.
    pub(super) ended: Option<Ended>,
}

impl Checkpoint {
    /// Epochs that were finished.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let best = self.best.as_ref().filter(|(_, _, best)| !Arc::ptr_eq(best, &self.network));
        self.network.bytes() + best.map_or(0, |(_, _, best)| best.bytes()) + self.optimizer.bytes()
    }
}
