//! Adam over all parameters of a network, in a form that a checkpoint can hold.

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{Gradients, Tensor, TensorData};

use crate::kernels::update::{self, Constants};
use crate::network::Network;

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019, <https://arxiv.org/abs/1711.05101>).
#[derive(Debug, Clone, Default)]
pub struct Adam {
    /// The two running means of each trained parameter, in the network's order.
    moments: Vec<[Tensor<1>; 2]>,
    /// Steps so far.
    steps: u32,
}

impl Adam {
    /// Takes a step at this `rate`; `decay` pulls at the weights, not at biases and batch norm's numbers.
    pub fn step(&mut self, network: Network, gradients: Gradients, rate: f32, decay: f32) -> Network {
        self.steps += 1;
        let weights = network.weights();
        let moments = std::mem::take(&mut self.moments).into_iter();
        let mut step = Step { gradients, weights, before: moments, after: Vec::new(), time: self.steps, rate, decay };
        let network = network.map(&mut step);
        self.moments = step.after;
        network
    }

    /// The running means, two a parameter, and the number of steps.
    pub fn state(&self) -> (Vec<Vec<f32>>, u32) {
        let values = |tensor: &Tensor<1>| tensor.clone().into_data().try_to_vec::<f32>().unwrap_or_default(); // made of f32
        (self.moments.iter().flatten().map(values).collect(), self.steps)
    }

    /// The optimizer as [`Self::state`] had it, for a network on the same device.
    pub fn from_state(values: &[Vec<f32>], steps: u32, network: &Network) -> Self {
        let device = network.device();
        let tensor = |values: &Vec<f32>| Tensor::from_data(TensorData::new(values.clone(), [values.len()]), &device);
        let moments = values.as_chunks::<2>().0.iter().map(|pair| pair.each_ref().map(tensor)).collect();
        Self { moments, steps }
    }
}

struct Step {
    gradients: Gradients,
    weights: Vec<ParamId>,
    before: std::vec::IntoIter<[Tensor<1>; 2]>,
    after: Vec<[Tensor<1>; 2]>,
    time: u32,
    rate: f32,
    decay: f32,
}

impl ModuleMapper for Step {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let value = param.val();
        if !value.is_require_grad() {
            return param;
        }
        let shape = param.dims();
        let count = shape.iter().product::<usize>();
        let Some(gradient) = value.grad_remove(&mut self.gradients) else {
            return param; // every trained parameter has one
        };
        let plain = value.without_autodiff().reshape([count]);
        let zeros = || Tensor::zeros([count], &plain.device());
        let moments = self.before.next().unwrap_or_else(|| [zeros(), zeros()]);
        let decay = if self.weights.contains(&param.id) { self.decay } else { 0.0 };
        let constants = Constants { rate: self.rate, decay: 0.0, decoupled: decay, clip: f32::INFINITY };
        let (plain, moments) = update::adam(plain, gradient.reshape([count]), moments, self.time, constants);
        self.after.push(moments);
        Param::initialized(param.id, plain.reshape(shape).autodiff().require_grad())
    }
}
