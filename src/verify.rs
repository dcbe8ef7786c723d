//! Is a device computing right? Every kernel against its plain reference, and a whole network against golden results.

mod golden;
mod gradients;
mod head;
mod proven;
mod scratch;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::error::{Error, ErrorKind, Result};
use crate::kernels::reference::{self, Feature};
use crate::kernels::window::Padding;
use crate::kernels::{Activation, convolution, depthwise, global_average, pointwise};
use crate::protocol::{Comparison, DeviceKind};

pub use golden::golden;
pub use proven::Proven;

/// Largest error that a device may show, as a share of the reference's largest value. A GPU may fuse and reorder; a CPU only reorders.
pub fn tolerance(kind: DeviceKind) -> f32 {
    match kind {
        DeviceKind::Cpu => 1e-4,
        DeviceKind::Gpu => 1e-3,
    }
}

/// A kernel's name, what it gave, and what is right.
type Trial = (String, Tensor<4>, Feature);

/// Runs every kernel, forward and backward, on small, awkward shapes (odd sizes, one pixel, tiles that do not fill) and compares with its plain
/// reference.
///
/// # Errors
/// [`ErrorKind::Device`] where the device gives no result at all.
pub async fn kernels(device: &Device) -> Result<Vec<Comparison>> {
    let mut comparisons = forward(device).await?;
    comparisons.extend(backward(device).await?);
    comparisons.extend(scratch::scratch(device).await?);
    Ok(comparisons)
}

/// The kernels that classify and train a head: every one that a pretrained network's photo goes through, so that none is trusted untested. At
/// every start, hence few and small.
async fn forward(device: &Device) -> Result<Vec<Comparison>> {
    let mut noise = Noise(1);
    let mut trials = Vec::new();
    let mut trial = |name: String, got: Tensor<4>, want: Feature| trials.push((name, got, want));

    // The stem: a side that is odd and one that is even pad differently, and seven columns do not fill the second tile of four.
    for (shape, outputs) in [([1, 9, 13, 3], 8), ([2, 6, 8, 3], 16)] {
        const KERNEL: usize = 3;
        let input = noise.feature(shape);
        let (weight, bias) = (noise.values(outputs * KERNEL * KERNEL * shape[3]), noise.values(outputs));
        let (packed, padded) = convolution::weights(&weight, &bias, KERNEL, shape[3], device);
        trial(
            format!("stem {shape:?} to {outputs}"),
            convolution::convolution(
                upload(&input, device),
                packed,
                padded,
                KERNEL,
                2,
                Padding::Same,
                Activation::Relu6,
            ),
            reference::stem(&input, &weight, &bias, 2, Activation::Relu6),
        );
    }
    for (shape, outputs) in [([1, 1, 1, 8], 8), ([1, 3, 5, 24], 16), ([2, 7, 7, 64], 40)] {
        let [n, h, w, inputs] = shape;
        let (input, residual) = (noise.feature(shape), noise.feature([n, h, w, outputs]));
        let (weight, bias) = (noise.values(outputs * inputs), noise.values(outputs));
        let (packed, padded) = pointwise::weights(&weight, &bias, inputs, device);
        for activation in [Activation::Linear, Activation::Relu6, Activation::Relu] {
            trial(
                format!("pointwise {shape:?} to {outputs}, {activation:?}"),
                pointwise::pointwise(upload(&input, device), packed.clone(), padded.clone(), activation),
                reference::pointwise(&input, &weight, &bias, activation, None),
            );
        }
        trial(
            format!("pointwise {shape:?} to {outputs}, residual"),
            pointwise::pointwise_residual(upload(&input, device), packed, padded, upload(&residual, device)),
            reference::pointwise(&input, &weight, &bias, Activation::Linear, Some(&residual)),
        );
    }
    for (shape, stride) in [([1, 1, 1, 8], 1), ([2, 7, 9, 16], 1), ([1, 8, 6, 24], 2), ([1, 5, 11, 8], 2)] {
        let channels = shape[3];
        let (input, weight, bias) = (noise.feature(shape), noise.values(9 * channels), noise.values(channels));
        let (taps, padded) = depthwise::weights(&weight, &bias, device);
        trial(
            format!("depthwise {shape:?}, stride {stride}"),
            depthwise::depthwise(upload(&input, device), taps, padded, stride),
            reference::depthwise(&input, &weight, &bias, stride, Activation::Relu6),
        );
    }
    for shape in [[1, 1, 1, 8], [3, 7, 5, 24]] {
        let input = noise.feature(shape);
        trial(
            format!("global average {shape:?}"),
            global_average::global_average(upload(&input, device)),
            reference::global_average(&input),
        );
    }
    let mut comparisons = compare(trials).await?;
    comparisons.extend(head::steps(device, &mut noise).await?);
    Ok(comparisons)
}

