//! Launches the WGSL on CubeCL buffers.

use std::fmt;

use burn::tensor::Bytes;
use cubecl::client::Client;
use cubecl::server::Handle;

use super::plan::Plan;
use super::{EpochMeans, Layer, Network, Optimizer, Rows, Task, threshold};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::gpu::{WORKGROUP, Wgsl, dispatch, wgsl};

/// Rows and units of a workgroup of `product.wgsl`.
const TILE: usize = 4;

/// Rows that are validated by one pair of dispatches: bounds the memory of their logits.
const CHUNK: usize = 1024;

/// Which rows `product.wgsl` takes; in step with it.
#[derive(Debug, Clone, Copy)]
enum Mode {
    Gathered,
    Batch,
    Fixed { first: usize, count: usize },
}

/// A head in training on a GPU.
pub struct Steps {
    client: Client,
    network: Network,
    /// Training and validation samples, and the order of the epoch with its steps.
    train: Input,
    val: Option<Input>,
    plan: Handle,
    class_weights: Handle,
    parameters: Handle,
    averages: Handle,
    best: Handle,
    /// Steps and epochs as the device counts them; `turn.wgsl` says what is where.
    counter: Handle,
    tally: Handle,
    history: Handle,
    /// Values of a batch: hidden ones, their gradient, logits and their gradient.
    hidden: Option<[Handle; 2]>,
    logits: Handle,
    batch: usize,
    train_passes: Passes,
    val_chunks: Vec<Passes>,
    backprop: Option<Handle>,
    updates: Vec<Handle>,
    turn: Handle,
    /// Epochs that were ended, as this side counts them.
    epochs: usize,
}

/// Samples on the device.
#[derive(Debug)]
struct Input {
    values: Handle,
    labels: Handle,
}

/// The sizes of a forward pass: one product a layer, then softmax.
#[derive(Debug)]
struct Passes {
    products: Vec<Handle>,
    softmax: Handle,
    rows: usize,
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps").field("network", &self.network).field("epochs", &self.epochs).finish_non_exhaustive()
    }
}

impl Steps {
    /// See [`super::Steps::new`].
    pub fn new(task: Task, train: Rows, val: Rows, parameters: Vec<f32>, client: Client) -> Result<Self> {
        let network = task.network;
        let (samples, held_out) = (train.labels.len(), val.labels.len());
        fits(&client, train.values.len().max(val.values.len()).max(2 * parameters.len()))?;

        let words = |words: &[u32]| client.create_from_slice(bytemuck::cast_slice(words));
        let floats = |floats: Vec<f32>| client.create(Bytes::from_elems(floats));
        let empty = |count: usize| client.empty(count * size_of::<f32>());

        let rows = task.batch.min(samples).max(CHUNK.min(held_out)).max(1);
        let layers = network.layers();
        let passes = |lowest: Mode, other: Mode| -> Vec<Handle> {
            let modes = [lowest, other];
            layers.iter().enumerate().map(|(i, layer)| words(&product_sizes(&task, layer, modes[i.min(1)]))).collect()
        };
        let softmax = |fixed: Option<(usize, usize)>| {
            let (first, count) = fixed.unwrap_or_default();
            let upper = network.upper();
            let smoothing = task.label_smoothing.to_bits();
            words(&[
                fixed.is_some().into(),
                first as u32,
                count as u32,
                upper.units as u32,
                upper.rows as u32,
                smoothing,
                samples as u32,
            ])
        };
        let chunk = |first: usize| {
            let count = CHUNK.min(held_out - first);
            let products = passes(Mode::Fixed { first, count }, Mode::Fixed { first: 0, count });
            Passes { products, softmax: softmax(Some((first, count))), rows: count }
        };
        let update = |(at, layer): (usize, &Layer)| {
            let update = task.update;
            // The lowest layer sees the samples themselves. It is updated last, as the others' weights were needed to get its gradient.
            let lowest = u32::from(at == 0);
            let [momentum, decay, decoupled] =
                [update.momentum, update.decay, update.decoupled_decay].map(f32::to_bits);
            let [offset, width, rows] = [layer.offset / 4, layer.width / 4, layer.rows / 4].map(|n| n as u32);
            let sgd = u32::from(update.optimizer == Optimizer::Sgd);
            words(&[lowest, offset, width, rows, layer.inputs as u32, sgd, momentum, decay, decoupled])
        };
        let upper = network.upper();
        let scale = (1.0 / (1.0 - task.dropout)).to_bits();
        let backprop = network.hidden.map(|units| {
            words(
                &[upper.offset / 4, upper.width / 4, upper.units, upper.rows, units]
                    .map(|n| n as u32)
                    .into_iter()
                    .chain([scale])
                    .collect::<Vec<_>>(),
            )
        });
        Ok(Self {
            train_passes: Passes {
                products: passes(Mode::Gathered, Mode::Batch),
                softmax: softmax(None),
                rows: task.batch.min(samples),
            },
            val_chunks: (0..held_out).step_by(CHUNK).map(chunk).collect(),
            backprop,
            updates: layers.iter().enumerate().map(update).collect(),
            turn: words(&[samples, held_out, task.patience].map(|n| u32::try_from(n).unwrap_or(u32::MAX))),
            plan: words(&[0; 8]),
            class_weights: floats(task.class_weights.clone()),
            averages: floats(vec![0.0; 2 * parameters.len()]),
            best: client.create_from_slice(bytemuck::cast_slice(&parameters)),
            parameters: floats(parameters),
            counter: words(&counter(f32::MAX)),
            tally: floats(vec![0.0; 2 * (samples + held_out)]),
            history: floats(vec![0.0; 4 * task.epochs.max(1)]),
            hidden: network.hidden.map(|_| [(); 2].map(|()| empty(rows * upper.width))),
            logits: empty(rows * upper.rows),
            batch: task.batch.min(samples),
            val: (held_out > 0).then(|| Input { values: floats(val.values), labels: words(&val.labels) }),
            train: Input { labels: words(&train.labels), values: floats(train.values) },
            network,
            epochs: 0,
            client: client.clone(),
        })
    }

