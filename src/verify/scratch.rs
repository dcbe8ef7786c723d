//! The operations of networks from random weights, and their gradients through Burn's autodiff, against plain ones.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Noise, difference, read};
use crate::error::Result;
use crate::kernels::scratch::reference;
use crate::kernels::window::{Padding, Window, patch_len};
use crate::kernels::{Activation, PANEL, average_pool, batch_norm, convolution, cross_entropy, max_pool};
use crate::protocol::Comparison;

/// Gradients of a tensor that are compared, at most: each costs the reference two forward passes.
const PICKS: usize = 120;

/// Runs every operation forward and backward on small, awkward shapes and compares with [`reference`].
///
/// # Errors
/// [`Device`](crate::error::ErrorKind::Device) where the device gives no result at all.
pub async fn scratch(device: &Device) -> Result<Vec<Comparison>> {
    let mut trials = Trials { device, noise: Noise(7), all: Vec::new() };
    trials.convolutions();
    trials.pools();
    trials.batch_norms();
    trials.losses();
    let got = read(trials.all.iter().map(|trial| trial.got.clone())).await?;
    let compare = |(trial, values): (Trial, Vec<f32>)| {
        let got: Vec<f32> = trial.picks.iter().map(|&i| values.get(i).copied().unwrap_or(f32::NAN)).collect();
        let fits = values.len() == trial.len;
        difference(trial.name, if fits { &got } else { &[] }, &trial.want)
    };
    Ok(trials.all.into_iter().zip(got).map(compare).collect())
}

/// What a device gave and what is right.
struct Trial {
    name: String,
    /// `[1, 1, 1, len]`.
    got: Tensor<4>,
    len: usize,
    /// The numbers that are compared.
    picks: Vec<usize>,
    want: Vec<f32>,
}

struct Trials<'a> {
    device: &'a Device,
    noise: Noise,
    all: Vec<Trial>,
}

/// An input of an operation: its values for the reference, and as a leaf that wants its gradient.
struct Leaf<const D: usize> {
    values: Vec<f64>,
    tensor: Tensor<D>,
}

