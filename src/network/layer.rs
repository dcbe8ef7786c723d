//! One layer: its weights on a device, and the kernel it runs through.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use super::layout::{Layout, pad};
use super::norm::{Norm, constant};
use crate::architecture::{self, Activation, Operation};
use crate::kernels::window::Padding;
use crate::kernels::{
    average_pool::average_pool, convolution::convolution, depthwise, global_average, max_pool::max_pool, pointwise,
};

/// A layer of a [`Network`](super::Network).
#[derive(Module, Debug)]
pub struct Layer {
    #[module(skip)]
    pub(super) plan: architecture::Layer,
    #[module(skip)]
    pub(super) layout: Option<Layout>,
    /// `[C_out' / 8, rows, 8]`, of all layers with weights but depthwise ones.
    pub(super) panels: Option<Param<Tensor<3>>>,
    /// `[9, C']`, of depthwise ones.
    pub(super) taps: Option<Param<Tensor<2>>>,
    /// `[C_out']`; zero and not trained where there is a batch norm, whose β it would only repeat.
    pub(super) bias: Option<Param<Tensor<1>>>,
    pub(super) norm: Option<Norm>,
}

/// The statistics of a batch at one layer.
#[derive(Debug, Clone)]
pub struct Moments {
    /// Index of the block.
    pub(super) block: usize,
    /// Index of the layer in it.
    pub(super) layer: usize,
    /// `[C']`.
    pub(super) mean: Tensor<1>,
    /// `[C']`.
    pub(super) variance: Tensor<1>,
}

/// The values of a layer: weight in the order of [`architecture::Layer::weight_shape`], bias.
pub(super) type Values = (Vec<f32>, Vec<f32>);

impl Layer {
    /// `before`: the layer in front of it, if it is not the network's first; `values`: of a layer with weights.
    pub(super) fn new(
        plan: &architecture::Layer,
        before: Option<&architecture::Layer>,
        values: Option<Values>,
        batch_norm: bool,
        device: &Device,
    ) -> Self {
        let channels = plan.output.channels;
        let layout = Layout::of(plan, before);
        let mut layer = Self { plan: plan.clone(), layout, panels: None, taps: None, bias: None, norm: None };
        let Some((weight, bias)) = values else { return layer };
        match layout {
            Some(layout) => {
                let data = TensorData::new(layout.pack(&weight), layout.shape());
                layer.panels = Some(Param::initialized(ParamId::new(), Tensor::from_data(data, device)));
            }
            None => {
                let values = pad(&weight, channels);
                let data = TensorData::new(values, [depthwise::TAPS, channels.next_multiple_of(crate::kernels::PANEL)]);
                layer.taps = Some(Param::initialized(ParamId::new(), Tensor::from_data(data, device)));
            }
        }
        layer.bias = Some(constant(&pad(&bias, channels), device));
        layer.norm = (batch_norm && plan.batch_norm).then(|| Norm::new(channels, device));
        layer
    }

    /// The layer's output, with `residual` added where there is one. `moments` is given for training: parameters that require gradients are then
    /// tracked, batch norm takes the batch's statistics and reports them with the two indices.
    pub(super) fn forward(
        &self,
        input: Tensor<4>,
        residual: Option<Tensor<4>>,
        moments: Option<(&mut Vec<Moments>, [usize; 2])>,
    ) -> Tensor<4> {
        let training = moments.is_some();
        let activation = self.plan.activation;
        let Some(norm) = &self.norm else { return self.sums(input, activation, residual, training) };
        let sums = self.sums(input, Activation::Linear, None, training);
        let output = match moments {
            Some((moments, [block, layer])) => {
                let normalised = norm.train(sums, activation);
                let (mean, variance) = (normalised.mean, normalised.variance);
                moments.push(Moments { block, layer, mean, variance });
                normalised.output
            }
            None => norm.infer(sums, activation),
        };
        match residual {
            Some(residual) => output + residual,
            None => output,
        }
    }

    /// Weighted sums with bias, `activation` and residual.
    fn sums(&self, input: Tensor<4>, activation: Activation, residual: Option<Tensor<4>>, training: bool) -> Tensor<4> {
        let bias = || value(self.bias.as_ref(), training);
        let panels = || value(self.panels.as_ref(), training);
        let output = match self.plan.operation {
            Operation::Pointwise | Operation::Dense => {
                return match residual {
                    Some(residual) if activation == Activation::Linear => {
                        pointwise::pointwise_residual(input, panels(), bias(), residual)
                    }
                    Some(residual) => pointwise::pointwise(input, panels(), bias(), activation) + residual,
                    None => pointwise::pointwise(input, panels(), bias(), activation),
                };
            }
            Operation::Convolution { kernel, stride, same } => {
                let padding = if same { Padding::Same } else { Padding::Valid };
                convolution(input, panels(), bias(), kernel, stride, padding, activation)
            }
            Operation::Depthwise { stride } => {
                let taps = value(self.taps.as_ref(), training);
                depthwise::convolution(input, taps, bias(), stride, activation)
            }
            Operation::MaxPool { size, stride } => max_pool(input, size, stride),
            Operation::AveragePool { size, stride } => average_pool(input, size, stride),
            Operation::GlobalAverage => global_average::global_average(input),
            Operation::Flatten => {
                let [photos, height, width, channels] = input.dims();
                input.reshape([photos, 1, 1, height * width * channels])
            }
        };
        match residual {
            Some(residual) => output + residual,
            None => output,
        }
    }

    /// The parameters that training changes.
    pub(super) fn trained(&self) -> Vec<ParamId> {
        let norm = self.norm.as_ref().map(|norm| [norm.gamma.id, norm.beta.id]);
        let bias = self.bias.as_ref().filter(|_| self.norm.is_none()).map(|bias| bias.id);
        let weight = self.panels.as_ref().map(|panels| panels.id).or(self.taps.as_ref().map(|taps| taps.id));
        weight.into_iter().chain(bias).chain(norm.into_iter().flatten()).collect()
    }

    /// The same layer with batch norm folded into weight and bias.
    pub(super) fn folded(mut self) -> Self {
        let Some(norm) = self.norm.take() else { return self };
        let (scale, shift) = norm.scale_and_shift();
        self.panels = self.panels.map(|panels| {
            let [count, _, lanes] = panels.dims();
            let value = panels.val().without_autodiff() * scale.clone().reshape([count, 1, lanes]);
            Param::initialized(panels.id, value)
        });
        self.taps = self.taps.map(|taps| {
            let [_, channels] = taps.dims();
            Param::initialized(taps.id, taps.val().without_autodiff() * scale.reshape([1, channels]))
        });
        // There was no bias beside batch norm.
        self.bias = self.bias.map(|bias| Param::initialized(bias.id, shift));
        self
    }
}

/// A parameter's value; outside training without autodiff, so that nothing is kept for a way back that nobody goes.
fn value<const D: usize>(param: Option<&Param<Tensor<D>>>, training: bool) -> Tensor<D> {
    let value = param.expect("a layer with weights has them: made by `Layer::new`").val();
    if training { value } else { value.without_autodiff() }
}
