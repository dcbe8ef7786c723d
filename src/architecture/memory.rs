//! What training takes in memory, told before it begins. What [`Plan`](super::Plan) decides by.
//!
//! An estimate, from these assumptions:
//! - every number is a float32, channels are padded to multiples of eight;
//! - of the trainable blocks each operation's input and output are kept for backward (an output that is the next one's input once), and batch
//!   norm's input besides, as it lies between the sums and the rectifier; of the frozen blocks nothing is kept;
//! - backward holds, at its worst layer, the gradients of that layer's output and input, and one more of the output (the rectifier's mask applied);
//! - the frozen blocks hold, at their worst layer, its input and output, and the input of a residual block;
//! - behind the last block the embedding is kept of a photo, not the feature map that it is the mean of;
//! - the trainable numbers are there three times: themselves, their gradients, the best epoch's; and once more for each number the optimizer keeps;
//! - for a GPU, which may be lost, the whole network is kept off it three times: as it began, of the last epoch, and the best epoch's, which then is
//!   not on the GPU; and what the optimizer remembers, once.
//!
//! It errs to the safe side. Beside the largest resident memory of four steps with Adam on the CPU, natively, less what the program had before (MiB; the best
//! epoch's copy left out on both sides): MobileNetV2 all blocks, batch 8: 322 for 251; its last five blocks, batch 16: 153 for 150; MobileNetV1 0.25 at 128
//! pixels from random weights, batch 16: 66 for 64; UserNet, batch 32: 350 for 305.

use super::{Design, Layer, Scope, Shape};
use crate::project::{HeadKind, TrainSettings};

/// Bytes of a number.
const F32: usize = size_of::<f32>();

/// Channels in a panel of weights, to which every layer's channels are filled up: two vectors of four lanes, the widest tile that stays in the registers
/// of wasm's SIMD.
pub const PANEL: usize = 8;

/// Photos at once, at most, where nothing is made of them but what frozen blocks say, whatever the batch is: what [`Memory`] counts with.
pub const LOOKED_AT: usize = 16;

/// Copies of the network that are kept off a GPU.
const COPIES: usize = 3;

/// What a training run keeps in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Photos that go through the network at once. (Gradients of several such micro-batches may make one step.)
    pub batch: usize,
    /// Index of the first block that is trained, see [`Design::trainable_from`].
    pub trainable_from: usize,
    /// The shape of the head.
    pub head: HeadKind,
    /// Its classes.
    pub classes: usize,
    /// Numbers that the optimizer keeps for each trainable one: 0 (SGD), 1 (momentum), 2 (Adam).
    pub optimizer_states: usize,
    /// Is it trained with batch norm, from random weights?
    pub batch_norm: bool,
    /// Photos whose activation before the first trainable block is kept; their embedding, where no block is trained.
    pub cached: usize,
    /// Photos whose pixels are kept, a byte a colour.
    pub pixels: usize,
    /// Is it trained on a GPU?
    pub on_gpu: bool,
}

/// Bytes, by what they are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// Weights and biases, on the CPU the best epoch's included.
    pub weights: usize,
    /// Their gradients.
    pub gradients: usize,
    /// What the optimizer remembers.
    pub optimizer: usize,
    /// What is kept for backward, and what backward and the frozen blocks hold for a moment.
    pub activations: usize,
    /// Activations before the first trainable block.
    pub cache: usize,
    /// The photos.
    pub pixels: usize,
    /// Copies off a GPU that may be lost.
    pub checkpoints: usize,
    /// All of it.
    pub total: usize,
}

impl Load {
    /// What `settings` ask for on `design` (the network of the way from scratch, or the backbone, cut where the settings cut it), all of a batch at
    /// once, and nothing kept of the frozen blocks.
    pub fn of(design: &Design, settings: &TrainSettings, scope: Scope) -> Self {
        let trainable_from = design.trainable_from(&settings.way);
        let is_head_alone = trainable_from == design.blocks.len() && settings.augmentation.is_off();
        Self {
            batch: if is_head_alone { LOOKED_AT } else { settings.batch },
            trainable_from,
            head: settings.head,
            classes: scope.classes,
            optimizer_states: settings.optimizer_states(),
            batch_norm: design.trains_batch_norm(&settings.way),
            cached: 0,
            pixels: scope.train.saturating_add(scope.val),
            on_gpu: scope.on_gpu,
        }
    }
}

impl Design {
    /// Numbers of a head on the embedding.
    pub fn head_parameters(&self, head: HeadKind, classes: usize) -> usize {
        let dense = |inputs: usize, units: usize| (inputs + 1) * units;
        match head {
            HeadKind::Linear => dense(self.embedding(), classes),
            HeadKind::Hidden { units, .. } => dense(self.embedding(), units) + dense(units, classes),
        }
    }

