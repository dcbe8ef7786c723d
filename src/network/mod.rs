//! A network whose blocks can be trained: a [`Design`] with weights in it, and a head.
//!
//! ```text
//! pixels ─ input ─→ [N, S, S, 3] ─ frozen(…, k) ─→ activation before block k ─ forward(…, k, Train) ─→ embedding, logits
//!                                  plain: nothing is kept          tracked from block k on: see `trainable`
//! ```
//!
//! - [`Network::pretrained`], [`Network::random`] and [`Network::from_tensors`] make one; all of it is plain (frozen) then.
//! - [`Network::trainable`] makes the blocks from an index on and the head require gradients. A plain tensor is a constant to autodiff: for the
//!   blocks before nothing is computed on the way back, and nothing kept.
//! - Training from random weights goes with batch norm where the design has it; [`Network::observe`] takes in the running statistics,
//!   [`Network::fold`] makes weights and biases of it, as weight files hold them.
//! - [`Network::state`] is a checkpoint, [`Network::tensors`] what a file holds.
//!
//! Activations are channels last, `[N, H, W, C']`, channels padded to panels of eight; padded ones are zero and stay so in training.

mod classifier;
mod layer;
mod layout;
mod norm;
mod pretrained;
mod random;
mod state;
mod tensors;

use std::collections::HashSet;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use self::classifier::{Classifier, dropout_of, random_head};
use self::layer::{Layer, Values};
use crate::architecture::{self, Design};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Head;
use crate::kernels::global_average;
use crate::project::HeadKind;

pub use self::layer::Moments;
pub use self::pretrained::design_of;
pub use self::state::State;
pub use self::tensors::Named;

/// A network on a device.
#[derive(Module, Debug)]
pub struct Network {
    #[module(skip)]
    design: Design,
    blocks: Vec<Block>,
    head: Classifier,
    /// How often the running statistics were updated.
    #[module(skip)]
    updates: u32,
}

/// Layers that are frozen or trained together.
#[derive(Module, Debug)]
pub struct Block {
    layers: Vec<Layer>,
    #[module(skip)]
    residual: bool,
}

/// What a forward pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A step of training: gradients can be had, batch norm normalises with the batch's own statistics, and a hidden head drops values.
    Train {
        /// Decides which values are dropped: another number for each step.
        dropout: u64,
    },
    /// Nothing is kept; batch norm normalises with the running statistics.
    Infer,
}

/// What a forward pass gives, on the device and padded.
#[derive(Debug, Clone)]
pub struct Output {
    /// `[N, 1, 1, E']`.
    pub embedding: Tensor<4>,
    /// `[N, 1, 1, K']`.
    pub logits: Tensor<4>,
    /// In training with batch norm: the batch's statistics at each layer, for [`Network::observe`].
    pub moments: Vec<Moments>,
}

impl Block {
    /// The block's output for `[N, H, W, C_in']`. `moments` is given for training, with the block's index.
    fn forward(&self, input: Tensor<4>, mut moments: Option<(&mut Vec<Moments>, usize)>) -> Tensor<4> {
        let mut residual = self.residual.then(|| input.clone());
        let mut x = input;
        for (index, layer) in self.layers.iter().enumerate() {
            let added = if index + 1 == self.layers.len() { residual.take() } else { None };
            let moments = moments.as_mut().map(|(moments, block)| (&mut **moments, [*block, index]));
            x = layer.forward(x, added, moments);
        }
        x
    }
}

impl Network {
    /// A network with random weights: He's before rectifiers, Glorot's elsewhere, biases 0; with batch norm where the design has it. The same
    /// for the same seed, whatever the device.
    pub fn random(design: &Design, head: HeadKind, classes: usize, seed: u32, device: &Device) -> Self {
        let mut index = 0;
        let values = |layer: &architecture::Layer| {
            index += 1;
            Ok(random::values(layer, index, seed).unwrap_or_default())
        };
        let head_values = random_head(design.embedding(), head, classes, seed);
        let Ok(network) = Self::build(design, values, &head_values, dropout_of(head), true, device) else {
            unreachable!("random values are there for every layer")
        };
        network
    }

    /// A network from values by layer; with `batch_norm`, a new one goes wherever the design has it. `values` is asked for each layer with
    /// weights, in the order they run, for its weight in the order of [`architecture::Layer::weight_shape`] and its bias; lengths are checked
    /// by the caller.
    fn build(
        design: &Design,
        mut values: impl FnMut(&architecture::Layer) -> Result<Values>,
        head: &Head,
        dropout: f32,
        batch_norm: bool,
        device: &Device,
    ) -> Result<Self> {
        // The head first: it is often the largest, and what packing it takes is then there for all the others to reuse. In wasm memory that
        // was once taken is never given back.
        let head = Classifier::new(head, dropout, device);
        let mut before = None;
        let mut blocks = Vec::with_capacity(design.blocks.len());
        for block in &design.blocks {
            let mut layers = Vec::with_capacity(block.layers.len());
            for plan in &block.layers {
                let values = plan.operation.has_weights().then(|| values(plan)).transpose()?;
                layers.push(Layer::new(plan, before, values, batch_norm, device));
                before = Some(plan);
            }
            blocks.push(Block { layers, residual: block.residual });
        }
        Ok(Self { design: design.clone(), blocks, head, updates: 0 })
    }

