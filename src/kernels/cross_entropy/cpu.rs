//! Cross-entropy on the CPU, in float64: it is little, and losses are compared.

use burn::backend::flex::FlexTensor;

use crate::kernels::cpu::{contiguous, dims4, values, vector};

/// The operation on `flex` tensors; see [`super::cross_entropy`] for shapes.
pub fn run(
    logits: FlexTensor,
    targets: FlexTensor,
    weights: FlexTensor,
    classes: usize,
    temperature: f32,
) -> FlexTensor {
    let [logits, targets, weights] = [logits, targets, weights].map(contiguous);
    let [_, _, _, width] = dims4(&logits);
    let (mut loss, mut total) = (0.0, 0.0);
    let rows = values(&logits).chunks_exact(width).zip(values(&targets).chunks_exact(width));
    for ((logits, targets), &weight) in rows.zip(values(&weights)) {
        let row = Row::new(&logits[..classes], temperature);
        let scaled = row.scaled.iter().zip(targets);
        // − Σ q log p, with log p = z / T − max − log Σ exp(z / T − max).
        loss += f64::from(weight) * scaled.map(|(z, q)| f64::from(*q) * (row.sum.ln() - z)).sum::<f64>();
        total += f64::from(weight);
    }
    let mean = if total > 0.0 { f64::from(temperature).powi(2) * loss / total } else { 0.0 };
    vector([1], vec![mean as f32])
}

/// The gradient of the logits.
pub fn gradient(
    gradient: FlexTensor,
    logits: FlexTensor,
    targets: FlexTensor,
    weights: FlexTensor,
    classes: usize,
    temperature: f32,
) -> FlexTensor {
    let [gradient, logits, targets, weights] = [gradient, logits, targets, weights].map(contiguous);
    let shape @ [_, _, _, width] = dims4(&logits);
    let total: f64 = values(&weights).iter().copied().map(f64::from).sum();
    let scale = if total > 0.0 { f64::from(values(&gradient)[0]) * f64::from(temperature) / total } else { 0.0 };
    let mut output = vec![0.0; shape.iter().product()];
    let rows = values(&logits).chunks_exact(width).zip(values(&targets).chunks_exact(width));
    for ((to, (logits, targets)), &weight) in output.chunks_exact_mut(width).zip(rows).zip(values(&weights)) {
        let row = Row::new(&logits[..classes], temperature);
        let all: f64 = targets[..classes].iter().copied().map(f64::from).sum();
        for ((to, z), q) in to.iter_mut().zip(&row.scaled).zip(targets) {
            *to = (scale * f64::from(weight) * (all * z.exp() / row.sum - f64::from(*q))) as f32;
        }
    }
    vector(shape, output)
}

/// A sample's logits on their way to a softmax.
struct Row {
    /// `z / T`, less the largest: nothing overflows.
    scaled: Vec<f64>,
    /// Σ exp of them.
    sum: f64,
}

impl Row {
    fn new(logits: &[f32], temperature: f32) -> Self {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let scaled: Vec<f64> = logits.iter().map(|z| f64::from(*z - largest) / f64::from(temperature)).collect();
        let sum = scaled.iter().map(|z| z.exp()).sum();
        Self { scaled, sum }
    }
}

/// See [`super::correct`].
pub fn correct(logits: FlexTensor, labels: FlexTensor, classes: usize) -> FlexTensor {
    let (logits, labels) = (contiguous(logits), contiguous(labels));
    let [_, _, _, width] = dims4(&logits);
    let is_right = |(logits, label): (&[f32], &f32)| {
        let larger = |best: usize, (c, z): (usize, &f32)| if *z > logits[best] { c } else { best };
        logits[..classes].iter().enumerate().fold(0, larger) as f32 == *label
    };
    let right = values(&logits).chunks_exact(width).zip(values(&labels)).filter(|&row| is_right(row)).count();
    vector([1], vec![right as f32])
}
