//! Training a head: gradients, optimizers, both devices, reproducibility, early stopping.

use burn::module::{Module, Param};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData, activation};
use graft::head::{Head, Trainer, TrainingData};
use graft::kernels::adam::EPSILON;
use graft::kernels::head_step::reference::Reference;
use graft::kernels::head_step::{Network, Optimizer, Plan, Rows, Step, Steps, Task, Update};
use graft::project::{HeadKind, OptimizerKind, Schedule, TrainSettings};
use graft::protocol::{DeviceKind, Ended, EpochRow};

use crate::common::devices;

/// Knuth's generator, as in `verify`: uniform in -1..1.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

const ADAM: Update = Update { optimizer: Optimizer::Adam, momentum: 0.0, decay: 0.0, decoupled_decay: 0.0 };

fn task(network: Network, update: Update) -> Task {
    Task {
        network,
        dropout: if network.hidden.is_some() { 0.3 } else { 0.0 },
        seed: 7,
        class_weights: (0..network.classes).map(|class| 0.5 + class as f32 * 0.25).collect(),
        label_smoothing: 0.1,
        update,
        batch: 16,
        epochs: 5,
        patience: 100,
    }
}

/// `count` samples and parameters to begin with.
fn problem(network: Network, count: usize) -> (Rows, Vec<f32>) {
    let labels = (0..count as u32).map(|i| i % network.classes as u32).collect();
    let rows = Rows { values: network.rows(noise(1, count * network.inputs)), labels };
    let mut parameters = vec![0.0; network.len()];
    for (seed, layer) in network.layers().into_iter().enumerate() {
        let values = noise(seed as u64 + 2, layer.units * (layer.inputs + 1));
        for (unit, row) in values.chunks(layer.inputs + 1).enumerate() {
            let at = layer.offset + unit * layer.width;
            let spread = (1.0 / layer.inputs as f32).sqrt();
            parameters[at..at + row.len()].copy_from_slice(&row.iter().map(|value| spread * value).collect::<Vec<_>>());
        }
    }
    (rows, parameters)
}

const NETWORKS: [Network; 4] = [
    Network { inputs: 24, hidden: None, classes: 10 },
    Network { inputs: 1001, hidden: None, classes: 3 },
    Network { inputs: 20, hidden: Some(13), classes: 5 },
    Network { inputs: 33, hidden: Some(64), classes: 201 },
];

const UPDATES: [Update; 4] = [
    ADAM,
    Update { decay: 0.01, ..ADAM },
    Update { decoupled_decay: 0.1, ..ADAM },
    Update { optimizer: Optimizer::Sgd, momentum: 0.9, decay: 0.01, decoupled_decay: 0.0 },
];