/// The kernels that train a backbone.
async fn backward(device: &Device) -> Result<Vec<Comparison>> {
    compare(gradients::trials(device, &mut Noise(2))).await
}

/// Reads all results at once and compares them.
async fn compare(trials: Vec<Trial>) -> Result<Vec<Comparison>> {
    let got = read(trials.iter().map(|(_, got, _)| got.clone())).await?;
    let compare = |((name, tensor, want), values): (Trial, Vec<f32>)| {
        if tensor.dims() == want.shape {
            difference(name, &values, &want.values)
        } else {
            Comparison { name, error: f32::INFINITY, scale: 1.0 }
        }
    };
    Ok(trials.into_iter().zip(got).map(compare).collect())
}

/// The start-up test: the kernels that classify and train a head, within [`tolerance`].
///
/// # Errors
/// [`ErrorKind::Device`] naming the worst kernel.
pub async fn device(device: &Device, kind: DeviceKind) -> Result<()> {
    judge(forward(device).await?, kind)
}

/// The test before a backbone is trained, left out of the start because compiling as many kernels again takes its time.
///
/// # Errors
/// As [`device`].
pub async fn training(device: &Device, kind: DeviceKind) -> Result<()> {
    judge(backward(device).await?, kind)
}

/// The further test before a network is trained from random weights, which has operations that the others lack.
///
/// # Errors
/// As [`device`].
pub async fn from_scratch(device: &Device, kind: DeviceKind) -> Result<()> {
    judge(scratch::scratch(device).await?, kind)
}

fn judge(comparisons: Vec<Comparison>, kind: DeviceKind) -> Result<()> {
    let worst = comparisons.iter().max_by(|a, b| a.relative().total_cmp(&b.relative()));
    match worst {
        Some(worst) if worst.relative() > tolerance(kind) => Err(Error::new(
            ErrorKind::Device,
            "the GPU's self-test",
            format!("the CPU's results, to within {}", percent(tolerance(kind))),
            match worst.relative() {
                off if off.is_finite() => format!("results that are off by {} (kernel: {})", percent(off), worst.name),
                _ => format!("results that are no numbers (kernel: {})", worst.name),
            },
            "Graft goes on with the CPU: same results, slower. A newer browser or graphics driver may help.",
        )),
        _ => Ok(()),
    }
}

/// A share of the largest value, for people.
fn percent(share: f32) -> String {
    let percent = 100.0 * share;
    if percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.0} %") }
}

fn difference(name: String, got: &[f32], want: &[f32]) -> Comparison {
    let scale = want.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
    let pairs = got.iter().zip(want);
    // A NaN anywhere makes the error infinite: `max` would pass over it.
    let error = pairs
        .fold(0.0f32, |largest, (a, b)| if (a - b).is_finite() { largest.max((a - b).abs()) } else { f32::INFINITY });
    Comparison { name, error: if got.len() == want.len() { error } else { f32::INFINITY }, scale }
}

/// All tensors in one readback: each one alone would cost a browser up to a tenth of a second (gfx-rs/wgpu#6660).
async fn read(tensors: impl Iterator<Item = Tensor<4>>) -> Result<Vec<Vec<f32>>> {
    let transaction = tensors.fold(Transaction::default(), |all, tensor| all.register(tensor));
    let read = transaction.execute_async().await.map_err(Error::no_result)?;
    let values = |data: TensorData| data.as_slice::<f32>().map(<[f32]>::to_vec);
    read.into_iter().map(|data| values(data).map_err(|error| Error::no_result(format!("{error:?}")))).collect()
}

fn upload(feature: &Feature, device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(feature.values.clone(), feature.shape), device)
}

/// The same numbers everywhere: Knuth's linear congruential generator (The Art of Computer Programming, vol. 2, 3.3.4).
struct Noise(u64);

impl Noise {
    /// Uniform in -1..1.
    fn values(&mut self, count: usize) -> Vec<f32> {
        let mut next = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// Four times that range, so that ReLU6 cuts at both ends.
    fn feature(&mut self, shape: [usize; 4]) -> Feature {
        let values = self.values(shape.iter().product()).into_iter().map(|value| 4.0 * value).collect();
        Feature { shape, values }
    }
}
