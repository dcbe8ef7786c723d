//! One training step of a head, and everything that an epoch needs around it, without a readback.
//!
//! A head is one dense layer, or two with ReLU and dropout between (see [`Network`]). For a batch of `B` rows:
//!
//! ```text
//! z = x Wᵀ                                   logits; the bias is the weight of a constant 1 behind the inputs
//! p = softmax(z)
//! q = (1 − ε) · [c = y] + ε / C              target, smoothed (Szegedy et al. 2016, section 7)
//! L = 1/B Σ_b w[y] Σ_c −q log p              cross-entropy, w: weight of the sample's class
//! ∂L/∂z = w[y] (p − q) / B                   Goodfellow et al. 2016, section 6.2.2.3
//! ∂L/∂W = (∂L/∂z)ᵀ x                         and one more such layer below, where there is a hidden one
//! W ← W − …                                  see [`Update`]
//! ```
//!
//! | dispatch (WGSL) | on the CPU | what it does |
//! |---|---|---|
//! | `product.wgsl`, once a layer | `product.rs` | logits; hidden values with ReLU and dropout |
//! | `softmax.wgsl` | `softmax.rs` | loss, right or wrong, gradient of the logits, in their place |
//! | `backprop.wgsl`, hidden layer only | `update.rs` | gradient of the hidden layer |
//! | `update.wgsl`, once a layer | `update.rs` | gradient of the weights, used up at once by the optimizer |
//! | `turn.wgsl`, `keep.wgsl`, once an epoch | `cpu.rs` | the epoch's means; is it the best so far? then its weights are kept |
//!
//! So a step is three dispatches (six with a hidden layer). Rows stay where they were uploaded: a batch is a list of row numbers. What changes
//! from step to step (row numbers, learning rate, bias corrections) is uploaded once an epoch as a [`Plan`]; a counter in the device's
//! memory says which step it is. Hence nothing is written between dispatches, which would break the queue into one submission each.
//!
//! Parameters are changed in place, which Burn's tensors do not offer: the GPU part works on CubeCL buffers, the CPU part on vectors.

mod cpu;
mod gpu;
mod layout;
mod plan;
mod product;
pub mod reference;
mod softmax;
mod update;

use burn::backend::DispatchDevice;
use burn::tensor::Device;

use crate::error::Result;

pub use layout::{Layer, Network};
pub use plan::{Plan, Step};
pub use update::{Optimizer, Update};

/// Everything that stays the same while a head is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The head's sizes.
    pub network: Network,
    /// Share of hidden values that are dropped, 0 or more, below 1 (Srivastava et al. 2014, in its inverted form: kept values are divided by what is kept).
    pub dropout: f32,
    /// Decides which are dropped, with the step's number and the value's place.
    pub seed: u32,
    /// Weight of each class, `[C]`.
    pub class_weights: Vec<f32>,
    /// Share of the target that is spread evenly over all classes, 0–1.
    pub label_smoothing: f32,
    /// What turns gradients into steps.
    pub update: Update,
    /// Samples a step, at most.
    pub batch: usize,
    /// Epochs, at most.
    pub epochs: usize,
    /// Epochs without a better validation loss after which none is kept any more. Large where training never stops early.
    pub patience: usize,
}

/// Samples: what the network sees, and their classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// `[N, width]`, as [`Network::rows`] lays them out.
    pub values: Vec<f32>,
    /// `[N]`, each below the number of classes.
    pub labels: Vec<u32>,
}

/// What an epoch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EpochMeans {
    /// Mean loss of the training samples as they were met, smoothing and class weights included.
    pub train_loss: f32,
    /// Share of the training samples that were right as they were met.
    pub train_accuracy: f32,
    /// Mean plain cross-entropy of the validation samples after the epoch; 0 where there are none.
    pub val_loss: f32,
    /// Share of the validation samples that are right; 0 where there are none.
    pub val_accuracy: f32,
}

/// A head in training on a device.
#[derive(Debug)]
pub enum Steps {
    /// On the processor: done when the call returns.
    Cpu(Box<cpu::Steps>),
    /// On the graphics processor: queued when the call returns.
    Gpu(Box<gpu::Steps>),
}

