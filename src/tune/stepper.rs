//! A network with its optimizer: micro-batches in, steps out.

use burn::optim::{GradientsAccumulator, GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Device, Tensor};

use super::batch::Targets;
use super::optimizer::{Fused, Rates};
use super::tally::Tally;
use crate::error::Result;
use crate::head::Head;
use crate::kernels::cross_entropy::{correct, cross_entropy};
use crate::network::{Mode, Network, State};
use crate::project::TrainSettings;

/// What is trained, and how.
pub(super) struct Stepper {
    /// There between calls: Burn's optimizer takes a module and gives it back, so that it can be changed in place.
    network: Option<Network>,
    from: usize,
    rates: Rates,
    optimizer: ModuleOptimizer,
    gathered: GradientsAccumulator<Network>,
    settings: TrainSettings,
}

impl Stepper {
    /// Trains the blocks of `network` from `from` on, and its head.
    pub fn new(network: Network, from: usize, settings: &TrainSettings) -> Self {
        let network = network.trainable(from);
        Self {
            rates: Rates::new(&network, from, settings.lr_factor),
            network: Some(network),
            from,
            optimizer: Fused::of(settings),
            gathered: GradientsAccumulator::new(),
            settings: settings.clone(),
        }
    }

    pub fn network(&self) -> &Network {
        self.network.as_ref().expect("the network is there between calls")
    }

    /// The same with another head, its optimizer's averages forgotten.
    ///
    /// # Errors
    /// As [`Network::with_head`].
    pub fn with_head(&self, head: &Head) -> Result<Self> {
        Ok(Self::new(self.network().clone().with_head(head)?, self.from, &self.settings))
    }

    /// Gradients of a micro-batch, added to those of the step. `share`: of the batch's weights; `seed`: decides what a hidden head drops.
    pub fn gather(&mut self, activation: Tensor<4>, targets: Targets, share: f32, seed: u64, tally: &mut Tally) {
        let network = self.network.as_mut().expect("the network is there between calls");
        let classes = network.classes();
        let output = network.forward(activation, self.from, Mode::Train { dropout: seed });
        let right = correct(output.logits.clone().inner(), targets.labels, classes);
        let Targets { probabilities, weights, temperature, weight, .. } = targets;
        let loss = cross_entropy(output.logits, probabilities, weights, classes, temperature);
        tally.add(loss.clone(), weight, right);
        let loss = if share == 1.0 { loss } else { loss * share };
        let gradients = GradientsParams::from_grads(loss.backward(), network);
        self.gathered.accumulate(network, gradients);
        network.observe(output.moments);
    }

    /// One step with what was gathered. `rate`: the head's.
    pub fn step(&mut self, rate: f32) {
        let network = self.network.take().expect("the network is there between calls");
        self.network = Some(self.optimizer.step(self.rates.at(rate), network, self.gathered.grads()));
    }

    /// Loss and right answers of photos that are not trained on, into `tally`.
    pub fn judge(&self, activation: Tensor<4>, targets: Targets, tally: &mut Tally) {
        let network = self.network();
        let logits = network.forward(activation, self.from, Mode::Infer).logits;
        let right = correct(logits.clone(), targets.labels, network.classes());
        let loss = cross_entropy(logits, targets.probabilities, targets.weights, network.classes(), 1.0);
        tally.add(loss, targets.weight, right);
    }

    /// What the optimizer remembers, off the device; nothing in a browser, where a GPU's memory cannot be read while one waits.
    pub fn optimizer_state(&self) -> Option<Vec<u8>> {
        if cfg!(target_arch = "wasm32") {
            return None;
        }
        self.optimizer.into_bytes().ok().map(|bytes| bytes.to_vec())
    }

    /// Goes on from `state` on `device`; without the optimizer's state its averages begin anew.
    ///
    /// # Errors
    /// As [`Network::load_state`].
    pub fn resume(&mut self, state: &State, optimizer: Option<&[u8]>, device: &Device) -> Result<()> {
        let network = self.network().load_state(state, device)?;
        self.network = Some(network);
        self.gathered = GradientsAccumulator::new();
        let fresh = || Fused::of(&self.settings);
        let kept = optimizer.filter(|_| cfg!(not(target_arch = "wasm32")));
        let restored = kept.and_then(|bytes| fresh().from_bytes(Bytes::from_bytes_vec(bytes.to_vec())).ok());
        self.optimizer = restored.unwrap_or_else(fresh);
        Ok(())
    }
}

impl std::fmt::Debug for Stepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepper").field("from", &self.from).finish_non_exhaustive()
    }
}
