//! Gradient of a layer's weights and the optimizer's step in one pass, on the CPU; twin of `update.wgsl` and `backprop.wgsl`.

use wide::f32x8;

use super::layout::Layer;
use super::plan::Step;
use crate::kernels::adam::{self, EPSILON};

/// What turns a gradient into a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimizer {
    /// Kingma & Ba 2015, algorithm 1.
    Adam,
    /// `v ← μ v + g; w ← w − η v` (Sutskever et al. 2013, with the learning rate outside as PyTorch has it).
    Sgd,
}

/// The optimizer with its constants. The learning rate comes with each [`Step`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// Which one.
    pub optimizer: Optimizer,
    /// Momentum of [`Optimizer::Sgd`].
    pub momentum: f32,
    /// Added to the gradient as `decay · w`: L2 regularisation. Biases are spared, as by everything below.
    pub decay: f32,
    /// Taken off the weight as `learning rate · decay · w`, past the optimizer (Loshchilov & Hutter 2019, algorithm 2).
    pub decoupled_decay: f32,
}

/// Units whose gradients stay in registers together.
const UNITS: usize = 4;
const LANES: usize = 8;

/// A layer's parameters and the optimizer's averages, each `[rows, width]`.
pub struct State<'a> {
    /// Weights.
    pub weight: &'a mut [f32],
    /// Adam's mean of gradients, or momentum's sum.
    pub first: &'a mut [f32],
    /// Adam's mean of squared gradients.
    pub second: &'a mut [f32],
}

/// `∂L/∂W = gradientᵀ · rows`, and the step. `gradient`: `[rows, layer.rows]`, zero where there is no unit.
pub fn update(layer: &Layer, state: State, rows: &[&[f32]], gradient: &[f32], update: &Update, step: &Step) {
    let constants = Constants::new(update, step);
    let groups = gradient.as_chunks::<UNITS>().0;
    let per_row = layer.rows / UNITS;
    let mut bias_at = [1.0; LANES];
    bias_at[layer.inputs % LANES] = 0.0;
    for column in (0..layer.width).step_by(LANES) {
        let decays = f32x8::from(if column == layer.inputs / LANES * LANES { bias_at } else { [1.0; LANES] });
        for group in 0..layer.units.div_ceil(UNITS) {
            let mut sums = [f32x8::ZERO; UNITS];
            for (row, gradients) in rows.iter().zip(groups[group..].iter().step_by(per_row)) {
                let values = lanes(row, column);
                for unit in 0..UNITS {
                    sums[unit] += values * f32x8::splat(gradients[unit]);
                }
            }
            for (unit, sum) in sums.into_iter().enumerate() {
                let at = (group * UNITS + unit) * layer.width + column;
                let weight = lanes(state.weight, at);
                let averages = [lanes(state.first, at), lanes(state.second, at)];
                let (weight, averages) = constants.apply(weight, averages, sum, decays);
                state.weight[at..at + LANES].copy_from_slice(&weight.to_array());
                state.first[at..at + LANES].copy_from_slice(&averages[0].to_array());
                state.second[at..at + LANES].copy_from_slice(&averages[1].to_array());
            }
        }
    }
}

/// What is the same for all weights of a step.
struct Constants {
    update: Update,
    rate: f32,
    corrections: [f32; 2],
}

impl Constants {
    fn new(update: &Update, step: &Step) -> Self {
        Self { update: *update, rate: step.learning_rate, corrections: adam::corrections(step.number) }
    }

    /// The weight and the averages after the step; `decays` is 0 for biases, 1 for weights.
    #[inline(always)]
    fn apply(&self, weight: f32x8, [first, second]: [f32x8; 2], gradient: f32x8, decays: f32x8) -> (f32x8, [f32x8; 2]) {
        let all = f32x8::splat;
        let gradient = gradient + weight * decays * all(self.update.decay);
        let decayed = weight - weight * decays * all(self.rate * self.update.decoupled_decay);
        match self.update.optimizer {
            Optimizer::Adam => {
                let [first, second] = adam::averages([first, second], gradient);
                let [c1, c2] = self.corrections;
                let root = (second * all(1.0 / c2)).sqrt() + all(EPSILON);
                (decayed - first * all(self.rate / c1) / root, [first, second])
            }
            Optimizer::Sgd => {
                let first = first * all(self.update.momentum) + gradient;
                (decayed - first * all(self.rate), [first, second])
            }
        }
    }
}

/// Gradient of hidden values from that of the logits: `[rows, width]`, in `output`.
///
/// `hidden`: the values `[rows, width]`; where one is 0 (ReLU or dropout) no gradient passes, elsewhere it is scaled as the value was.
pub fn backprop(upper: &Layer, weight: &[f32], gradient: &[f32], hidden: &[f32], scale: f32, output: &mut [f32]) {
    let rows = gradient
        .chunks_exact(upper.rows)
        .zip(hidden.chunks_exact(upper.width))
        .zip(output.chunks_exact_mut(upper.width));
    for ((gradient, hidden), output) in rows {
        for column in (0..upper.width).step_by(LANES) {
            let mut sum = f32x8::ZERO;
            for (unit, &gradient) in gradient[..upper.units].iter().enumerate() {
                sum += lanes(weight, unit * upper.width + column) * f32x8::splat(gradient);
            }
            let passes = lanes(hidden, column).simd_gt(f32x8::ZERO);
            let sum = passes.select(sum * f32x8::splat(scale), f32x8::ZERO);
            output[column..column + LANES].copy_from_slice(&sum.to_array());
        }
        output[upper.inputs..].fill(0.0); // the constant 1 comes from no unit
    }
}

#[inline(always)]
fn lanes(slice: &[f32], at: usize) -> f32x8 {
    f32x8::from(*slice[at..].first_chunk::<LANES>().expect("rows are a multiple of eight"))
}