    /// The same network with another head, plain until [`Self::trainable`].
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where the head takes embeddings of another length.
    pub fn with_head(mut self, head: &Head) -> Result<Self> {
        if head.inputs() != self.design.embedding() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the head",
                format!("one for the {} features of {}", self.design.embedding(), self.design.title),
                format!("one for {}", head.inputs()),
                "Train a head with this network.",
            ));
        }
        self.head = Classifier::new(head, self.head.dropout(), &self.device());
        Ok(self)
    }

    /// The same network; training drops as many of its head's hidden values as a head of this kind has it. A file holds no such share.
    pub fn with_dropout_of(mut self, kind: HeadKind) -> Self {
        self.head.set_dropout(dropout_of(kind));
        self
    }

    /// What it is.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The device its weights are on, without autodiff.
    pub fn device(&self) -> Device {
        let bias = self.head.output.bias.as_ref().expect("a head has a bias: made by `Classifier::new`");
        bias.val().without_autodiff().device()
    }

    /// Classes that the head tells apart.
    pub fn classes(&self) -> usize {
        self.head.output.plan.output.channels
    }

    /// Is there batch norm in it, not folded yet?
    pub fn has_batch_norm(&self) -> bool {
        self.layers().any(|layer| layer.norm.is_some())
    }

    /// Makes the blocks from `from` on, and the head, require gradients; all others are plain. Values and parameter ids stay.
    pub fn trainable(self, from: usize) -> Self {
        struct Track(HashSet<ParamId>);
        impl ModuleMapper for Track {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                let plain = param.val().without_autodiff();
                let value = if self.0.contains(&param.id) { plain.autodiff().require_grad() } else { plain };
                Param::initialized(param.id, value)
            }
        }
        let ids = self.groups().into_iter().skip(from.min(self.blocks.len())).flatten().collect();
        self.map(&mut Track(ids))
    }

    /// The trained parameters of each block, in their order, the head's last: a learning rate for each group. Batch norm's statistics are in none.
    pub fn groups(&self) -> Vec<Vec<ParamId>> {
        let block = |block: &Block| block.layers.iter().flat_map(Layer::trained).collect();
        self.blocks.iter().map(block).chain([self.head.trained()]).collect()
    }

    /// Those of the trained parameters that weight decay pulls at: the weights, not the biases, not batch norm's.
    pub fn weights(&self) -> Vec<ParamId> {
        let weight = |layer: &Layer| layer.panels.as_ref().map(|p| p.id).or(layer.taps.as_ref().map(|p| p.id));
        self.layers().chain(self.head.layers()).filter_map(weight).collect()
    }

    /// Photos as the network's input: `x / 127.5 - 1`; for a grey network of the luma (ITU-R BT.601).
    ///
    /// # Shapes
    /// `pixels`: one or more photos of `[S, S, 3]` u8 RGB after another; returns `[N, S, S, 3]`, or `[N, S, S, 1]`.
    pub fn input(&self, pixels: &[u8]) -> Tensor<4> {
        let architecture::Shape { height, width, channels } = self.design.input;
        let photos = pixels.len() / (height * width * 3);
        let values = match channels {
            1 => pixels.chunks_exact(3).map(luma).collect(),
            _ => crate::preprocess::to_input(pixels),
        };
        Tensor::from_data(TensorData::new(values, [photos, height, width, channels]), &self.device())
    }

    /// The output of the blocks before `until`, without autodiff: the activation before block `until`. `input`: `[N, S, S, 3]`.
    pub fn frozen(&self, input: Tensor<4>, until: usize) -> Tensor<4> {
        let blocks = self.blocks.iter().take(until);
        blocks.fold(input.without_autodiff(), |x, block| block.forward(x, None))
    }

    /// Embedding and logits from the activation before block `from`. In [`Mode::Infer`] nothing is tracked, whatever requires gradients.
    pub fn forward(&self, activation: Tensor<4>, from: usize, mode: Mode) -> Output {
        let training = matches!(mode, Mode::Train { .. });
        let mut moments = Vec::new();
        let mut x = if training { activation } else { activation.without_autodiff() };
        for (index, block) in self.blocks.iter().enumerate().skip(from) {
            x = block.forward(x, training.then_some((&mut moments, index)));
        }
        let [_, height, width, _] = x.dims();
        let embedding = if (height, width) == (1, 1) { x } else { global_average::global_average(x) }; // [N, 1, 1, E']
        let logits = self.head.forward(embedding.clone(), mode); // [N, 1, 1, K']
        Output { embedding, logits, moments }
    }

    /// Takes a batch's statistics into the running ones.
    pub fn observe(&mut self, moments: Vec<Moments>) {
        if moments.is_empty() {
            return;
        }
        for Moments { block, layer, mean, variance } in moments {
            if let Some(norm) = &mut self.blocks[block].layers[layer].norm {
                norm.observe(mean, variance, self.updates);
            }
        }
        self.updates = self.updates.saturating_add(1);
    }

    /// The same network with batch norm folded into weights and biases, plain.
    pub fn fold(mut self) -> Self {
        let fold = |block: Block| Block { layers: block.layers.into_iter().map(Layer::folded).collect(), ..block };
        self.blocks = self.blocks.into_iter().map(fold).collect();
        let blocks = self.blocks.len() + 1;
        let mut network = self.trainable(blocks);
        network.updates = 0;
        network
    }

    /// Every layer before the head, in the order they run.
    fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.blocks.iter().flat_map(|block| &block.layers)
    }
}

/// A colour as grey, −1…1.
fn luma(rgb: &[u8]) -> f32 {
    let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(f32::from);
    (0.299 * r + 0.587 * g + 0.114 * b) / 127.5 - 1.0
}
