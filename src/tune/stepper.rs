//! A network with its optimizer: micro-batches in, steps out.

use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor};

use super::batch::Targets;
use super::optimizer::{Optimizer, Remembered};
use super::tally::Tally;
use crate::error::Result;
use crate::head::Head;
use crate::kernels::cross_entropy::{correct, cross_entropy};
use crate::network::{Mode, Network, State};
use crate::project::TrainSettings;

/// What is trained, and how.
pub(super) struct Stepper {
    /// There between calls: the optimizer takes it and gives it back, so that it can be changed in place.
    network: Option<Network>,
    from: usize,
    optimizer: Optimizer,
    gathered: GradientsAccumulator<Network>,
    settings: TrainSettings,
}

impl Stepper {
    /// Trains the blocks of `network` from `from` on, and its head.
    pub fn new(network: Network, from: usize, settings: &TrainSettings) -> Self {
        let network = network.trainable(from);
        Self {
            optimizer: Optimizer::new(&network, from, settings),
            network: Some(network),
            from,
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
        self.network = Some(self.optimizer.step(network, self.gathered.grads(), rate));
    }

    /// Adds to `tally` what [`Self::gather`] would with `network` instead, without gradients.
    pub fn look(&self, network: &Network, activation: Tensor<4>, targets: Targets, seed: u64, tally: &mut Tally) {
        let logits = network.forward(activation, self.from, Mode::Train { dropout: seed }).logits.inner();
        let Targets { probabilities, weights, temperature, weight, labels } = targets;
        let right = correct(logits.clone(), labels, network.classes());
        let loss = cross_entropy(logits, probabilities, weights, network.classes(), temperature);
        tally.add(loss, weight, right);
    }

    /// Loss and right answers of photos that are not trained on, into `tally`.
    pub fn judge(&self, activation: Tensor<4>, targets: Targets, tally: &mut Tally) {
        let network = self.network();
        let logits = network.forward(activation, self.from, Mode::Infer).logits;
        let right = correct(logits.clone(), targets.labels, network.classes());
        let loss = cross_entropy(logits, targets.probabilities, targets.weights, network.classes(), 1.0);
        tally.add(loss, targets.weight, right);
    }

    /// What the optimizer remembers, read back.
    ///
    /// # Errors
    /// As [`Optimizer::remembered`].
    pub async fn remembered(&self) -> Result<Remembered> {
        self.optimizer.remembered().await
    }

    /// Goes on from `state` on `device`, with what the optimizer remembered then.
    ///
    /// # Errors
    /// As [`Network::load_state`].
    pub fn resume(&mut self, state: &State, remembered: Option<&Remembered>, device: &Device) -> Result<()> {
        let network = self.network().load_state(state, device)?;
        self.network = Some(network);
        self.gathered = GradientsAccumulator::new();
        match remembered {
            Some(remembered) => self.optimizer.remember(remembered, device),
            None => self.optimizer.forget(),
        }
        Ok(())
    }
}

impl std::fmt::Debug for Stepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepper").field("from", &self.from).finish_non_exhaustive()
    }
}
