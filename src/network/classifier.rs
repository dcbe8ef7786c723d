//! The head behind the embedding: one dense layer, or two with ReLU and dropout between.

use burn::module::{Module, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use super::layer::Layer;
use super::{Mode, random};
use crate::architecture::{self, Activation, Operation, Shape};
use crate::head::{Dense, Head};
use crate::project::HeadKind;

/// The head of a [`Network`](super::Network).
#[derive(Module, Debug)]
pub struct Classifier {
    /// With ReLU behind it.
    pub(super) hidden: Option<Layer>,
    /// Gives the logits.
    pub(super) output: Layer,
    /// Share of the hidden values that are dropped in training.
    #[module(skip)]
    dropout: f32,
}

impl Classifier {
    /// A head that exists; `dropout`: share of its hidden values that are dropped in training.
    pub(super) fn new(head: &Head, dropout: f32, device: &Device) -> Self {
        let layer = |name: &str, dense: &Dense, activation| {
            let plan = plan(name, dense.inputs, dense.units(), activation);
            // What comes in is padded, as it is behind any other layer: not the network's first.
            let values = (dense.weight.clone(), dense.bias.clone());
            Layer::new(&plan, Some(&plan), Some(values), false, device)
        };
        Self {
            hidden: head.hidden.as_ref().map(|hidden| layer("head.hidden", hidden, Activation::Relu)),
            output: layer("head", &head.output, Activation::Linear),
            dropout,
        }
    }

    /// `embedding`: `[N, 1, 1, E']`; returns the logits, `[N, 1, 1, K']`.
    pub(super) fn forward(&self, embedding: Tensor<4>, mode: Mode) -> Tensor<4> {
        let mut unused = Vec::new(); // a head has no batch norm
        let mut run = |layer: &Layer, input| {
            let moments = matches!(mode, Mode::Train { .. }).then_some((&mut unused, [0, 0]));
            layer.forward(input, None, moments)
        };
        let Some(hidden) = &self.hidden else { return run(&self.output, embedding) };
        let mut values = run(hidden, embedding);
        if let Mode::Train { dropout } = mode
            && self.dropout > 0.0
        {
            let shape = values.dims();
            let mask = random::dropout(shape.iter().product(), self.dropout, dropout);
            let device = values.clone().without_autodiff().device();
            values = values * Tensor::from_data(TensorData::new(mask, shape), &device);
        }
        run(&self.output, values)
    }

    /// Share of the hidden values that are dropped in training.
    pub(super) fn dropout(&self) -> f32 {
        self.dropout
    }

    pub(super) fn set_dropout(&mut self, dropout: f32) {
        self.dropout = dropout;
    }

    /// The parameters that training changes.
    pub(super) fn trained(&self) -> Vec<ParamId> {
        self.layers().flat_map(Layer::trained).collect()
    }

    /// The layers, in the order they run.
    pub(super) fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.hidden.iter().chain([&self.output])
    }
}

/// A head with random weights: He's before ReLU, Glorot's before softmax.
pub(super) fn random_head(inputs: usize, kind: HeadKind, classes: usize, seed: u32) -> Head {
    // Streams of numbers that no layer of a network uses.
    const FIRST: usize = 1 << 20;
    let dense = |index: usize, inputs: usize, units: usize, activation| {
        let plan = plan("head", inputs, units, activation);
        let (weight, bias) = random::values(&plan, FIRST + index, seed).unwrap_or_default();
        Dense { inputs, weight, bias }
    };
    match kind {
        HeadKind::Linear => Head { hidden: None, output: dense(0, inputs, classes, Activation::Linear) },
        HeadKind::Hidden { units, .. } => Head {
            hidden: Some(dense(1, inputs, units, Activation::Relu)),
            output: dense(0, units, classes, Activation::Linear),
        },
    }
}

/// Share of hidden values that a head of this kind drops in training.
pub(super) fn dropout_of(kind: HeadKind) -> f32 {
    match kind {
        HeadKind::Linear => 0.0,
        HeadKind::Hidden { dropout, .. } => dropout,
    }
}

fn plan(name: &str, inputs: usize, units: usize, activation: Activation) -> architecture::Layer {
    let shape = |channels| Shape { height: 1, width: 1, channels };
    architecture::Layer {
        name: name.to_string(),
        operation: Operation::Dense,
        activation,
        batch_norm: false,
        input: shape(inputs),
        output: shape(units),
    }
}
