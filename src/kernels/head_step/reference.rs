//! A step in its plainest form, in float64: what both devices are tested against.

use super::{Network, Optimizer, Rows, Step, Task, is_dropped, threshold};
use crate::kernels::adam::{BETA_1, BETA_2, EPSILON};

/// A head in training, in float64.
#[derive(Debug, Clone)]
pub struct Reference {
    task: Task,
    train: Rows,
    /// As [`Network`] lays them out.
    pub parameters: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Reference {
    /// As [`super::Steps::new`].
    pub fn new(task: Task, train: Rows, parameters: &[f32]) -> Self {
        let zeros = vec![0.0; parameters.len()];
        let parameters = parameters.iter().copied().map(f64::from).collect();
        Self { task, train, parameters, first: zeros.clone(), second: zeros }
    }

    /// Mean loss of the samples `chosen` in step `step` (whose number decides dropout).
    pub fn loss(&self, chosen: &[u32], step: &Step) -> f64 {
        let losses = chosen.iter().enumerate().map(|(row, &sample)| self.sample(row, sample, step).0);
        losses.sum::<f64>() / chosen.len() as f64
    }

    /// The gradient of [`Self::loss`] for every parameter; zeros where there is only padding.
    pub fn gradient(&self, chosen: &[u32], step: &Step) -> Vec<f64> {
        let Network { hidden, .. } = self.task.network;
        let upper = self.task.network.upper();
        let mut gradient = vec![0.0; self.parameters.len()];
        for (row, &sample) in chosen.iter().enumerate() {
            let (_, mut errors, values) = self.sample(row, sample, step);
            errors.iter_mut().for_each(|error| *error /= chosen.len() as f64);
            for (class, error) in errors.iter().enumerate() {
                for (k, value) in values.iter().enumerate() {
                    gradient[upper.offset + class * upper.width + k] += error * value;
                }
            }
            let (Some(units), Some(lower)) = (hidden, self.task.network.lower()) else { continue };
            for unit in (0..units).filter(|&unit| values[unit] > 0.0) {
                let weight = |class: usize| self.parameters[upper.offset + class * upper.width + unit];
                let error: f64 = errors.iter().enumerate().map(|(class, error)| error * weight(class)).sum();
                let error = error / (1.0 - f64::from(self.task.dropout));
                for (k, &value) in self.input(sample).iter().enumerate() {
                    gradient[unit * lower.width + k] += error * f64::from(value);
                }
            }
        }
        gradient
    }

    /// One step.
    pub fn step(&mut self, chosen: &[u32], step: &Step) {
        let gradient = self.gradient(chosen, step);
        let update = self.task.update;
        let (rate, momentum) = (f64::from(step.learning_rate), f64::from(update.momentum));
        let [beta_1, beta_2] = [BETA_1, BETA_2].map(f64::from);
        let time = f64::from(step.number);
        for layer in self.task.network.layers() {
            for unit in 0..layer.units {
                for k in 0..=layer.inputs {
                    let at = layer.offset + unit * layer.width + k;
                    let weight = self.parameters[at];
                    let decays = if k == layer.inputs { 0.0 } else { 1.0 };
                    let gradient = gradient[at] + f64::from(update.decay) * decays * weight;
                    let decayed = weight * (1.0 - rate * decays * f64::from(update.decoupled_decay));
                    self.parameters[at] = match update.optimizer {
                        Optimizer::Adam => {
                            self.first[at] = beta_1 * self.first[at] + (1.0 - beta_1) * gradient;
                            self.second[at] = beta_2 * self.second[at] + (1.0 - beta_2) * gradient * gradient;
                            let mean = self.first[at] / (1.0 - beta_1.powf(time));
                            let square = self.second[at] / (1.0 - beta_2.powf(time));
                            decayed - rate * mean / (square.sqrt() + f64::from(EPSILON))
                        }
                        Optimizer::Sgd => {
                            self.first[at] = momentum * self.first[at] + gradient;
                            decayed - rate * self.first[at]
                        }
                    };
                }
            }
        }
    }

    fn input(&self, sample: u32) -> &[f32] {
        let width = self.task.network.width();
        &self.train.values[sample as usize * width..][..self.task.network.inputs + 1]
    }

    /// Loss of a sample, its derivatives for the logits, and what the upper layer saw (the constant 1 last).
    fn sample(&self, row: usize, sample: u32, step: &Step) -> (f64, Vec<f64>, Vec<f64>) {
        let network = self.task.network;
        let upper = network.upper();
        let mut values: Vec<f64> = self.input(sample).iter().copied().map(f64::from).collect();
        if let (Some(units), Some(lower)) = (network.hidden, network.lower()) {
            let threshold = threshold(self.task.dropout);
            let unit = |unit: usize| {
                let element = (row * upper.width + unit) as u32;
                let dropped = is_dropped(self.task.seed, step.number, element, threshold);
                let value = dot(&self.parameters[unit * lower.width..], &values).max(0.0);
                if dropped { 0.0 } else { value / (1.0 - f64::from(self.task.dropout)) }
            };
            values = (0..units).map(unit).chain([1.0]).collect();
        }
        let logits: Vec<f64> =
            (0..network.classes).map(|c| dot(&self.parameters[upper.offset + c * upper.width..], &values)).collect();
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|logit| (logit - largest).exp()).sum();
        let label = self.train.labels[sample as usize] as usize;
        let weight = f64::from(self.task.class_weights[label]);
        let smoothing = f64::from(self.task.label_smoothing);
        let target =
            |class: usize| smoothing / network.classes as f64 + if class == label { 1.0 - smoothing } else { 0.0 };
        let log = |class: usize| logits[class] - largest - sum.ln();
        let loss = weight * (0..network.classes).map(|class| -target(class) * log(class)).sum::<f64>();
        let errors = (0..network.classes).map(|class| weight * (log(class).exp() - target(class))).collect();
        (loss, errors, values)
    }
}

fn dot(weight: &[f64], values: &[f64]) -> f64 {
    weight.iter().zip(values).map(|(weight, value)| weight * value).sum()
}
