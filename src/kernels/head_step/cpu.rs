//! The step on the CPU: second device and readable twin of the WGSL.

use super::product::product;
use super::softmax::{self, Objective, Verdict};
use super::update::{State, backprop, update};
use super::{EpochMeans, Layer, Plan, Rows, Step, Task, Update, is_better, is_dropped, threshold};

/// Rows that are validated at once: their logits stay in the cache.
const CHUNK: usize = 64;

/// A head in training on the processor.
#[derive(Debug)]
pub struct Steps {
    task: Task,
    train: Rows,
    val: Rows,
    weights: Weights,
    plan: Plan,
    /// Which step of the plan is next.
    next: usize,
    /// What each training sample of the epoch came to.
    verdicts: Vec<Verdict>,
    history: Vec<EpochMeans>,
    best: Vec<f32>,
    best_epoch: usize,
    best_loss: f32,
}

/// What an optimizer's step changes.
#[derive(Debug)]
struct Weights {
    parameters: Vec<f32>,
    /// The optimizer's averages, as the parameters lie.
    first: Vec<f32>,
    second: Vec<f32>,
}

/// Values of a batch on their way up.
struct Forward {
    /// `[rows, upper.width]`; empty without a hidden layer.
    hidden: Vec<f32>,
    /// `[rows, upper.rows]`.
    logits: Vec<f32>,
}

impl Steps {
    /// See [`super::Steps::new`].
    pub fn new(task: Task, train: Rows, val: Rows, parameters: Vec<f32>) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self {
            best: parameters.clone(),
            weights: Weights { parameters, first: zeros.clone(), second: zeros },
            plan: Plan::default(),
            next: 0,
            verdicts: Vec::with_capacity(train.labels.len()),
            history: Vec::new(),
            best_epoch: 0,
            best_loss: f32::MAX,
            task,
            train,
            val,
        }
    }

    /// See [`super::Steps::begins_with`].
    pub fn begins_with(&mut self, loss: f32) {
        self.best_loss = loss;
    }

    /// See [`super::Steps::begin_epoch`].
    pub fn begin_epoch(&mut self, plan: &Plan) {
        self.plan = plan.clone();
        self.next = 0;
        self.verdicts.clear();
    }

    /// See [`super::Steps::step`].
    pub fn step(&mut self) {
        let step = self.plan.steps[self.next];
        let chosen = &self.plan.order[step.first..step.first + step.count];
        let width = self.task.network.width();
        let rows: Vec<&[f32]> = chosen.iter().map(|&row| &self.train.values[row as usize * width..][..width]).collect();

        let Forward { hidden, logits: mut gradient } =
            forward(&self.task, &self.weights.parameters, &rows, Some(&step));
        let upper = self.task.network.upper();
        for (&row, gradient) in chosen.iter().zip(gradient.chunks_exact_mut(upper.rows)) {
            let label = self.train.labels[row as usize] as usize;
            let objective = Objective {
                weight: self.task.class_weights[label],
                smoothing: self.task.label_smoothing,
                count: step.count,
            };
            self.verdicts.push(softmax::train(&mut gradient[..upper.units], label, objective));
        }
        match self.task.network.lower() {
            None => self.weights.update(&upper, &rows, &gradient, &self.task.update, &step),
            Some(lower) => {
                let mut below = vec![0.0; hidden.len()];
                let scale = 1.0 / (1.0 - self.task.dropout);
                backprop(&upper, &self.weights.parameters[upper.offset..], &gradient, &hidden, scale, &mut below);
                let hidden: Vec<&[f32]> = hidden.chunks_exact(upper.width).collect();
                self.weights.update(&upper, &hidden, &gradient, &self.task.update, &step);
                self.weights.update(&lower, &rows, &below, &self.task.update, &step);
            }
        }
        self.next += 1;
    }

    /// See [`super::Steps::end_epoch`].
    pub fn end_epoch(&mut self) {
        let (train_loss, train_accuracy) = means(&self.verdicts);
        let (val_loss, val_accuracy) = means(&self.validate());
        let validated = !self.val.labels.is_empty();
        let (epoch, loss) = (self.history.len() + 1, if validated { val_loss } else { train_loss });
        if is_better(validated, epoch, loss, self.best_epoch, self.best_loss, self.task.patience) {
            (self.best_epoch, self.best_loss) = (epoch, loss);
            self.best.copy_from_slice(&self.weights.parameters);
        }
        self.history.push(EpochMeans { train_loss, train_accuracy, val_loss, val_accuracy });
    }

    /// See [`super::Steps::epochs`].
    pub fn epochs(&self) -> Vec<EpochMeans> {
        self.history.clone()
    }

    /// See [`super::Steps::parameters`].
    pub fn parameters(&self) -> Vec<f32> {
        self.weights.parameters.clone()
    }

    /// See [`super::Steps::best`].
    pub fn best(&self) -> Vec<f32> {
        self.best.clone()
    }

    fn validate(&self) -> Vec<Verdict> {
        let rows: Vec<&[f32]> = self.val.values.chunks_exact(self.task.network.width()).collect();
        let upper = self.task.network.upper();
        let judge = |(rows, labels): (&[&[f32]], &[u32])| {
            let Forward { logits, .. } = forward(&self.task, &self.weights.parameters, rows, None);
            let rows = logits.chunks_exact(upper.rows).zip(labels);
            rows.map(|(logits, &label)| softmax::validate(&logits[..upper.units], label as usize)).collect::<Vec<_>>()
        };
        rows.chunks(CHUNK).zip(self.val.labels.chunks(CHUNK)).flat_map(judge).collect()
    }
}

