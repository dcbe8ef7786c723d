//! How a layer's weights lie in the kernels' tensors, and back: panels of eight output channels, every channel count padded to eight.

use crate::architecture::{Layer, Operation};
use crate::kernels::PANEL;

/// The shape of a layer that sums over taps and input channels: a convolution (k² taps), a 1×1 or a dense one (1 tap), or a dense one behind
/// a flattened activation (a tap for each pixel).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    taps: usize,
    /// Channels of a tap.
    inputs: usize,
    /// The same as the activation has them: padded, but for a photo's colours.
    padded: usize,
    outputs: usize,
}

impl Layout {
    /// `before`: the layer in front of `layer`, if it is not the network's first. Nothing for layers without such weights.
    pub(super) fn of(layer: &Layer, before: Option<&Layer>) -> Option<Self> {
        let flattened = before.filter(|before| before.operation == Operation::Flatten).map(|before| before.input);
        let (taps, inputs) = match (layer.operation, flattened) {
            (Operation::Convolution { kernel, .. }, _) => (kernel * kernel, layer.input.channels),
            (Operation::Dense, Some(shape)) => (shape.height * shape.width, shape.channels),
            (Operation::Pointwise | Operation::Dense, _) => (1, layer.input.channels),
            _ => return None,
        };
        let padded = if before.is_some() { inputs.next_multiple_of(PANEL) } else { inputs };
        Some(Self { taps, inputs, padded, outputs: layer.output.channels })
    }

    /// The panels' shape.
    pub(super) fn shape(&self) -> [usize; 3] {
        [self.outputs.div_ceil(PANEL), (self.taps * self.padded).next_multiple_of(PANEL), PANEL]
    }

    /// Where the weight of `output`, `tap` and `input` lies in the panels.
    fn index(&self, output: usize, tap: usize, input: usize) -> usize {
        let [_, rows, _] = self.shape();
        (output / PANEL * rows + tap * self.padded + input) * PANEL + output % PANEL
    }

    /// Every weight's place in the panels, in the order `[outputs, taps, inputs]`.
    fn places(self) -> impl Iterator<Item = usize> {
        let Self { taps, inputs, outputs, .. } = self;
        (0..outputs).flat_map(move |output| {
            (0..taps).flat_map(move |tap| (0..inputs).map(move |input| self.index(output, tap, input)))
        })
    }

    /// `[outputs, taps, inputs]` as panels; what is added is zero.
    pub(super) fn pack(self, weight: &[f32]) -> Vec<f32> {
        let mut packed = vec![0.0; self.shape().iter().product()];
        for (place, &value) in self.places().zip(weight) {
            packed[place] = value;
        }
        packed
    }

    /// The way back.
    pub(super) fn unpack(self, packed: &[f32]) -> Vec<f32> {
        self.places().map(|place| packed[place]).collect()
    }
}

/// Rows of `channels` numbers with zeros behind each, up to the next multiple of eight.
pub(super) fn pad(values: &[f32], channels: usize) -> Vec<f32> {
    let added = channels.next_multiple_of(PANEL) - channels;
    values.chunks(channels).flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(0.0, added))).collect()
}

/// The way back.
pub(super) fn unpad(values: &[f32], channels: usize) -> Vec<f32> {
    values.chunks(channels.next_multiple_of(PANEL)).flat_map(|row| row[..channels].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Design;

    #[test]
    fn packing_goes_back_and_forth() {
        let design = Design::lenet_5();
        let layers: Vec<&Layer> = design.layers().collect();
        for (index, layer) in layers.iter().enumerate() {
            let Some(layout) = Layout::of(layer, index.checked_sub(1).map(|before| layers[before])) else { continue };
            let count = layer.fan_in() * layer.output.channels;
            let weight: Vec<f32> = (1..=count).map(|value| value as f32).collect();
            let packed = layout.pack(&weight);
            assert_eq!(packed.len(), layout.shape().iter().product::<usize>());
            assert_eq!(packed.iter().filter(|value| **value != 0.0).count(), count, "{}", layer.name);
            assert_eq!(layout.unpack(&packed), weight, "{}", layer.name);
        }
    }

    #[test]
    fn taps_of_padded_channels_are_apart() {
        // The second convolution of LeNet: six channels that lie as eight.
        let design = Design::lenet_5();
        let layers: Vec<&Layer> = design.layers().collect();
        let layout = Layout::of(layers[2], Some(layers[1])).unwrap();
        assert_eq!(layout.shape(), [2, 200, 8]);
        assert_eq!((layout.index(0, 1, 0), layout.index(9, 0, 5)), (8 * 8, (200 + 5) * 8 + 1));
        // The first one: a grey photo is not padded, its 25 taps are.
        assert_eq!(Layout::of(layers[0], None).unwrap().shape(), [1, 32, 8]);
    }

    #[test]
    fn rows_are_padded_and_cut() {
        let padded = pad(&[1.0, 2.0, 3.0, 4.0], 2);
        assert_eq!(padded.len(), 16);
        assert_eq!(padded[8..10], [3.0, 4.0]);
        assert_eq!(unpad(&padded, 2), [1.0, 2.0, 3.0, 4.0]);
    }
}
