//! The loss: cross-entropy of softmax against target probabilities, and how many answers are right.
//!
//! For sample `n` with logits `z`, targets `q` and temperature `T` (1, but for distillation; Hinton, Vinyals & Dean 2015, section 2):
//!
//! ```text
//! p = softmax(z / T)
//! L = Σ_n w_n l_n / Σ_n w_n        l = − T² Σ_c q_c log p_c
//! ∂L/∂z = w_n / Σ w · T (p Σ_c q_c − q)
//! ```
//!
//! `T²` keeps the gradient's size what it is at `T` = 1 (the same paper, end of section 2). A batch that comes in micro-batches: the loss
//! of each, times its share of the batch's `Σ w`, adds up to the batch's.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::{Int, Tensor};

use super::scratch::ScratchKernels;

pub(super) use cpu::{correct as cpu_correct, gradient as cpu_gradient, run as cpu};
pub(super) use gpu::{correct as gpu_correct, gradient as gpu_gradient, run as gpu};

/// The weighted mean of the samples' losses, `[1]`. Differentiable for `logits`; nothing else gets a gradient. 0 where all weights are.
///
/// # Shapes
/// - `logits`: `[N, 1, 1, K']`, as the last layer puts them out; only the first `classes` take part, the gradient of the others is zero
/// - `targets`: `[N, K']`, 0–1: one-hot, smoothed, or what a teacher says at the same temperature
/// - `weights`: `[N]`, 0 or more; `temperature`: above 0
///
/// # Panics
/// If the shapes do not fit together: a defect of ours.
pub fn cross_entropy(
    logits: Tensor<4>,
    targets: Tensor<2>,
    weights: Tensor<1>,
    classes: usize,
    temperature: f32,
) -> Tensor<1> {
    let [n, h, w, width] = logits.dims();
    assert_eq!((h, w), (1, 1), "cross-entropy: one pixel a sample");
    assert_eq!(targets.dims(), [n, width], "cross-entropy: targets (left) beside logits (right)");
    assert_eq!(weights.dims(), [n], "cross-entropy: one weight a sample");
    assert!((1..=width).contains(&classes), "cross-entropy: {classes} classes in {width} logits");
    assert!(temperature > 0.0, "cross-entropy: temperature {temperature}");
    Tensor::from_dispatch(Dispatch::graft_cross_entropy(
        logits.into_dispatch(),
        targets.into_dispatch(),
        weights.into_dispatch(),
        classes,
        temperature,
    ))
}

/// How many samples' largest logit (the first one, if several are) is their label's, `[1]`: it stays on the device, to be added up there.
///
/// # Shapes
/// `logits`: `[N, 1, 1, K']`, of which the first `classes` count; `labels`: `[N]`, each below `classes`.
///
/// # Panics
/// If the shapes do not fit together: a defect of ours.
pub fn correct(logits: Tensor<4>, labels: Tensor<1, Int>, classes: usize) -> Tensor<1> {
    let [n, h, w, width] = logits.dims();
    assert_eq!((h, w), (1, 1), "correct: one pixel a sample");
    assert_eq!(labels.dims(), [n], "correct: one label a sample");
    assert!((1..=width).contains(&classes), "correct: {classes} classes in {width} logits");
    // As floats, which hold every class's number exactly: so the devices' integers may be of any width.
    let labels: Tensor<1> = labels.float();
    Tensor::from_dispatch(Dispatch::graft_correct(logits.into_dispatch(), labels.into_dispatch(), classes))
}
