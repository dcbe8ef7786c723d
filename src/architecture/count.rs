//! Shapes, parameters and multiply-adds: what can be counted of layers and blocks.

use super::{Block, Design, Layer, Operation, Shape};

impl Shape {
    /// Numbers in it.
    pub fn numbers(self) -> usize {
        self.height * self.width * self.channels
    }
}

impl std::fmt::Display for Shape {
    /// `112 × 112 × 32`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} × {} × {}", self.height, self.width, self.channels)
    }
}

impl Operation {
    /// Has it weights and a bias of its own?
    pub fn has_weights(self) -> bool {
        matches!(self, Self::Convolution { .. } | Self::Depthwise { .. } | Self::Pointwise | Self::Dense)
    }

    /// What it puts out for `input`; `channels` counts only for those that can change them.
    ///
    /// `SAME` gives `ceil(size / stride)` rows and columns, no padding `floor((size - window) / stride) + 1`.
    pub(super) fn output(self, input: Shape, channels: usize) -> Shape {
        let Shape { height, width, channels: same_channels } = input;
        let valid = |side: usize, window: usize, stride: usize| (side.saturating_sub(window)) / stride + 1;
        match self {
            Self::Convolution { stride, same: true, .. } => {
                Shape { height: height.div_ceil(stride), width: width.div_ceil(stride), channels }
            }
            Self::Convolution { kernel, stride, same: false } => {
                Shape { height: valid(height, kernel, stride), width: valid(width, kernel, stride), channels }
            }
            Self::Depthwise { stride } => {
                Shape { height: height.div_ceil(stride), width: width.div_ceil(stride), channels: same_channels }
            }
            Self::Pointwise => Shape { height, width, channels },
            Self::MaxPool { size, stride } | Self::AveragePool { size, stride } => Shape {
                height: valid(height, size, stride),
                width: valid(width, size, stride),
                channels: same_channels,
            },
            Self::GlobalAverage => Shape { height: 1, width: 1, channels: same_channels },
            Self::Flatten => Shape { height: 1, width: 1, channels: input.numbers() },
            Self::Dense => Shape { height: 1, width: 1, channels },
        }
    }
}

impl Layer {
    /// Numbers that each output number is the weighted sum of; 0 without weights.
    pub fn fan_in(&self) -> usize {
        match self.operation {
            Operation::Convolution { kernel, .. } => kernel * kernel * self.input.channels,
            Operation::Depthwise { .. } => 9,
            Operation::Pointwise | Operation::Dense => self.input.channels,
            _ => 0,
        }
    }

    /// Shape of the weight as a file holds it: `[O, KH, KW, I]`, depthwise `[1, 3, 3, C]`; nothing without weights.
    pub fn weight_shape(&self) -> Option<[usize; 4]> {
        let (inputs, outputs) = (self.input.channels, self.output.channels);
        match self.operation {
            Operation::Convolution { kernel, .. } => Some([outputs, kernel, kernel, inputs]),
            Operation::Depthwise { .. } => Some([1, 3, 3, outputs]),
            Operation::Pointwise | Operation::Dense => Some([outputs, 1, 1, inputs]),
            _ => None,
        }
    }

    /// Weights and biases, batch norm folded in.
    pub fn parameters(&self) -> usize {
        if self.operation.has_weights() { (self.fan_in() + 1) * self.output.channels } else { 0 }
    }

    /// Batch norm's own numbers, as Keras counts them: scale, shift, running mean and variance of each channel. While they are there, there
    /// is no bias: `parameters() - C + batch_norm_parameters()` is what Keras prints.
    pub fn batch_norm_parameters(&self) -> usize {
        if self.batch_norm { 4 * self.output.channels } else { 0 }
    }

    /// Numbers that training from random weights changes: with batch norm its scale and shift stand for the bias.
    pub fn trained_parameters(&self) -> usize {
        self.parameters() + if self.batch_norm { self.output.channels } else { 0 }
    }

    /// Multiplications, each with an addition, for one photo; pooling counts none.
    pub fn multiply_adds(&self) -> usize {
        self.output.numbers() * self.fan_in()
    }
}

impl Block {
    /// What it puts out. A block has at least one layer.
    pub fn output(&self) -> Shape {
        self.layers.last().map_or(Shape { height: 0, width: 0, channels: 0 }, |layer| layer.output)
    }

    /// What it takes in.
    pub fn input(&self) -> Shape {
        self.layers.first().map_or(Shape { height: 0, width: 0, channels: 0 }, |layer| layer.input)
    }

    /// Weights and biases, batch norm folded in.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    /// Batch norm's own numbers, see [`Layer::batch_norm_parameters`].
    pub fn batch_norm_parameters(&self) -> usize {
        self.layers.iter().map(Layer::batch_norm_parameters).sum()
    }

    /// Multiply-adds for one photo.
    pub fn multiply_adds(&self) -> usize {
        self.layers.iter().map(Layer::multiply_adds).sum()
    }
}

impl Design {
    /// Every layer, in the order they run.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        self.blocks.iter().flat_map(|block| &block.layers)
    }

    /// What the block of this index takes in; for the index behind the last block, what the head's pooling takes in.
    pub fn shape_before(&self, block: usize) -> Shape {
        match block.checked_sub(1).and_then(|before| self.blocks.get(before)) {
            Some(before) => before.output(),
            None => self.input,
        }
    }

    /// Length of the embedding: the channels of the last block's output.
    pub fn embedding(&self) -> usize {
        self.shape_before(self.blocks.len()).channels
    }

    /// Weights and biases of everything with a linear head of so many classes, batch norm folded in.
    pub fn parameters(&self, classes: usize) -> usize {
        self.blocks.iter().map(Block::parameters).sum::<usize>() + (self.embedding() + 1) * classes
    }

    /// Batch norm's own numbers, as Keras counts them, see [`Layer::batch_norm_parameters`].
    pub fn batch_norm_parameters(&self) -> usize {
        self.blocks.iter().map(Block::batch_norm_parameters).sum()
    }

    /// What Keras prints as "Total params" of this network with batch norm: [`Self::parameters`] less the biases that batch norm makes idle, plus its own.
    pub fn keras_parameters(&self, classes: usize) -> usize {
        // Four numbers a channel in place of one bias.
        self.parameters(classes) + self.batch_norm_parameters() / 4 * 3
    }

    /// Multiply-adds for one photo, with a linear head of so many classes.
    pub fn multiply_adds(&self, classes: usize) -> usize {
        self.blocks.iter().map(Block::multiply_adds).sum::<usize>() + self.embedding() * classes
    }

    /// Weight layers, the head counted as one: 28 for MobileNetV1, 53 for V2.
    pub fn depth(&self) -> usize {
        self.layers().filter(|layer| layer.operation.has_weights()).count() + 1
    }

    /// Is batch norm used while it is trained from random weights?
    pub fn has_batch_norm(&self) -> bool {
        self.layers().any(|layer| layer.batch_norm)
    }
}
