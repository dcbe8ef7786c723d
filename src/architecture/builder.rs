//! Puts a design together layer by layer: each layer's input is the output of the one before.

use super::{Activation, Block, Design, Layer, Operation, Shape};

/// A design in the making.
pub(super) struct Builder {
    input: Shape,
    /// What the next layer takes in.
    shape: Shape,
    /// What the block in hand takes in.
    block_input: Shape,
    batch_norm: bool,
    blocks: Vec<Block>,
    layers: Vec<Layer>,
}

impl Builder {
    /// `batch_norm`: are layers with weights trained with batch norm?
    pub(super) fn new(side: usize, colours: usize, batch_norm: bool) -> Self {
        let input = Shape { height: side, width: side, channels: colours };
        Self { input, shape: input, block_input: input, batch_norm, blocks: Vec::new(), layers: Vec::new() }
    }

    /// The channels that the next layer takes in.
    pub(super) fn channels(&self) -> usize {
        self.shape.channels
    }

    /// The next layer. `channels`: how many it puts out; those that cannot change them take no notice.
    pub(super) fn layer(
        &mut self,
        name: impl Into<String>,
        operation: Operation,
        activation: Activation,
        channels: usize,
    ) -> &mut Self {
        let output = operation.output(self.shape, channels);
        let batch_norm = self.batch_norm && operation.has_weights();
        self.layers.push(Layer { name: name.into(), operation, activation, batch_norm, input: self.shape, output });
        self.shape = output;
        self
    }

    /// Ends a block. The block's input is added to its output where `residual` asks for it and both have the same shape.
    pub(super) fn block(&mut self, name: impl Into<String>, residual: bool) -> &mut Self {
        let residual = residual && self.block_input == self.shape;
        self.blocks.push(Block { name: name.into(), layers: std::mem::take(&mut self.layers), residual });
        self.block_input = self.shape;
        self
    }

    /// The design, all layers of which are in blocks.
    pub(super) fn design(&mut self, name: impl Into<String>, title: impl Into<String>) -> Design {
        let blocks = std::mem::take(&mut self.blocks);
        Design { name: name.into(), title: title.into(), input: self.input, blocks }
    }
}
