//! How a head's parameters and the rows it sees lie in memory, the same on both devices.

/// Row lengths are a multiple of this: two vectors of four lanes.
const ALIGN: usize = 8;

/// A head's sizes.
///
/// Its parameters are one list: the layers one after another, each `[rows, width]` (see [`Layer`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Length of the embedding, `E`.
    pub inputs: usize,
    /// Hidden units; `None`: logistic regression.
    pub hidden: Option<usize>,
    /// Classes, `C`.
    pub classes: usize,
}

/// One dense layer: row `u` holds the weights of unit `u`, then its bias (the weight of a constant 1), then zeros that stay zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Where its parameters begin.
    pub offset: usize,
    /// Numbers that it takes.
    pub inputs: usize,
    /// Length of a row: inputs, the constant 1, and what aligns it.
    pub width: usize,
    /// Numbers that it gives.
    pub units: usize,
    /// Rows, the last of them without a unit: as long as what the layer above takes, or a multiple of four.
    pub rows: usize,
}

impl Layer {
    /// Its parameters' length, padding included.
    pub fn len(&self) -> usize {
        self.rows * self.width
    }

    /// Has it no parameters? No layer has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Network {
    /// Length of a row of samples.
    pub fn width(&self) -> usize {
        width(self.inputs)
    }

    /// The hidden layer, if there is one.
    pub fn lower(&self) -> Option<Layer> {
        let units = self.hidden?;
        Some(Layer { offset: 0, inputs: self.inputs, width: self.width(), units, rows: width(units) })
    }

    /// The layer that gives the logits.
    pub fn upper(&self) -> Layer {
        let inputs = self.hidden.unwrap_or(self.inputs);
        let offset = self.lower().map_or(0, |lower| lower.len());
        Layer { offset, inputs, width: width(inputs), units: self.classes, rows: self.classes.next_multiple_of(4) }
    }

    /// The layers from the embedding upwards.
    pub fn layers(&self) -> Vec<Layer> {
        self.lower().into_iter().chain([self.upper()]).collect()
    }

    /// Length of all parameters, padding included.
    pub fn len(&self) -> usize {
        let upper = self.upper();
        upper.offset + upper.len()
    }

    /// Has it no parameters? No network has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers to be trained: weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers().iter().map(|layer| layer.units * (layer.inputs + 1)).sum()
    }

    /// Spreads `[N, inputs]` to `[N, width]` in place, the constant 1 behind each row's inputs.
    pub fn rows(&self, mut values: Vec<f32>) -> Vec<f32> {
        let (inputs, width) = (self.inputs, self.width());
        let count = values.len() / inputs;
        values.resize(count * width, 0.0);
        for row in (0..count).rev() {
            values.copy_within(row * inputs..(row + 1) * inputs, row * width);
            values[row * width + inputs] = 1.0;
            values[row * width + inputs + 1..(row + 1) * width].fill(0.0);
        }
        values
    }
}

fn width(inputs: usize) -> usize {
    (inputs + 1).next_multiple_of(ALIGN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_spread_in_place() {
        let network = Network { inputs: 3, hidden: None, classes: 2 };
        let rows = network.rows(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(rows, [1.0, 2.0, 3.0, 1.0, 0.0, 0.0, 0.0, 0.0, 4.0, 5.0, 6.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn sizes_and_parameter_counts() {
        let linear = Network { inputs: 1280, hidden: None, classes: 10 };
        assert_eq!((linear.width(), linear.len(), linear.parameters()), (1288, 12 * 1288, 12_810));
        let deep = Network { inputs: 1001, hidden: Some(100), classes: 3 };
        assert_eq!(deep.lower().unwrap().rows, deep.upper().width);
        assert_eq!(deep.parameters(), 1002 * 100 + 101 * 3);
    }
}