    /// Numbers that are trained, the head's included: "1,234,560 of 3,504,872". Batch norm counted as folded in.
    pub fn trainable_parameters(&self, trainable_from: usize, head: HeadKind, classes: usize) -> usize {
        let blocks = self.blocks.iter().skip(trainable_from);
        blocks.map(super::Block::parameters).sum::<usize>() + self.head_parameters(head, classes)
    }

    /// What training takes; the assumptions are the module's. A product beyond the address space counts as all of it.
    pub fn memory(&self, load: &Load) -> Memory {
        let head = self.head_parameters(load.head, load.classes);
        let count = |layers: &mut dyn Iterator<Item = &Layer>| -> usize {
            layers.map(|layer| if load.batch_norm { layer.trained_parameters() } else { layer.parameters() }).sum()
        };
        let trainable = count(&mut self.blocks.iter().skip(load.trainable_from).flat_map(|block| &block.layers)) + head;
        let all = count(&mut self.layers()) + head;

        // The best epoch's numbers: on the CPU beside those in training, for a GPU among the copies.
        let weights = (if load.on_gpu { all } else { all + trainable }).saturating_mul(F32);
        let gradients = trainable.saturating_mul(F32);
        let optimizer = gradients.saturating_mul(load.optimizer_states);
        let photo = self.kept(load) + self.backward_peak(load).max(self.frozen_peak(load.trainable_from));
        let activations = photo.saturating_mul(load.batch).saturating_mul(F32);
        let cache = self.cached(load.trainable_from).saturating_mul(load.cached).saturating_mul(F32);
        let Shape { height, width, .. } = self.input;
        let pixels = (height * width * 3).saturating_mul(load.pixels);
        let copies = all.saturating_mul(COPIES * F32).saturating_add(optimizer);
        let checkpoints = if load.on_gpu { copies } else { 0 };
        let parts = [weights, gradients, optimizer, activations, cache, pixels, checkpoints];
        let total = parts.into_iter().fold(0, usize::saturating_add);
        Memory { weights, gradients, optimizer, activations, cache, pixels, checkpoints, total }
    }

    /// The most photos at once, at most `load.batch` and halved until it fits, that `limit` bytes hold; nothing where not even one fits.
    pub fn batch_within(&self, load: &Load, limit: usize) -> Option<usize> {
        let mut batch = load.batch.max(1);
        loop {
            if self.memory(&Load { batch, ..*load }).total <= limit {
                return Some(batch);
            }
            if batch == 1 {
                return None;
            }
            batch = batch.div_ceil(2);
        }
    }

    /// Numbers that are kept of a photo, so that the frozen blocks need not run again.
    fn cached(&self, trainable_from: usize) -> usize {
        let before = self.shape_before(trainable_from);
        let is_head_alone = trainable_from >= self.blocks.len();
        padded(if is_head_alone { Shape { height: 1, width: 1, ..before } } else { before })
    }

    /// Numbers that a photo leaves behind for backward.
    fn kept(&self, load: &Load) -> usize {
        let layers = self.blocks.iter().skip(load.trainable_from).flat_map(|block| &block.layers);
        let outputs: usize = layers
            .filter(|layer| layer.operation != super::Operation::Flatten) // the same numbers in another order
            .map(|layer| padded(layer.output) * if load.batch_norm && layer.batch_norm { 2 } else { 1 })
            .sum();
        outputs + padded(self.shape_before(load.trainable_from))
    }

    /// Numbers that backward holds for a photo at its worst layer.
    fn backward_peak(&self, load: &Load) -> usize {
        let layers = self.blocks.iter().skip(load.trainable_from).flat_map(|block| &block.layers);
        layers.map(|layer| 2 * padded(layer.output) + padded(layer.input)).max().unwrap_or(0)
    }

    /// Numbers that the frozen blocks hold for a photo at their worst layer.
    fn frozen_peak(&self, trainable_from: usize) -> usize {
        let blocks = self.blocks.iter().take(trainable_from);
        let peaks = blocks.flat_map(|block| {
            let residual = if block.residual { padded(block.input()) } else { 0 };
            block.layers.iter().map(move |layer| padded(layer.input) + padded(layer.output) + residual)
        });
        peaks.max().unwrap_or(0)
    }
}

/// Numbers that an activation takes; a photo's colours are not padded.
fn padded(shape: Shape) -> usize {
    let channels = if shape.channels <= 3 { shape.channels } else { shape.channels.next_multiple_of(PANEL) };
    shape.height * shape.width * channels
}
