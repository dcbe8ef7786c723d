//! The fused step against Burn's optimizers, on the CPU.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, Optimizer, SgdConfig};
use burn::tensor::{Device, TensorData};

use super::*;
use crate::kernels::adam::EPSILON;

const SHAPE: [usize; 2] = [9, 12];
const STEPS: u32 = 7;
const RATE: f32 = 0.01;

fn tensor(seed: f32, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = (0..108).map(|at| (at as f32 * 0.7 + seed).sin()).collect();
    Tensor::from_data(TensorData::new(values, SHAPE), device)
}

fn plain() -> Constants {
    Constants { rate: RATE, decay: 0.0, decoupled: 0.0, clip: f32::INFINITY }
}

fn values(tensor: &Tensor<2>) -> Vec<f32> {
    tensor.clone().into_data().try_to_vec().unwrap()
}

/// The weights after [`STEPS`] steps of Burn's.
fn burns<O: Optimizer>(optimizer: &O, device: &Device) -> Vec<f32> {
    let (mut weight, mut state) = (tensor(0.3, device), None);
    for step in 0..STEPS {
        (weight, state) = optimizer.step(f64::from(RATE), weight, tensor(step as f32, device), state);
    }
    values(&weight)
}

fn by_adam(constants: Constants, device: &Device) -> Vec<f32> {
    let mut weight = tensor(0.3, device);
    let mut averages = [(); 2].map(|()| Tensor::zeros(SHAPE, device));
    for step in 0..STEPS {
        (weight, averages) = adam(weight, tensor(step as f32, device), averages, step + 1, constants);
    }
    values(&weight)
}

fn by_momentum(share: f32, constants: Constants, device: &Device) -> Vec<f32> {
    let (mut weight, mut velocity) = (tensor(0.3, device), Tensor::zeros(SHAPE, device));
    for step in 0..STEPS {
        (weight, velocity) = momentum(weight, tensor(step as f32, device), velocity, share, constants);
    }
    values(&weight)
}

fn assert_close(got: &[f32], want: &[f32]) {
    let worst = got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 2e-6, "{worst}");
}

#[test]
fn adam_is_burns() {
    let device = crate::device::cpu();
    let burn = AdamConfig::new().with_epsilon(EPSILON);
    assert_close(&by_adam(plain(), &device), &burns(&burn.build(), &device));
    let decay = burn.with_weight_decay(Some(WeightDecayConfig::new(0.1)));
    assert_close(&by_adam(Constants { decay: 0.1, ..plain() }, &device), &burns(&decay.build(), &device));
}

#[test]
fn adam_w_is_burns() {
    let device = crate::device::cpu();
    let burn = AdamWConfig::new().with_epsilon(EPSILON).with_weight_decay(0.1);
    assert_close(&by_adam(Constants { decoupled: 0.1, ..plain() }, &device), &burns(&burn.build(), &device));
}

#[test]
fn momentum_is_burns() {
    let device = crate::device::cpu();
    let burn = SgdConfig::new().with_momentum(Some(MomentumConfig::new().with_momentum(0.9).with_dampening(0.0)));
    assert_close(&by_momentum(0.9, plain(), &device), &burns(&burn.build(), &device));
}

#[test]
fn a_long_gradient_is_shortened() {
    let device = crate::device::cpu();
    let gradient = tensor(1.0, &device);
    let norm = values(&gradient).iter().map(|value| value * value).sum::<f32>().sqrt();
    let moved = |clip: f32| {
        let constants = Constants { rate: 1.0, clip, ..plain() };
        let zeros = || Tensor::zeros(SHAPE, &device);
        values(&momentum(zeros(), gradient.clone(), zeros(), 0.0, constants).0)
    };
    let length = |values: Vec<f32>| values.iter().map(|value| value * value).sum::<f32>().sqrt();
    assert!((length(moved(0.5)) - 0.5).abs() < 1e-5);
    assert!((length(moved(2.0 * norm)) - norm).abs() < 1e-4, "a short one stays");
}

#[test]
fn what_others_hold_stays() {
    let device = crate::device::cpu();
    let (weight, zeros) = (tensor(0.0, &device), Tensor::zeros(SHAPE, &device));
    let held = weight.clone();
    let (moved, _) = momentum(weight, tensor(1.0, &device), zeros, 0.9, plain());
    assert_eq!(values(&held), values(&tensor(0.0, &device)));
    assert_ne!(values(&held), values(&moved));
}

#[test]
fn the_gpu_agrees() {
    let gpu = match pollster::block_on(crate::device::Gpu::open()) {
        Ok(gpu) => gpu.device,
        Err(error) => return println!("NOT RUN: the optimizer's step on the GPU: {error}"),
    };
    let cpu = crate::device::cpu();
    let all = Constants { decay: 0.1, decoupled: 0.05, clip: 3.0, ..plain() };
    for constants in [plain(), all] {
        assert_close(&by_adam(constants, &gpu), &by_adam(constants, &cpu));
        assert_close(&by_momentum(0.9, constants, &gpu), &by_momentum(0.9, constants, &cpu));
    }
}