#[test]
fn the_reference_gradient_is_that_of_finite_differences() {
    for network in [NETWORKS[0], NETWORKS[2]] {
        let (rows, parameters) = problem(network, 12);
        let chosen: Vec<u32> = (0..12).collect();
        let step = Step { first: 0, count: 12, number: 1, learning_rate: 0.1 };
        let reference = Reference::new(task(network, ADAM), rows, &parameters);
        let gradient = reference.gradient(&chosen, &step);
        let mut wrong = Vec::new();
        for layer in network.layers() {
            for at in (0..layer.units).flat_map(|unit| (0..=layer.inputs).map(move |k| (unit, k))) {
                let at = layer.offset + at.0 * layer.width + at.1;
                let eps = 1e-5;
                let moved = |by: f64| {
                    let mut moved = reference.clone();
                    moved.parameters[at] += by;
                    moved.loss(&chosen, &step)
                };
                let numerical = (moved(eps) - moved(-eps)) / (2.0 * eps);
                if (numerical - gradient[at]).abs() > 1e-7 {
                    wrong.push(format!("{at}: numerical {numerical}, analytical {}, tolerance 1e-7", gradient[at]));
                }
            }
        }
        assert!(wrong.is_empty(), "{network:?}: {} wrong: {:#?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    }
}

#[test]
fn every_device_steps_as_the_reference_does() {
    for (device, kind) in devices("steps of a head's training") {
        for network in NETWORKS {
            for update in UPDATES {
                let (count, batch) = (37, 16); // the last batch has five
                let task = Task { batch, ..task(network, update) };
                let (rows, parameters) = problem(network, count);
                let mut reference = Reference::new(task.clone(), rows.clone(), &parameters);
                let mut steps = Steps::new(task, rows, Rows::default(), parameters, &device).unwrap();
                let order: Vec<u32> = (0..count as u32).rev().collect();
                let mut losses = Vec::new();
                for epoch in 0..2 {
                    let plan = Plan::new(order.clone(), batch, 3 * epoch, |_| 1e-2);
                    steps.begin_epoch(&plan);
                    let mut total = 0.0;
                    for step in &plan.steps {
                        let chosen = &plan.order[step.first..step.first + step.count];
                        total += reference.loss(chosen, step) * step.count as f64;
                        reference.step(chosen, step);
                        steps.step();
                    }
                    steps.end_epoch();
                    losses.push(total / count as f64);
                }
                let got = pollster::block_on(steps.parameters()).unwrap();
                let case = format!("{kind:?} {network:?} {update:?}");
                // Adam divides by the gradient's own size: a rounding of one that is nearly zero becomes a share of the step.
                let close = got
                    .iter()
                    .zip(&reference.parameters)
                    .filter(|(got, want)| (f64::from(**got) - **want).abs() < 2e-4);
                let share = close.count() as f64 / got.len() as f64;
                assert!(share > 0.999, "{case}: only {share} of the parameters agree");
                let epochs = pollster::block_on(steps.epochs()).unwrap();
                for (got, want) in epochs.iter().zip(losses) {
                    assert!(
                        (f64::from(got.train_loss) - want).abs() < 1e-4 * want.max(1.0),
                        "{case}: loss {got:?}, wanted {want}"
                    );
                }
            }
        }
    }
}

/// A dense layer for Burn's optimizers, which are told apart from ours by nothing but their maths.
#[derive(Module, Debug)]
struct Dense {
    weight: Param<Tensor<2>>,
}

#[test]
fn a_hidden_layer_does_not_hide_what_is_no_number() {
    let network = Network { inputs: 24, hidden: Some(11), classes: 3 };
    for (device, kind) in devices("a hidden layer without numbers") {
        // WGSL lets a GPU assume that there are none, and Metal's compiler does.
        if kind == DeviceKind::Gpu && cfg!(target_vendor = "apple") {
            continue;
        }
        let (rows, mut parameters) = problem(network, 20);
        parameters[3] = f32::NAN; // a weight of the hidden layer's first unit
        let mut steps = Steps::new(task(network, ADAM), rows, Rows::default(), parameters, &device).unwrap();
        let plan = Plan::new((0..20).collect(), 16, 0, |_| 0.01);
        steps.begin_epoch(&plan);
        plan.steps.iter().for_each(|_| steps.step());
        steps.end_epoch();
        let epochs = pollster::block_on(steps.epochs()).unwrap();
        assert!(epochs[0].train_loss.is_nan(), "{kind:?}: {}", epochs[0].train_loss);
    }
}

#[test]
fn optimizers_agree_with_burns() {
    let network = Network { inputs: 12, hidden: None, classes: 4 };
    let device = Device::flex();
    let training = device.clone().autodiff();
    for update in UPDATES {
        // Burn decays all of a tensor, so the bias stays out of this comparison: its input is 0.
        let (mut rows, mut parameters) = problem(network, 16);
        rows.values.chunks_exact_mut(network.width()).for_each(|row| row[network.inputs] = 0.0);
        parameters.chunks_exact_mut(network.width()).for_each(|row| row[network.inputs] = 0.0);
        let task = Task { class_weights: vec![1.0; 4], label_smoothing: 0.0, ..task(network, update) };
        let mut steps = Steps::new(task, rows.clone(), Rows::default(), parameters.clone(), &device).unwrap();
        let plan = Plan::new((0..16).collect(), 16, 0, |_| 0.05);

        let matrix = |values: &[f32], rows: usize| {
            let width = network.width();
            let values: Vec<f32> = values.chunks_exact(width).take(rows).flat_map(|row| row[..12].to_vec()).collect();
            Tensor::<2>::from_data(TensorData::new(values, [rows, 12]), &training)
        };
        let input = matrix(&rows.values, 16);
        let targets: Vec<f32> =
            rows.labels.iter().flat_map(|&label| (0..4).map(move |c| f32::from(c == label))).collect();
        let targets = Tensor::<2>::from_data(TensorData::new(targets, [16, 4]), &training);
        let mut module = Dense { weight: Param::from_tensor(matrix(&parameters, 4)) };
        let decay = (update.decay > 0.0).then(|| WeightDecayConfig::new(update.decay));
        let mut adam = AdamConfig::new().with_epsilon(EPSILON).with_weight_decay(decay.clone()).init();
        let mut adamw = AdamWConfig::new().with_epsilon(EPSILON).with_weight_decay(update.decoupled_decay).init();
        let momentum = MomentumConfig::new().with_momentum(f64::from(update.momentum)).with_dampening(0.0);
        let mut sgd = SgdConfig::new().with_momentum(Some(momentum)).with_weight_decay(decay).init();
        for number in 0..5 {
            steps.begin_epoch(&Plan { steps: vec![Step { number: number + 1, ..plan.steps[0] }], ..plan.clone() });
            steps.step();
            steps.end_epoch();
            let logits = input.clone().matmul(module.weight.val().transpose());
            let loss = -(activation::log_softmax(logits, 1) * targets.clone()).sum() / 16.0;
            let gradients = GradientsParams::from_grads(loss.backward(), &module);
            module = match update {
                Update { optimizer: Optimizer::Sgd, .. } => sgd.step(0.05f64, module, gradients),
                Update { decoupled_decay, .. } if decoupled_decay > 0.0 => adamw.step(0.05f64, module, gradients),
                _ => adam.step(0.05f64, module, gradients),
            };
        }
        let want = module.weight.val().into_data();
        let want = want.as_slice::<f32>().unwrap();
        let got = pollster::block_on(steps.parameters()).unwrap();
        for (class, got) in got.chunks_exact(network.width()).take(4).enumerate() {
            for k in 0..12 {
                let want = want[class * 12 + k];
                assert!((got[k] - want).abs() < 1e-5, "{update:?}, class {class}, input {k}: {} for {want}", got[k]);
            }
        }
    }
}

/// Clusters around one centre a class; `spread` is how far samples lie from theirs.
fn clusters(classes: usize, width: usize, train: usize, val: usize, spread: f32) -> TrainingData {
    let centres = noise(3, classes * width);
    let mut seed = 10;
    let mut samples = |count: usize| {
        let labels: Vec<u32> = (0..count).map(|i| (i % classes) as u32).collect();
        let sample = |&label: &u32| {
            seed += 1;
            let centre = &centres[label as usize * width..][..width];
            centre.iter().zip(noise(seed, width)).map(|(c, n)| 1.0 + c + spread * n).collect::<Vec<f32>>()
        };
        (labels.iter().flat_map(sample).collect(), labels)
    };
    let (train, train_labels) = samples(train);
    let (val, val_labels) = samples(val);
    TrainingData { classes, width, train, train_labels, val, val_labels }
}

fn settings(kind: HeadKind) -> TrainSettings {
    TrainSettings { head: kind, learning_rate: 0.01, epochs: 20, patience: None, batch: 8, ..TrainSettings::default() }
}

fn train(data: &TrainingData, settings: &TrainSettings, device: &Device, kind: DeviceKind) -> (Vec<EpochRow>, Trainer) {
    let mut trainer = Trainer::new(data.clone(), settings, None, device, kind).unwrap();
    let rows = pollster::block_on(trainer.advance(|| false, || 0.0)).unwrap();
    (rows, trainer)
}

fn head(trainer: &Trainer) -> Head {
    pollster::block_on(trainer.head()).unwrap()
}

/// Share of right ones, 0–1.
fn accuracy(head: &Head, values: &[f32], labels: &[u32]) -> f32 {
    let logits = head.logits(values);
    let best = |row: &[f32]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap() as u32;
    let right = logits.chunks(head.classes()).zip(labels).filter(|(row, label)| best(row) == **label).count();
    right as f32 / labels.len() as f32
}

const HIDDEN: HeadKind = HeadKind::Hidden { units: 24, dropout: 0.2 };

#[test]
fn a_tiny_set_is_learnt_by_heart_on_every_device() {
    let data = clusters(3, 21, 25, 0, 2.0);
    for (device, kind) in devices("training a head") {
        for head_kind in [HeadKind::Linear, HIDDEN] {
            let settings = TrainSettings { epochs: 60, ..settings(head_kind) };
            let (rows, trainer) = train(&data, &settings, &device, kind);
            let head = head(&trainer);
            assert_eq!(accuracy(&head, &data.train, &data.train_labels), 1.0, "{kind:?} {head_kind:?}");
            assert_eq!((rows.len(), trainer.ended(), trainer.best_epoch()), (60, Ended::Done, 60));
            assert!(rows.iter().all(|row| row.val_loss.is_none()));
            assert_eq!(trainer.parameters(), head.parameters());
        }
    }
}

#[test]
fn devices_train_alike_and_a_seed_gives_the_same_curve() {
    let data = clusters(3, 1001, 70, 30, 6.0);
    for head_kind in [HeadKind::Linear, HIDDEN] {
        let settings = TrainSettings { class_weights: true, label_smoothing: 0.05, epochs: 6, ..settings(head_kind) };
        let mut curves = Vec::new();
        for (device, kind) in devices("two runs of one seed") {
            let (rows, trainer) = train(&data, &settings, &device, kind);
            if kind == DeviceKind::Cpu {
                let (again, other) = train(&data, &settings, &device, kind);
                assert_eq!(rows, again);
                assert_eq!(head(&trainer), head(&other));
            }
            curves.push((kind, rows, head(&trainer).logits(&data.val)));
        }
        let (_, want, logits) = &curves[0];
        for (kind, rows, others) in &curves[1..] {
            for (got, want) in rows.iter().zip(want) {
                assert!(
                    (got.train_loss - want.train_loss).abs() < 5e-3,
                    "{kind:?} {head_kind:?}: {got:?}, CPU {want:?}"
                );
                assert!(
                    (got.val_loss.unwrap() - want.val_loss.unwrap()).abs() < 5e-3,
                    "{kind:?}: {got:?}, CPU {want:?}"
                );
            }
            let worst = logits.iter().zip(others).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 0.05, "{kind:?} {head_kind:?}: logits differ by {worst}");
        }
    }
}

#[test]
fn the_best_epoch_is_kept_and_training_stops_early() {
    // Wide spread, wrong step: the validation loss soon rises.
    let data = clusters(4, 40, 40, 200, 6.0);
    let settings = TrainSettings { learning_rate: 0.03, patience: Some(5), epochs: 200, ..settings(HeadKind::Linear) };
    for (device, kind) in devices("early stopping") {
        let (rows, trainer) = train(&data, &settings, &device, kind);
        let best = rows.iter().min_by(|a, b| a.val_loss.unwrap().total_cmp(&b.val_loss.unwrap())).unwrap();
        assert_eq!(
            (trainer.ended(), trainer.best_epoch(), rows.len()),
            (Ended::Early, best.epoch, best.epoch + 5),
            "{kind:?}"
        );
        let head = head(&trainer);
        assert_eq!(accuracy(&head, &data.val, &data.val_labels), best.val_accuracy.unwrap());
        let logits = head.logits(&data.val);
        let loss = |(row, label): (&[f32], &u32)| {
            let sum: f64 = row.iter().map(|z| f64::from(*z).exp()).sum();
            sum.ln() - f64::from(row[*label as usize])
        };
        let loss = logits.chunks(4).zip(&data.val_labels).map(loss).sum::<f64>() / data.val_labels.len() as f64;
        assert!((loss as f32 - best.val_loss.unwrap()).abs() < 1e-4, "{kind:?}: {loss}, {best:?}");
    }
}

#[test]
fn the_schedule_is_obeyed_on_every_device() {
    let data = clusters(3, 30, 60, 30, 2.0);
    let constant = TrainSettings { epochs: 5, ..settings(HeadKind::Linear) };
    let after_one = TrainSettings { schedule: Schedule::Step { every: 1, factor: 1e-6 }, ..constant.clone() };
    let slow = TrainSettings { warm_up: 5.0, ..constant.clone() };
    for (device, kind) in devices("the schedule of a head") {
        let losses = |settings: &TrainSettings| -> Vec<f32> {
            train(&data, settings, &device, kind).0.iter().map(|row| row.val_loss.unwrap()).collect()
        };
        let (plain, stepped, warmed) = (losses(&constant), losses(&after_one), losses(&slow));
        assert!((plain[0] - stepped[0]).abs() < 1e-6, "{kind:?}: the first epoch is the same: {plain:?} {stepped:?}");
        assert!(plain[0] - plain[4] > 0.01, "{kind:?}: a constant rate goes on: {plain:?}");
        assert!(stepped.iter().all(|loss| (loss - stepped[0]).abs() < 1e-3), "{kind:?}: hardly a step: {stepped:?}");
        assert!(warmed[0] > plain[0], "{kind:?}: a warm-up begins slowly: {warmed:?} {plain:?}");
    }
}

#[test]
fn training_can_be_interrupted_anywhere_and_goes_on() {
    let data = clusters(3, 30, 50, 10, 2.0);
    let settings = TrainSettings { epochs: 7, ..settings(HeadKind::Linear) };
    let device = graft::device::cpu();
    let (whole, _) = train(&data, &settings, &device, DeviceKind::Cpu);
    let mut trainer = Trainer::new(data, &settings, None, &device, DeviceKind::Cpu).unwrap();
    let mut rows = Vec::new();
    let mut calls = 0;
    while !trainer.is_finished() {
        let mut steps = 0;
        let enough = || {
            steps += 1;
            steps == 3
        };
        rows.extend(pollster::block_on(trainer.advance(enough, || 0.0)).unwrap());
        calls += 1;
    }
    assert_eq!(rows, whole);
    assert_eq!((trainer.steps(), calls), (49, 17));
}

#[test]
fn training_goes_on_from_a_head() {
    let data = clusters(3, 30, 60, 30, 1.0);
    let device = graft::device::cpu();
    for head_kind in [HeadKind::Linear, HIDDEN] {
        let settings = settings(head_kind);
        let (first, trainer) = train(&data, &settings, &device, DeviceKind::Cpu);
        let start = head(&trainer);
        let mut trainer = Trainer::new(data.clone(), &settings, Some(&start), &device, DeviceKind::Cpu).unwrap();
        let second = pollster::block_on(trainer.advance(|| false, || 0.0)).unwrap();
        assert!(second[0].train_loss < 0.6 * first[0].train_loss, "{head_kind:?}: {:?} {:?}", second[0], first[0]);
    }
}

#[test]
fn a_head_that_no_epoch_beats_stays() {
    let data = clusters(3, 30, 60, 60, 3.0);
    for (device, kind) in devices("going on from a head") {
        for head_kind in [HeadKind::Linear, HIDDEN] {
            let settings = settings(head_kind);
            let start = head(&train(&data, &settings, &device, kind).1);
            let before = start.loss(&data.val, &data.val_labels);
            let on = |settings: &TrainSettings, data: &TrainingData| {
                let mut trainer = Trainer::new(data.clone(), settings, Some(&start), &device, kind).unwrap();
                let rows = pollster::block_on(trainer.advance(|| false, || 0.0)).unwrap();
                (rows, trainer)
            };
            // A rate that throws away what was learned, and is better than nothing in no epoch.
            let harmful = TrainSettings {
                optimizer: OptimizerKind::Adam,
                learning_rate: 20.0,
                weight_decay: 0.0,
                epochs: 6,
                patience: Some(4),
                ..settings.clone()
            };
            let (rows, trainer) = on(&harmful, &data);
            assert!(rows.iter().all(|row| row.val_loss.unwrap() > before), "{kind:?}: {before}, {rows:?}");
            assert_eq!((trainer.best_epoch(), rows.len(), trainer.ended()), (0, 4, Ended::Early), "{kind:?}");
            let kept = head(&trainer).logits(&data.val);
            let apart = start.logits(&data.val).iter().zip(&kept).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 1e-3, "{kind:?} {head_kind:?}: the head from before, but for rounding: {apart}");

            // Without photos held out nothing can be compared: the last epoch, as ever.
            let blind = TrainingData { val: Vec::new(), val_labels: Vec::new(), ..data.clone() };
            assert_eq!(on(&harmful, &blind).1.best_epoch(), 6);
        }
        // From a bad start every epoch is better.
        let bad = Head::new(30, HIDDEN, 3, 9);
        let mut trainer = Trainer::new(data.clone(), &settings(HIDDEN), Some(&bad), &device, kind).unwrap();
        let rows = pollster::block_on(trainer.advance(|| false, || 0.0)).unwrap();
        let least = rows.iter().map(|row| row.val_loss.unwrap()).fold(f32::MAX, f32::min);
        assert_eq!(rows[trainer.best_epoch() - 1].val_loss, Some(least));
        assert!(least < bad.loss(&data.val, &data.val_labels));
    }
}

