//! A few training steps of a small head, on a device and in the plain reference.

use burn::tensor::Device;

use super::{Noise, difference};
use crate::error::Result;
use crate::kernels::head_step::reference::Reference;
use crate::kernels::head_step::{Network, Optimizer, Plan, Rows, Steps, Task, Update};
use crate::protocol::Comparison;

/// Samples, and samples a step: the last step has fewer.
const SAMPLES: usize = 21;
const BATCH: usize = 8;

/// Parameters after an epoch, and the epoch's loss, of a linear head with Adam and of a hidden layer with the rest.
///
/// # Errors
/// [`Device`](crate::error::ErrorKind::Device) where the device gives no result at all.
pub(super) async fn steps(device: &Device, noise: &mut Noise) -> Result<Vec<Comparison>> {
    let linear = Network { inputs: 37, hidden: None, classes: 10 };
    let hidden = Network { inputs: 19, hidden: Some(11), classes: 3 };
    let adam = Update { optimizer: Optimizer::Adam, momentum: 0.0, decay: 0.0, decoupled_decay: 0.1 };
    let sgd = Update { optimizer: Optimizer::Sgd, momentum: 0.9, decay: 0.01, decoupled_decay: 0.0 };

    let mut comparisons = Vec::new();
    for (name, network, update, dropout) in [("linear, Adam", linear, adam, 0.0), ("hidden, SGD", hidden, sgd, 0.3)] {
        let task = Task {
            network,
            dropout,
            seed: 1,
            class_weights: noise.values(network.classes).into_iter().map(|weight| 1.5 + weight).collect(),
            label_smoothing: 0.1,
            update,
            batch: BATCH,
            epochs: 1,
            patience: 1,
        };
        let rows = Rows {
            values: network.rows(noise.values(SAMPLES * network.inputs)),
            labels: (0..SAMPLES as u32).map(|sample| sample % network.classes as u32).collect(),
        };
        let mut start = vec![0.0; network.len()];
        for layer in network.layers() {
            for row in start[layer.offset..].chunks_exact_mut(layer.width).take(layer.units) {
                row[..=layer.inputs].copy_from_slice(&noise.values(layer.inputs + 1));
            }
        }
        let plan = Plan::new((0..SAMPLES as u32).rev().collect(), BATCH, 0, |_| 0.02);
        let mut reference = Reference::new(task.clone(), rows.clone(), &start);
        let mut steps = Steps::new(task, rows, Rows::default(), start, device)?;
        steps.begin_epoch(&plan);
        let mut loss = 0.0;
        for step in &plan.steps {
            let chosen = &plan.order[step.first..step.first + step.count];
            loss += reference.loss(chosen, step) * step.count as f64 / SAMPLES as f64;
            reference.step(chosen, step);
            steps.step();
        }
        steps.end_epoch();
        let want: Vec<f32> = reference.parameters.iter().map(|&value| value as f32).collect();
        comparisons.push(difference(format!("head step {name}"), &steps.parameters().await?, &want));
        let losses: Vec<f32> = steps.epochs().await?.iter().map(|epoch| epoch.train_loss).collect();
        comparisons.push(difference(format!("head loss {name}"), &losses, &[loss as f32]));
    }
    Ok(comparisons)
}