impl Steps {
    /// Puts everything in place. `parameters`: as [`Network`] lays them out.
    ///
    /// # Errors
    /// [`Device`](crate::error::ErrorKind::Device) where the GPU cannot hold that much.
    ///
    /// # Panics
    /// If lengths do not fit together, or a label is no class: the caller has checked them.
    pub fn new(task: Task, train: Rows, val: Rows, parameters: Vec<f32>, device: &Device) -> Result<Self> {
        let network = &task.network;
        let classes = network.classes as u32;
        for rows in [&train, &val] {
            assert_eq!(
                rows.values.len(),
                rows.labels.len() * network.width(),
                "head step: values (left) and labels (right)"
            );
            assert!(rows.labels.iter().all(|&label| label < classes), "head step: every label is a class");
        }
        assert_eq!(
            parameters.len(),
            network.len(),
            "head step: parameters (left) as the network lays them out (right)"
        );
        assert_eq!(task.class_weights.len(), network.classes, "head step: one weight a class");
        Ok(match device.as_dispatch() {
            DispatchDevice::Cube(device) => {
                Self::Gpu(Box::new(gpu::Steps::new(task, train, val, parameters, device.client())?))
            }
            _ => Self::Cpu(Box::new(cpu::Steps::new(task, train, val, parameters))),
        })
    }

    /// What it begins with has this validation loss: no epoch is kept that is not better. To be said before the first step.
    pub fn begins_with(&mut self, loss: f32) {
        match self {
            Self::Cpu(steps) => steps.begins_with(loss),
            Self::Gpu(steps) => steps.begins_with(loss),
        }
    }

    /// Begins an epoch: its order of samples and its steps.
    pub fn begin_epoch(&mut self, plan: &Plan) {
        match self {
            Self::Cpu(steps) => steps.begin_epoch(plan),
            Self::Gpu(steps) => steps.begin_epoch(plan),
        }
    }

    /// The next step of the plan.
    pub fn step(&mut self) {
        match self {
            Self::Cpu(steps) => steps.step(),
            Self::Gpu(steps) => steps.step(),
        }
    }

    /// Ends an epoch: validation, the means, and the parameters kept if it is the best so far.
    ///
    /// The best is the lowest validation loss; without validation samples the last epoch whose loss is a number.
    pub fn end_epoch(&mut self) {
        match self {
            Self::Cpu(steps) => steps.end_epoch(),
            Self::Gpu(steps) => steps.end_epoch(),
        }
    }

    /// The means of all epochs that were ended. On the GPU this waits until all that was queued is done.
    ///
    /// # Errors
    /// [`Device`](crate::error::ErrorKind::Device) where the GPU fails.
    pub async fn epochs(&self) -> Result<Vec<EpochMeans>> {
        match self {
            Self::Cpu(steps) => Ok(steps.epochs()),
            Self::Gpu(steps) => steps.epochs().await,
        }
    }

    /// The parameters now.
    ///
    /// # Errors
    /// As [`Self::epochs`].
    pub async fn parameters(&self) -> Result<Vec<f32>> {
        match self {
            Self::Cpu(steps) => Ok(steps.parameters()),
            Self::Gpu(steps) => steps.parameters().await,
        }
    }

    /// The parameters of the best epoch so far; those it began with where there is none.
    ///
    /// # Errors
    /// As [`Self::epochs`].
    pub async fn best(&self) -> Result<Vec<f32>> {
        match self {
            Self::Cpu(steps) => Ok(steps.best()),
            Self::Gpu(steps) => steps.best().await,
        }
    }
}

/// Is epoch `epoch` (from 1) of loss `loss` worth keeping, if `best_epoch` had `best`? The same on both devices and in whoever reads the
/// means: comparisons with a NaN are false, so that an epoch without a number is never kept.
///
/// `validated`: is the loss one of validation? Otherwise the last epoch is the best, as long as its loss is a number.
pub fn is_better(validated: bool, epoch: usize, loss: f32, best_epoch: usize, best: f32, patience: usize) -> bool {
    if validated { loss < best && epoch - best_epoch <= patience } else { loss < f32::MAX }
}

/// Is the value at `element` of step `step` dropped? A hash of its place instead of a sequence of random numbers: any order, any device.
///
/// Hash: `pcg` of Jarzynski & Olano 2020, "Hash Functions for GPU Rendering" (JCGT 9/3), Listing 3. `threshold`: the share times 2³².
fn is_dropped(seed: u32, step: u32, element: u32, threshold: u32) -> bool {
    pcg(pcg(pcg(seed).wrapping_add(step)).wrapping_add(element)) < threshold
}

fn pcg(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// The share as [`is_dropped`] wants it.
fn threshold(dropout: f32) -> u32 {
    (f64::from(dropout) * 4_294_967_296.0) as u32 // saturates
}
