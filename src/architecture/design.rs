//! A network's layers and the shapes between them.

/// Height, width and channels of an activation (channels as the papers count them, without padding).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Channels.
    pub channels: usize,
}

/// What a layer computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// k×k convolution.
    Convolution {
        /// Width and height of the window, k.
        kernel: usize,
        /// Pixels from window to window.
        stride: usize,
        /// Padded as TensorFlow's `SAME`? Otherwise not at all.
        same: bool,
    },
    /// 3×3 convolution of each channel by itself, padded as `SAME`.
    Depthwise {
        /// Pixels from window to window.
        stride: usize,
    },
    /// 1×1 convolution.
    Pointwise,
    /// The largest of each window, without padding.
    MaxPool {
        /// Width and height of the window.
        size: usize,
        /// Pixels from window to window.
        stride: usize,
    },
    /// The mean of each window, without padding.
    AveragePool {
        /// Width and height of the window.
        size: usize,
        /// Pixels from window to window.
        stride: usize,
    },
    /// The mean of everything: `[1, 1, C]`.
    GlobalAverage,
    /// Rows, columns and channels in a row: `[1, 1, H·W·C]`.
    Flatten,
    /// Every number from every number, on `[1, 1, C]`.
    Dense,
}

/// What becomes of a layer's sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// They stay: projections ("linear bottlenecks", Sandler et al. 2018, section 3.2) and the head.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Its name, as in a weight file: `blocks.3.expand`.
    pub name: String,
    /// What it computes.
    pub operation: Operation,
    /// What follows its sums.
    pub activation: Activation,
    /// Is there a batch norm between sums and activation when it is trained from random weights? It is folded away on saving.
    pub batch_norm: bool,
    /// What comes in.
    pub input: Shape,
    /// What goes out.
    pub output: Shape,
}

/// Layers that are frozen or trained together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name: `stem`, `blocks.3`, `last`, `conv4`.
    pub name: String,
    /// Its layers, in the order they run.
    pub layers: Vec<Layer>,
    /// Is the block's input added to its output?
    pub residual: bool,
}

/// A network up to its embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The name that [`Design::parse`] reads: `mobilenet-v2-1-224`.
    pub name: String,
    /// The name people read: "MobileNetV2 1.0".
    pub title: String,
    /// What comes in: `[side, side, 3]`, or 1 channel for grey.
    pub input: Shape,
    /// The blocks, the first the nearest to the photo; the last one's output, pooled or flattened where it is not `[1, 1, C]` yet, is the embedding.
    pub blocks: Vec<Block>,
}