impl Weights {
    fn update(&mut self, layer: &Layer, rows: &[&[f32]], gradient: &[f32], how: &Update, step: &Step) {
        let range = layer.offset..layer.offset + layer.len();
        let state = State {
            weight: &mut self.parameters[range.clone()],
            first: &mut self.first[range.clone()],
            second: &mut self.second[range],
        };
        update(layer, state, rows, gradient, how, step);
    }
}

/// The logits of `rows`; with dropout where a step is given.
fn forward(task: &Task, parameters: &[f32], rows: &[&[f32]], step: Option<&Step>) -> Forward {
    let upper = task.network.upper();
    let mut logits = vec![0.0; rows.len() * upper.rows];
    let weight = &parameters[upper.offset..][..upper.units * upper.width];
    let Some(lower) = task.network.lower() else {
        product(rows, weight, upper.units, &mut logits, upper.rows);
        return Forward { hidden: Vec::new(), logits };
    };
    let mut hidden = vec![0.0; rows.len() * upper.width];
    product(rows, &parameters[..lower.units * lower.width], lower.units, &mut hidden, upper.width);
    let (threshold, scale) = (threshold(task.dropout), 1.0 / (1.0 - task.dropout));
    for (row, values) in hidden.chunks_exact_mut(upper.width).enumerate() {
        for (unit, value) in values[..lower.units].iter_mut().enumerate() {
            // A comparison, not `max`: what is no number must stay none, so that training notices.
            *value = if *value < 0.0 { 0.0 } else { *value };
            if let Some(step) = step {
                let dropped = is_dropped(task.seed, step.number, (row * upper.width + unit) as u32, threshold);
                *value = if dropped { 0.0 } else { *value * scale };
            }
        }
        values[lower.units] = 1.0;
    }
    let slices: Vec<&[f32]> = hidden.chunks_exact(upper.width).collect();
    product(&slices, weight, upper.units, &mut logits, upper.rows);
    Forward { hidden, logits }
}

/// Mean loss and share of right ones; zeros for none.
fn means(verdicts: &[Verdict]) -> (f32, f32) {
    let count = verdicts.len().max(1) as f64;
    let loss: f64 = verdicts.iter().map(|verdict| f64::from(verdict.loss)).sum();
    let right = verdicts.iter().filter(|verdict| verdict.right).count();
    ((loss / count) as f32, (right as f64 / count) as f32)
}
