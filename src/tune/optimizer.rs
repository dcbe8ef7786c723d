//! What turns gradients into steps: a rate for each parameter, the step of a tensor fused into one kernel, and averages that can be read back.
//!
//! [`update`](crate::kernels::update) says what Burn's own optimizers do in a dozen elementwise operations; its tests hold it to them. The loop over
//! the parameters is here, too, rather than Burn's `ModuleOptimizer`: that one's averages can be read only by waiting for the device, which
//! a browser does not allow, and a run that goes on after a lost GPU would begin them anew, with steps many times too large.

use std::collections::HashMap;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::cache::failed;
use crate::error::Result;
use crate::kernels::update::{self, Constants};
use crate::network::Network;
use crate::project::{OptimizerKind, TrainSettings};

/// No block's learning rate is smaller than this share of the head's: what moves less does not move.
const LEAST: f32 = 1e-3;

/// An optimizer of a network's trained parameters.
#[derive(Debug)]
pub(super) struct Optimizer {
    kind: OptimizerKind,
    momentum: f32,
    decay: f32,
    clip: f32,
    /// What each parameter's learning rate is of the head's.
    shares: HashMap<ParamId, f32>,
    averages: HashMap<ParamId, Averages>,
}

/// What is remembered of a parameter's gradients, its axes in a row.
#[derive(Debug)]
struct Averages {
    /// Steps so far.
    time: u32,
    /// Adam's mean of gradients, or momentum's velocity.
    first: Tensor<1>,
    /// Adam's mean of squared gradients.
    second: Option<Tensor<1>>,
}

/// All that an optimizer remembers, off the device.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Remembered(Vec<(ParamId, u32, Vec<Vec<f32>>)>);

impl Optimizer {
    /// The optimizer that the settings ask for, for the blocks of `network` from `from` on and its head. It remembers nothing yet.
    pub fn new(network: &Network, from: usize, settings: &TrainSettings) -> Self {
        let TrainSettings { optimizer: kind, momentum, weight_decay: decay, clip, lr_factor, .. } = *settings;
        let groups: Vec<Vec<ParamId>> = network.groups().into_iter().skip(from).collect();
        let shares = shares(groups.len(), lr_factor);
        let of_group = |(group, share): (Vec<ParamId>, f32)| group.into_iter().map(move |id| (id, share));
        Self {
            kind,
            momentum,
            decay,
            clip: clip.unwrap_or(f32::INFINITY),
            shares: groups.into_iter().zip(shares).flat_map(of_group).collect(),
            averages: HashMap::new(),
        }
    }

    /// One step; `rate`: the head's. What has no gradient stays as it is.
    pub fn step(&mut self, network: Network, gradients: GradientsParams, rate: f32) -> Network {
        network.map(&mut Step { optimizer: self, gradients, rate })
    }

    /// Forgets all gradients so far.
    pub fn forget(&mut self) {
        self.averages.clear();
    }

    /// Reads back what is remembered, with one wait for the device.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::error::ErrorKind::Device) where the device failed.
    pub async fn remembered(&self) -> Result<Remembered> {
        if self.averages.is_empty() {
            return Ok(Remembered::default());
        }
        let mut transaction = Transaction::default();
        let mut told = Vec::with_capacity(self.averages.len());
        for (id, Averages { time, first, second }) in &self.averages {
            for tensor in [first].into_iter().chain(second) {
                transaction = transaction.register(tensor.clone());
            }
            told.push((*id, *time, 1 + usize::from(second.is_some())));
        }
        let read = transaction.execute_async().await.map_err(|error| failed(error.to_string()))?;
        let values = |data: TensorData| data.try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")));
        let mut read = read.into_iter().map(values);
        let mut remembered = Vec::with_capacity(told.len());
        for (id, time, count) in told {
            remembered.push((id, time, read.by_ref().take(count).collect::<Result<_>>()?));
        }
        Ok(Remembered(remembered))
    }

    /// Goes on with what [`Self::remembered`] gave, on `device`.
    pub fn remember(&mut self, remembered: &Remembered, device: &Device) {
        let tensor = |values: &Vec<f32>| Tensor::from_data(TensorData::new(values.clone(), [values.len()]), device);
        let averages = |(id, time, tensors): &(ParamId, u32, Vec<Vec<f32>>)| {
            let mut tensors = tensors.iter().map(tensor);
            Some((*id, Averages { time: *time, first: tensors.next()?, second: tensors.next() }))
        };
        self.averages = remembered.0.iter().filter_map(averages).collect();
    }
}

impl Remembered {
    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.0.iter().flat_map(|(_, _, tensors)| tensors).map(|values| values.len() * size_of::<f32>()).sum()
    }
}

/// A step under way.
struct Step<'a> {
    optimizer: &'a mut Optimizer,
    gradients: GradientsParams,
    /// The head's.
    rate: f32,
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(gradient) = self.gradients.remove::<D>(param.id) else { return param };
        let shape = param.dims();
        let count: usize = shape.iter().product();
        // Taken out of the parameter: what nobody else holds is changed in place.
        let (id, tensor, _) = param.consume();
        let (tensor, gradient) = (tensor.without_autodiff().reshape([count]), gradient.reshape([count]));

        let Optimizer { kind, momentum, decay, clip, shares, averages } = &mut *self.optimizer;
        // Biases, and batch norm's scale and shift, have one axis: decay spares them.
        let decay = if D == 1 { 0.0 } else { *decay };
        let (decay, decoupled) = if *kind == OptimizerKind::AdamW { (0.0, decay) } else { (decay, 0.0) };
        let rate = self.rate * shares.get(&id).copied().unwrap_or(1.0);
        let constants = Constants { rate, decay, decoupled, clip: *clip };
        let Averages { time, first, second } = averages.remove(&id).unwrap_or_else(|| {
            let zeros = || Tensor::zeros([count], &tensor.device());
            Averages { time: 0, first: zeros(), second: (*kind != OptimizerKind::Sgd).then(zeros) }
        });
        let time = time.saturating_add(1);
        let (tensor, first, second) = match second {
            Some(second) => {
                let (tensor, [first, second]) = update::adam(tensor, gradient, [first, second], time, constants);
                (tensor, first, Some(second))
            }
            None => {
                let (tensor, first) = update::momentum(tensor, gradient, first, *momentum, constants);
                (tensor, first, None)
            }
        };
        averages.insert(id, Averages { time, first, second });
        Param::initialized(id, tensor.reshape(shape).autodiff().require_grad())
    }
}

/// What each group's rate is of the last one's; `factor`: by how much each is smaller than that of the group behind it.
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
