//! Every gradient against finite differences of the forward pass, on the CPU.

use burn::tensor::{Device, Tensor, TensorData};
use graft::kernels::{Activation, depthwise, global_average, pointwise};

/// A step that crosses few of an activation's cuts and stands well above the noise of f32.
const STEP: f32 = 1.0 / 512.0;

/// Of the largest derivative: what rounding the outputs to f32 may bring with it.
const TOLERANCE: f64 = 2e-3;

/// Parameters for which a cut of an activation may lie within a step on both sides.
const CUT: f64 = 0.03;

/// A function's parameters (their shapes in `shapes`), flat, and its output.
struct Trial<'a> {
    name: String,
    shapes: Vec<Vec<usize>>,
    forward: &'a dyn Fn(&[Tensor<1>]) -> Tensor<4>,
}

#[test]
fn pointwise_gradients_are_the_slopes() {
    for (shape, outputs, activation) in [
        ([2, 3, 5, 8], 16, Activation::Relu6),
        ([1, 1, 3, 16], 8, Activation::Relu),
        ([3, 1, 1, 24], 40, Activation::Linear),
        ([1, 2, 2, 40], 24, Activation::Relu6),
    ] {
        let inputs = shape[3];
        check(&Trial {
            name: format!("pointwise {shape:?} to {outputs}, {activation:?}"),
            shapes: vec![shape.to_vec(), vec![outputs / 8, inputs, 8], vec![outputs]],
            forward: &|p| {
                let weight = p[1].clone().reshape([outputs / 8, inputs, 8]);
                pointwise::pointwise(p[0].clone().reshape(shape), weight, p[2].clone(), activation)
            },
        });
    }
}

#[test]
fn residual_gradients_are_the_slopes() {
    for (shape, outputs) in [([2, 3, 1, 8], 24), ([1, 3, 3, 16], 8)] {
        let [n, h, w, inputs] = shape;
        check(&Trial {
            name: format!("pointwise {shape:?} to {outputs}, residual"),
            shapes: vec![shape.to_vec(), vec![outputs / 8, inputs, 8], vec![outputs], vec![n, h, w, outputs]],
            forward: &|p| {
                let weight = p[1].clone().reshape([outputs / 8, inputs, 8]);
                let residual = p[3].clone().reshape([n, h, w, outputs]);
                pointwise::pointwise_residual(p[0].clone().reshape(shape), weight, p[2].clone(), residual)
            },
        });
    }
}

#[test]
fn depthwise_gradients_are_the_slopes() {
    let activations = [Activation::Relu6, Activation::Linear, Activation::Relu];
    let shapes = [[2, 5, 7, 8], [1, 6, 4, 16], [1, 1, 1, 24], [2, 3, 11, 8], [1, 4, 12, 8], [1, 2, 1, 40]];
    for (number, shape) in shapes.into_iter().enumerate() {
        for stride in [1, 2] {
            let (channels, activation) = (shape[3], activations[(number + stride) % 3]);
            check(&Trial {
                name: format!("depthwise {shape:?}, stride {stride}, {activation:?}"),
                shapes: vec![shape.to_vec(), vec![9, channels], vec![channels]],
                forward: &|p| {
                    let weight = p[1].clone().reshape([9, channels]);
                    depthwise::convolution(p[0].clone().reshape(shape), weight, p[2].clone(), stride, activation)
                },
            });
        }
    }
}

#[test]
fn the_gradient_of_the_average_is_its_slope() {
    for shape in [[2, 3, 5, 8], [1, 1, 1, 16]] {
        check(&Trial {
            name: format!("global average {shape:?}"),
            shapes: vec![shape.to_vec()],
            forward: &|p| global_average::global_average(p[0].clone().reshape(shape)),
        });
    }
}

/// Compares autodiff's derivative by every parameter with the slopes on both sides; a cut may spoil one of them, rarely both.
fn check(trial: &Trial) {
    let device = graft::device::cpu();
    let mut seed = 1u32;
    let mut noise = |count: usize, scale: f32| -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / (1 << 23) as f32 - 1.0) * scale
        };
        (0..count).map(|_| next()).collect()
    };
    let counts: Vec<usize> = trial.shapes.iter().map(|shape| shape.iter().product()).collect();
    let mut values: Vec<Vec<f32>> = counts.iter().map(|&count| noise(count, 2.0)).collect();
    let flat = |values: &[f32], device: &Device| {
        Tensor::<1>::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
    };
    let outputs = |values: &[Vec<f32>]| -> Vec<f32> {
        let parameters: Vec<Tensor<1>> = values.iter().map(|values| flat(values, &device)).collect();
        (trial.forward)(&parameters).into_data().try_to_vec().unwrap()
    };
    let base = outputs(&values);
    let upstream = noise(base.len(), 1.0);
    let change = |a: &[f32], b: &[f32]| -> f64 {
        let terms = a.iter().zip(b).zip(&upstream);
        terms.map(|((a, b), weight)| (f64::from(*b) - f64::from(*a)) * f64::from(*weight)).sum()
    };

    let leaves: Vec<Tensor<1>> = values.iter().map(|values| flat(values, &device).autodiff().require_grad()).collect();
    let output = (trial.forward)(&leaves);
    let weights = flat(&upstream, &device).reshape(output.dims());
    let grads = (output * weights).backward();
    let derivatives: Vec<Vec<f32>> =
        leaves.iter().map(|leaf| leaf.grad(&grads).unwrap().into_data().try_to_vec().unwrap()).collect();

    for number in 0..values.len() {
        let largest = derivatives[number].iter().fold(0.0f64, |largest, d| largest.max(f64::from(d.abs())));
        assert!(largest > 0.0, "{}: parameter {number}: all derivatives are zero", trial.name);
        let mut wrong = Vec::new();
        for i in 0..counts[number] {
            let at = values[number][i];
            values[number][i] = at + STEP;
            let above = change(&base, &outputs(&values)) / f64::from(values[number][i] - at);
            values[number][i] = at - STEP;
            let below = change(&outputs(&values), &base) / f64::from(at - values[number][i]);
            values[number][i] = at;
            let analytical = f64::from(derivatives[number][i]);
            let fits = |slope: f64| (slope - analytical).abs() <= TOLERANCE * largest;
            if !fits(above) && !fits(below) {
                wrong.push(format!("[{i}]: {analytical}, slopes {below} and {above}"));
            }
        }
        let allowed = (CUT * counts[number] as f64) as usize;
        assert!(wrong.len() <= allowed, "{}: parameter {number}, largest {largest}:\n{}", trial.name, wrong.join("\n"));
    }
}