    /// See [`super::Steps::begins_with`].
    pub fn begins_with(&mut self, loss: f32) {
        self.counter = self.client.create_from_slice(bytemuck::cast_slice(&counter(loss)));
    }

    /// See [`super::Steps::begin_epoch`].
    pub fn begin_epoch(&mut self, plan: &Plan) {
        self.plan = self.client.create_from_slice(bytemuck::cast_slice(&plan.words()));
    }

    /// See [`super::Steps::step`].
    pub fn step(&mut self) {
        self.forward(&self.train, &self.train_passes);
        let upper = self.network.upper();
        match (&self.hidden, &self.backprop, self.network.lower()) {
            (Some([hidden, below]), Some(sizes), Some(lower)) => {
                let buffers = [&self.logits, &self.parameters, hidden, below, &self.plan, &self.counter, sizes];
                self.launch("backprop", include_str!("backprop.wgsl"), self.batch * upper.width / 4, &buffers);
                self.update(&upper, &self.updates[1], hidden, &self.logits);
                self.update(&lower, &self.updates[0], &self.train.values, below);
            }
            _ => self.update(&upper, &self.updates[0], &self.train.values, &self.logits),
        }
    }

    /// See [`super::Steps::end_epoch`].
    pub fn end_epoch(&mut self) {
        for passes in &self.val_chunks {
            if let Some(val) = &self.val {
                self.forward(val, passes);
            }
        }
        let buffers = [&self.tally, &self.history, &self.counter, &self.turn];
        self.launch("turn", include_str!("turn.wgsl"), 1, &buffers);
        self.launch(
            "keep",
            include_str!("keep.wgsl"),
            self.network.len() / 4,
            &[&self.parameters, &self.best, &self.counter],
        );
        self.epochs += 1;
    }

    /// See [`super::Steps::epochs`].
    pub async fn epochs(&self) -> Result<Vec<EpochMeans>> {
        let rows = self.read(&self.history).await?;
        let means = |&[train_loss, train_accuracy, val_loss, val_accuracy]: &[f32; 4]| EpochMeans {
            train_loss,
            train_accuracy,
            val_loss,
            val_accuracy,
        };
        Ok(rows.as_chunks::<4>().0.iter().take(self.epochs).map(means).collect())
    }

