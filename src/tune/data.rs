//! What is trained on: samples with their classes, and the order they come in.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::architecture::Scope;
use crate::dataset::shuffle;
use crate::project::SampleId;

/// Samples with their classes. The photos themselves come as [`Pixels`](super::Pixels).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TuneData {
    /// Classes, `C`.
    pub classes: usize,
    /// Samples to train on, each with its class, below `C`.
    pub train: Vec<(SampleId, u32)>,
    /// Samples held out, likewise; may be empty.
    pub val: Vec<(SampleId, u32)>,
    /// A teacher's answers for the training samples, in their place: distillation. The classes above then only say what is right.
    pub soft: Option<SoftTargets>,
}

/// What a teacher says of each training sample (Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a Neural Network").
#[derive(Debug, Clone, PartialEq)]
pub struct SoftTargets {
    /// Probabilities, softened with the temperature: `[N, C]`, row-major.
    pub probabilities: Box<[f32]>,
    /// What the logits are divided by before softmax, the teacher's already were; 1 or more.
    pub temperature: f32,
}

/// A sample by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Train(usize),
    Val(usize),
}

impl TuneData {
    /// What a run is cut by.
    pub(super) fn scope(&self, on_gpu: bool) -> Scope {
        Scope { classes: self.classes, train: self.train.len(), val: self.val.len(), on_gpu }
    }

    /// The sample at a place.
    pub(super) fn sample(&self, place: Place) -> SampleId {
        match place {
            Place::Train(at) => self.train[at].0,
            Place::Val(at) => self.val[at].0,
        }
    }

    /// The class of the sample at a place.
    pub(super) fn label(&self, place: Place) -> u32 {
        match place {
            Place::Train(at) => self.train[at].1,
            Place::Val(at) => self.val[at].1,
        }
    }

    /// The training samples in the order of an epoch: the same for the same seed and epoch, whatever was before.
    pub(super) fn order(&self, seed: u32, epoch: usize) -> Vec<usize> {
        let mut rng = Pcg64::seed_from_u64(crate::augment::seed(seed, epoch, SampleId::MAX));
        let mut order: Vec<usize> = (0..self.train.len()).collect();
        shuffle(&mut order, &mut rng);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_holds_every_sample_once_and_depends_on_seed_and_epoch() {
        let data = TuneData { classes: 2, train: (0..50).map(|at| (at, 0)).collect(), ..TuneData::default() };
        let order = data.order(3, 1);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
        assert_eq!(order, data.order(3, 1));
        assert_ne!(order, data.order(3, 2));
        assert_ne!(order, data.order(4, 1));
    }
}