impl Trials<'_> {
    fn leaf<const D: usize>(&mut self, shape: [usize; D], scale: f32, shift: f32) -> Leaf<D> {
        let values: Vec<f32> =
            self.noise.values(shape.iter().product()).iter().map(|value| scale * value + shift).collect();
        let tensor = Tensor::from_data(TensorData::new(values.clone(), shape), self.device);
        Leaf { values: values.into_iter().map(f64::from).collect(), tensor: tensor.autodiff().require_grad() }
    }

    /// Compares all of an output.
    fn output<const D: usize>(&mut self, name: &str, got: &Tensor<D>, want: &[f64]) {
        let (len, count) = (want.len(), got.shape().num_elements());
        let got = got.clone().inner().reshape([1, 1, 1, count]);
        let want = want.iter().map(|value| *value as f32).collect();
        self.all.push(Trial { name: name.to_string(), got, len, picks: (0..len).collect(), want });
    }

    /// Compares the gradient of `leaf` with the slope of `loss`, a function of its values.
    fn gradient<const D: usize>(
        &mut self,
        name: &str,
        leaf: &Leaf<D>,
        got: Option<Tensor<D>>,
        loss: impl Fn(&[f64]) -> f64,
    ) {
        let len = leaf.values.len();
        let picks: Vec<usize> = (0..len).step_by((len / PICKS).max(1) | 1).collect();
        let want = reference::slope(&leaf.values, &picks, loss).into_iter().map(|value| value as f32).collect();
        // A gradient that is missing has a length that fits nothing.
        let got = got.map_or_else(
            || Tensor::zeros([1, 1, 1, 1], self.device),
            |got| {
                let count = got.shape().num_elements();
                got.reshape([1, 1, 1, count])
            },
        );
        self.all.push(Trial { name: format!("{name} gradient"), got, len, picks, want });
    }

    /// What each output counts in the loss that gradients are taken of, as tensor and plain.
    fn probe<const D: usize>(&mut self, shape: [usize; D]) -> (Tensor<D>, Vec<f64>) {
        let Leaf { values, tensor } = self.leaf(shape, 1.0, 0.0);
        (tensor.inner().autodiff(), values)
    }

    fn convolutions(&mut self) {
        for (shape, outputs, kernel, stride, padding, activation) in [
            ([2, 9, 7, 3], 8, 3, 2, Padding::Same, Activation::Relu6),
            ([2, 8, 8, 1], 8, 5, 1, Padding::Valid, Activation::Relu),
            ([1, 1, 1, 8], 8, 3, 1, Padding::Same, Activation::Linear),
            ([2, 5, 6, 8], 16, 3, 1, Padding::Same, Activation::Relu),
            ([1, 7, 9, 16], 8, 3, 2, Padding::Same, Activation::Relu6),
            ([3, 6, 5, 8], 8, 5, 1, Padding::Valid, Activation::Relu),
            ([1, 11, 13, 24], 40, 3, 1, Padding::Same, Activation::Linear),
            ([1, 8, 9, 8], 16, 2, 2, Padding::Valid, Activation::Linear),
            ([1, 7, 8, 8], 8, 3, 3, Padding::Same, Activation::Linear),
            ([2, 4, 4, 16], 24, 1, 1, Padding::Valid, Activation::Relu6),
        ] {
            let name =
                format!("convolution {shape:?} to {outputs}, {kernel} by {kernel}, stride {stride}, {padding:?}");
            let window = Window { kernel, stride, padding };
            let len = patch_len(kernel, shape[3]);
            let input = self.leaf(shape, 2.0, 0.0);
            let (weight, bias) = (self.leaf([outputs / PANEL, len, PANEL], 1.0, 0.0), self.leaf([outputs], 1.0, 0.0));
            let (x, w, b) = (input.tensor.clone(), weight.tensor.clone(), bias.tensor.clone());
            let output = convolution::convolution(x, w, b, kernel, stride, padding, activation);
            let run = |x: &[f64], w: &[f64], b: &[f64]| reference::convolution(x, shape, w, b, window, activation);
            self.output(&name, &output, &run(&input.values, &weight.values, &bias.values));
            let (probe, plain) = self.probe(output.dims());
            let grads = (output * probe).backward();
            let (x, w, b) = (&input.values, &weight.values, &bias.values);
            self.gradient(&format!("{name}: input"), &input, input.tensor.grad(&grads), |x| dot(&run(x, w, b), &plain));
            self.gradient(&format!("{name}: weight"), &weight, weight.tensor.grad(&grads), |w| {
                dot(&run(x, w, b), &plain)
            });
            self.gradient(&format!("{name}: bias"), &bias, bias.tensor.grad(&grads), |b| dot(&run(x, w, b), &plain));
        }
    }

    fn pools(&mut self) {
        for (shape, size, stride) in
            [([2, 6, 8, 8], 2, 2), ([1, 7, 5, 16], 2, 2), ([1, 7, 8, 8], 3, 2), ([2, 5, 5, 8], 3, 1)]
        {
            let window = Window { kernel: size, stride, padding: Padding::Valid };
            let name = format!("pool {shape:?}, {size} by {size}, stride {stride}");
            let input = self.leaf(shape, 4.0, 0.0);

            let output = max_pool::max_pool(input.tensor.clone(), size, stride);
            self.output(&format!("max {name}"), &output, &reference::max_pool(&input.values, shape, window));
            let (probe, plain) = self.probe(output.dims());
            let grads = (output * probe.clone()).backward();
            let loss = |x: &[f64]| dot(&reference::max_pool(x, shape, window), &plain);
            self.gradient(&format!("max {name}"), &input, input.tensor.grad(&grads), loss);

            let output = average_pool::average_pool(input.tensor.clone(), size, stride);
            self.output(&format!("average {name}"), &output, &reference::average_pool(&input.values, shape, window));
            let grads = (output * probe).backward();
            let loss = |x: &[f64]| dot(&reference::average_pool(x, shape, window), &plain);
            self.gradient(&format!("average {name}"), &input, input.tensor.grad(&grads), loss);
        }
    }

    fn batch_norms(&mut self) {
        // The last one's mean is a hundred deviations away from zero.
        for (shape, activation, shift) in [
            ([2, 5, 7, 8], Activation::Relu6, 0.5),
            ([3, 9, 15, 24], Activation::Linear, 0.0),
            ([1, 1, 3, 40], Activation::Relu, 0.0),
            ([4, 31, 33, 8], Activation::Relu, 230.0),
        ] {
            let name = format!("batch norm {shape:?}, {activation:?}, mean {shift}");
            let channels = shape[3];
            let (input, gamma, beta) =
                (self.leaf(shape, 4.0, shift), self.leaf([channels], 2.0, 1.0), self.leaf([channels], 2.0, 1.0));
            let (x, g, b) = (input.tensor.clone(), gamma.tensor.clone(), beta.tensor.clone());
            let normal = batch_norm::batch_norm(x, g, b, activation);
            let moments = reference::moments(&input.values, channels);
            let run = |x: &[f64], g: &[f64], b: &[f64]| {
                reference::normalise(x, &reference::moments(x, channels), g, b, activation)
            };
            let want = run(&input.values, &gamma.values, &beta.values);
            self.output(&name, &normal.output, &want);
            self.output(&format!("{name}: mean"), &normal.mean, &moments[0]);
            self.output(&format!("{name}: variance"), &normal.variance, &moments[1]);
            let (x, g, b) = (input.tensor.clone(), gamma.tensor.clone(), beta.tensor.clone());
            let same = batch_norm::normalise(x, normal.mean, normal.variance, g, b, activation);
            self.output(&format!("{name}, normalise"), &same, &want);

            let (probe, plain) = self.probe(shape);
            let grads = (normal.output * probe).backward();
            let (x, g, b) = (&input.values, &gamma.values, &beta.values);
            self.gradient(&format!("{name}: input"), &input, input.tensor.grad(&grads), |x| dot(&run(x, g, b), &plain));
            self.gradient(&format!("{name}: gamma"), &gamma, gamma.tensor.grad(&grads), |g| dot(&run(x, g, b), &plain));
            self.gradient(&format!("{name}: beta"), &beta, beta.tensor.grad(&grads), |b| dot(&run(x, g, b), &plain));
        }
    }

    fn losses(&mut self) {
        for (samples, classes, temperature) in [(1, 2usize, 1.0f32), (5, 8, 1.0), (7, 10, 3.0), (70, 101, 2.0)] {
            let name = format!("cross-entropy of {samples} in {classes}, temperature {temperature}");
            let width = classes.next_multiple_of(PANEL);
            let logits = self.leaf([samples, 1, 1, width], 10.0, 0.0);
            let (mut targets, weights) = (self.leaf([samples, width], 0.5, 0.5), self.leaf([samples], 0.5, 0.6));
            for row in targets.values.chunks_exact_mut(width) {
                row[classes..].fill(0.0);
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|q| *q = f64::from((*q / sum) as f32));
            }
            let plain: Vec<f32> = targets.values.iter().map(|q| *q as f32).collect();
            let q = Tensor::from_data(TensorData::new(plain, [samples, width]), self.device).autodiff();
            let (z, w) = (logits.tensor.clone(), weights.tensor.clone().inner().autodiff());
            let loss = cross_entropy::cross_entropy(z.clone(), q, w, classes, temperature);
            let run = |z: &[f64]| {
                reference::cross_entropy(z, &targets.values, &weights.values, classes, f64::from(temperature))
            };
            self.output(&name, &loss, &[run(&logits.values)]);
            let grads = (loss * 3.0).backward();
            self.gradient(&name, &logits, logits.tensor.grad(&grads), |z| 3.0 * run(z));

            let answer = |z: &[f64]| (0..classes).max_by(|&a, &b| z[a].total_cmp(&z[b])).unwrap_or(0);
            let answers: Vec<usize> = logits.values.chunks_exact(width).map(answer).collect();
            // Every third label is another class.
            let label = |(i, answer): (usize, &usize)| ((answer + usize::from(i % 3 == 1)) % classes) as i32;
            let labels: Vec<i32> = answers.iter().enumerate().map(label).collect();
            let right = (0..samples).filter(|i| i % 3 != 1).count();
            let labels = Tensor::from_data(TensorData::new(labels, [samples]), self.device);
            self.output(&format!("{name}: correct"), &cross_entropy::correct(z, labels, classes), &[right as f64]);
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