    /// See [`super::Steps::parameters`].
    pub async fn parameters(&self) -> Result<Vec<f32>> {
        self.read(&self.parameters).await
    }

    /// See [`super::Steps::best`].
    pub async fn best(&self) -> Result<Vec<f32>> {
        self.read(&self.best).await
    }

    /// Logits and losses of the rows that `passes` names.
    fn forward(&self, input: &Input, passes: &Passes) {
        let source = include_str!("product.wgsl");
        let layers = self.network.layers();
        for (at, (layer, sizes)) in layers.iter().zip(&passes.products).enumerate() {
            let (input, output) = match (&self.hidden, at) {
                (Some([hidden, _]), 0) => (&input.values, hidden),
                (Some([hidden, _]), _) => (hidden, &self.logits),
                (None, _) => (&input.values, &self.logits),
            };
            let groups = passes.rows.div_ceil(TILE) * (layer.rows / TILE);
            let buffers = [input, &self.parameters, output, &self.plan, &self.counter, sizes];
            self.launch("product", source, groups * WORKGROUP as usize, &buffers);
        }
        let buffers =
            [&self.logits, &input.labels, &self.class_weights, &self.tally, &self.plan, &self.counter, &passes.softmax];
        self.launch("softmax", include_str!("softmax.wgsl"), passes.rows, &buffers);
    }

    fn update(&self, layer: &Layer, sizes: &Handle, input: &Handle, gradient: &Handle) {
        let invocations = layer.rows / 4 * layer.width / 4;
        let buffers = [input, gradient, &self.parameters, &self.averages, &self.plan, &self.counter, sizes];
        self.launch("update", wgsl!("../shared/adam.wgsl", "update.wgsl"), invocations, &buffers);
    }

    fn launch(&self, name: &'static str, source: &'static str, invocations: usize, buffers: &[&Handle]) {
        dispatch(&self.client, Wgsl { name, source, constants: Vec::new() }, invocations, buffers);
    }

    async fn read(&self, handle: &Handle) -> Result<Vec<f32>> {
        let fail = |found: String| failure("a result", found);
        let read = self.client.read_async(vec![handle.clone()]).await.map_err(|error| fail(error.to_string()))?;
        let bytes = read.first().ok_or_else(|| fail("none".into()))?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

/// The device's counters before the first step, in the order of `turn.wgsl`; `best`: the loss that an epoch has to beat.
fn counter(best: f32) -> [u32; 6] {
    [0, 0, 0, 0, 0, best.to_bits()]
}

/// The numbers of a product, in the order of `product.wgsl`.
fn product_sizes(task: &Task, layer: &Layer, mode: Mode) -> [u32; 12] {
    let (mode, first, count) = match mode {
        Mode::Gathered => (0, 0, 0),
        Mode::Batch => (1, 0, 0),
        Mode::Fixed { first, count } => (2, first, count),
    };
    let hidden = task.network.lower() == Some(*layer);
    let scale = 1.0 / (1.0 - task.dropout);
    let [first, count, width, offset, units, rows] =
        [first, count, layer.width / 4, layer.offset / 4, layer.units, layer.rows / TILE].map(|n| n as u32);
    let stride = layer.rows as u32;
    let threshold = if hidden { threshold(task.dropout) } else { 0 };
    [mode, first, count, width, offset, units, rows, stride, hidden.into(), task.seed, threshold, scale.to_bits()]
}

/// Can the device bind a buffer of `floats`?
fn fits(client: &Client, floats: usize) -> Result<()> {
    let (bytes, limit) = ((floats * size_of::<f32>()) as u64, client.properties().memory.max_page_size);
    if bytes <= limit {
        return Ok(());
    }
    let mib = |bytes: u64| format!("{} MiB", bytes.div_ceil(1 << 20));
    Err(failure(&format!("at most {} of embeddings, which is what it can use at once", mib(limit)), mib(bytes)))
}

fn failure(expected: &str, found: String) -> Error {
    Error::new(ErrorKind::Device, "training on the GPU", expected, found, "Train on the CPU: same results.")
}