#[test]
fn a_learning_rate_that_is_too_high_is_an_error_and_loses_nothing() {
    let data = clusters(3, 30, 60, 30, 1.0);
    let settings =
        TrainSettings { optimizer: OptimizerKind::Sgd, learning_rate: 90.0, weight_decay: 10.0, ..settings(HIDDEN) };
    for (device, kind) in devices("a loss that diverges") {
        let mut trainer = Trainer::new(data.clone(), &settings, None, &device, kind).unwrap();
        let mut result = Ok(Vec::new());
        for _ in 0..30 {
            result = pollster::block_on(trainer.advance(|| false, || 0.0));
            if result.is_err() {
                break;
            }
        }
        let error = result.expect_err("the loss is no number any more");
        assert!(error.cure.contains("learning rate"), "{error}");
        assert!(head(&trainer).logits(&data.val).iter().all(|logit| logit.is_finite()), "{kind:?}");
    }
}

#[test]
fn bad_data_is_refused() {
    let device = graft::device::cpu();
    let good = clusters(3, 10, 9, 3, 1.0);
    let refused = |change: fn(&mut TrainingData)| {
        let mut data = good.clone();
        change(&mut data);
        Trainer::new(data, &TrainSettings::default(), None, &device, DeviceKind::Cpu).expect_err("bad data")
    };
    refused(|data| data.classes = 1);
    refused(|data| (data.train, data.train_labels) = (Vec::new(), Vec::new()));
    refused(|data| data.train[3] = f32::NAN);
    refused(|data| data.train_labels[0] = 3);
    refused(|data| data.val.truncate(5));
    let other = Head::new(10, HeadKind::Linear, 4, 0);
    Trainer::new(good, &TrainSettings::default(), Some(&other), &device, DeviceKind::Cpu).expect_err("another head");
}
