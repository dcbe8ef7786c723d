//! Burn's optimizers with the step of a tensor fused into one kernel, and the learning rate of each block.
//!
//! Burn's own [`Adam`](burn::optim::Adam) says the same in a dozen elementwise operations; the tests of [`update`](crate::kernels::update) hold the
//! kernel to it. Parameters, gradients, states and groups stay Burn's.

use burn::lr_scheduler::module_lr_scheduler::{ModuleLearningRate, ModuleLrScheduler};
use burn::module::ParamGroup;
use burn::optim::{LearningRate, ModuleOptimizer, Optimizer, RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor, TensorData};

use crate::device;
use crate::kernels::update::{self, Constants};
use crate::network::Network;
use crate::project::{OptimizerKind, TrainSettings};

/// No block's learning rate is smaller than this share of the head's: what moves less does not move.
const LEAST: f32 = 1e-3;

/// What turns a tensor's gradient into its step.
#[derive(Debug, Clone)]
pub(super) struct Fused {
    kind: OptimizerKind,
    momentum: f32,
    decay: f32,
    clip: f32,
}

/// What is remembered of a tensor's gradients.
#[derive(Debug, Clone)]
pub(super) struct Averages<const D: usize> {
    /// Steps so far.
    time: u32,
    /// Adam's mean of gradients, or momentum's velocity.
    first: Tensor<D>,
    /// Adam's mean of squared gradients.
    second: Option<Tensor<D>>,
}

impl Fused {
    /// The optimizer that the settings ask for.
    pub fn of(settings: &TrainSettings) -> ModuleOptimizer {
        let TrainSettings { optimizer: kind, momentum, weight_decay: decay, clip, .. } = *settings;
        ModuleOptimizer::from(Self { kind, momentum, decay, clip: clip.unwrap_or(f32::INFINITY) })
    }
}

impl Optimizer for Fused {
    type State<const D: usize> = Averages<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Averages<D>>,
    ) -> (Tensor<D>, Option<Averages<D>>) {
        // Biases, and batch norm's scale and shift, have one axis: decay spares them.
        let decay = if D == 1 { 0.0 } else { self.decay };
        let is_adam = self.kind != OptimizerKind::Sgd;
        let state = state.unwrap_or_else(|| {
            let zeros = || Tensor::zeros(tensor.dims(), &tensor.device());
            Averages { time: 0, first: zeros(), second: is_adam.then(zeros) }
        });
        let (decay, decoupled) = if self.kind == OptimizerKind::AdamW { (0.0, decay) } else { (decay, 0.0) };
        let constants = Constants { rate: rate as f32, decay, decoupled, clip: self.clip };
        let Averages { time, first, second } = state;
        let time = time.saturating_add(1);
        match second {
            Some(second) => {
                let (tensor, [first, second]) = update::adam(tensor, gradient, [first, second], time, constants);
                (tensor, Some(Averages { time, first, second: Some(second) }))
            }
            None => {
                let (tensor, first) = update::momentum(tensor, gradient, first, self.momentum, constants);
                (tensor, Some(Averages { time, first, second: None }))
            }
        }
    }

    fn to_device<const D: usize>(state: Averages<D>, device: &Device) -> Averages<D> {
        // A tensor that is there already must not be held twice: it is changed in place.
        let moved = |tensor: Tensor<D>| if tensor.device() == *device { tensor } else { tensor.to_device(device) };
        Averages { time: state.time, first: moved(state.first), second: state.second.map(moved) }
    }
}

/// By hand, as Burn's derivation puts what it reads on the default device, which would open a GPU; [`Optimizer::to_device`] moves it on.
impl<const D: usize> RecordState for Averages<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_tensor(prefix, "time", TensorData::from([self.time as f32]));
        out.push_tensor(prefix, "first", self.first.to_data());
        if let Some(second) = &self.second {
            out.push_tensor(prefix, "second", second.to_data());
        }
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, _: &Device) -> Option<Self> {
        let cpu = device::cpu();
        let time = source.take_tensor(prefix, "time")?.try_to_vec::<f32>().ok()?;
        let first = Tensor::from_data(source.take_tensor(prefix, "first")?, &cpu);
        let second = source.take_tensor(prefix, "second").map(|data| Tensor::from_data(data, &cpu));
        Some(Self { time: *time.first()? as u32, first, second })
    }
}

/// The learning rates of the blocks from the first trained one on, the head last.
pub(super) struct Rates {
    groups: Vec<ParamGroup>,
    shares: Vec<f32>,
}

impl Rates {
    /// `factor`: by how much each block's rate is smaller than that of the block behind it.
    pub fn new(network: &Network, from: usize, factor: f32) -> Self {
        let groups: Vec<ParamGroup> = network.groups().into_iter().skip(from).map(ParamGroup::from_ids).collect();
        let shares = shares(groups.len(), factor);
        Self { groups, shares }
    }

    /// Those of a step; `rate`: the head's.
    pub fn at(&self, rate: f32) -> ModuleLearningRate {
        let groups = self.groups.iter().zip(&self.shares);
        let course = ModuleLrScheduler::new(f64::from(rate));
        groups.fold(course, |course, (group, share)| course.with_group(group.clone(), f64::from(rate * share))).step()
    }
}

/// What each group's rate is of the last one's.
fn shares(groups: usize, factor: f32) -> Vec<f32> {
    (0..groups).rev().map(|distance| factor.powi(-(distance.min(1 << 10) as i32)).max(LEAST)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_blocks_learn_slower_down_to_a_thousandth() {
        assert_eq!(shares(4, 10.0), [1e-3, 1e-2, 1e-1, 1.0].map(|share: f32| share));
        assert_eq!(shares(3, 1.0), [1.0; 3]);
        assert_eq!(shares(20, 3.0)[..10], [1e-3; 10]);
    }
}
