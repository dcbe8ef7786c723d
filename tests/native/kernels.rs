//! Every kernel against its plain reference, on the CPU and on the GPU.

use burn::tensor::{Device, Tensor, TensorData};
use graft::kernels::window::{Padding, patch_len};
use graft::kernels::{Activation, convolution, depthwise, global_average, max_pool, pointwise};
use graft::protocol::{Comparison, DeviceKind};
use graft::verify::{kernels, tolerance};

use crate::common::devices;

#[test]
fn every_kernel_agrees_with_its_reference_on_every_device() {
    for (device, kind) in devices("kernels against their references") {
        let comparisons = pollster::block_on(kernels(&device)).unwrap();
        let gradients = comparisons.iter().filter(|comparison| comparison.name.contains("gradient")).count();
        // At least 55 of the pretrained networks' kernels, and 90 of the operations from scratch.
        assert!(comparisons.len() >= 145, "only {} comparisons", comparisons.len());
        assert!(comparisons.len() - gradients >= 50, "only {} comparisons", comparisons.len() - gradients);
        assert!(gradients >= 80, "only {gradients} gradients");
        // Single operations are far tighter than whole networks; a NaN is within no tolerance.
        let fails =
            |comparison: &&Comparison| !matches!(comparison.relative(), error if error <= tolerance(kind) / 10.0);
        let wrong: Vec<&Comparison> = comparisons.iter().filter(fails).collect();
        assert!(wrong.is_empty(), "{kind:?}: {wrong:#?}");
    }
}

/// A weight file may have layers of any width.
#[test]
fn more_channels_than_a_chunk_of_memory_holds_are_summed() {
    const DEPTH: usize = 40_000; // 160 KB a pixel
    for (device, kind) in devices("very wide layers") {
        let (weight, bias) = pointwise::weights(&vec![0.25; 8 * DEPTH], &[1.0; 8], DEPTH, &device);
        let input = || Tensor::<4>::ones([1, 1, 3, DEPTH], &device);
        let (w, b) = (weight.clone(), bias.clone());
        let outputs = [
            pointwise::pointwise(input(), w, b, Activation::Linear),
            convolution::convolution(input(), weight, bias, 1, 1, Padding::Valid, Activation::Linear),
        ];
        for output in outputs {
            assert_eq!(output.dims(), [1, 1, 3, 8]);
            assert!(values(output).iter().all(|value| *value == 10_001.0), "{kind:?}");
        }
    }
}

/// A dispatch has 65,535 workgroups along a dimension at most; what needs more is spread over two.
#[test]
fn more_workgroups_than_a_dimension_holds_are_all_run() {
    const SIDE: usize = 1456; // two vectors a pixel: 66,248 workgroups of 64
    for (device, kind) in devices("large dispatches") {
        let leaf = Tensor::<4>::zeros([1, SIDE, SIDE, 8], &device).autodiff().require_grad();
        let share: Vec<f32> = (1..=8).map(|channel| channel as f32).collect();
        let probe = Tensor::<4>::from_data(TensorData::new(share, [1, 1, 1, 8]), &device);
        let grads = (global_average::global_average(leaf.clone()) * probe).backward();
        let got = values(leaf.grad(&grads).unwrap());
        assert_eq!(got.len(), SIDE * SIDE * 8);
        let pixels = (SIDE * SIDE) as f32;
        let wrong = got.iter().enumerate().find(|(i, value)| {
            let want = (i % 8 + 1) as f32 / pixels;
            let error = (**value - want).abs();
            error.is_nan() || error > 1e-6 * want
        });
        assert_eq!(wrong, None, "{kind:?}");
    }
}

/// Training that diverges must show it: an activation that made a number of it would hide it.
#[test]
fn what_is_no_number_stays_none() {
    /// Where outputs `[1, S, S, C]` are no number: at `[y, x, channel]`.
    fn check(what: &str, output: Tensor<4>, is_none: impl Fn([usize; 3]) -> bool) {
        let [_, _, width, channels] = output.dims();
        for (i, value) in values(output).into_iter().enumerate() {
            let at = [i / (width * channels), i / channels % width, i % channels];
            assert_eq!(value.is_nan(), is_none(at), "{what} at {at:?}: {value}");
        }
    }
    // WGSL lets a GPU assume that there are none, and Metal's compiler does.
    let devices = devices("numbers that are none").into_iter().filter(|(_, kind)| {
        let kept = *kind == DeviceKind::Cpu || !cfg!(target_vendor = "apple");
        if !kept {
            println!("NOT RUN: numbers that are none on the GPU: Metal assumes that there are none");
        }
        kept
    });
    for (device, kind) in devices {
        // The middle of five by five pixels, in one channel.
        let input = |channels: usize, channel: usize| {
            let mut values = vec![0.5; 5 * 5 * channels];
            values[(2 * 5 + 2) * channels + channel] = f32::NAN;
            tensor(values, [1, 5, 5, channels], &device)
        };
        for activation in [Activation::Linear, Activation::Relu, Activation::Relu6] {
            let what = |name: &str| format!("{name}, {activation:?}, {kind:?}");

            let (weight, bias) = pointwise::weights(&[0.1; 16 * 8], &[0.0; 16], 8, &device);
            let output = pointwise::pointwise(input(8, 3), weight, bias, activation);
            check(&what("pointwise"), output, |[y, x, _]| (y, x) == (2, 2));

            let (weight, bias) = depthwise::weights(&[0.1; 9 * 8], &[0.0; 8], &device);
            let output = depthwise::convolution(input(8, 3), weight, bias, 1, activation);
            check(&what("depthwise"), output, |[y, x, c]| c == 3 && y.abs_diff(2) <= 1 && x.abs_diff(2) <= 1);

            for (channels, stride, seen) in [(8, 1, 1..=3), (3, 2, 1..=1)] {
                let weight = vec![0.1; 8 * 9 * channels];
                let (weight, bias) = convolution::weights(&weight, &[0.0; 8], 3, channels, &device);
                assert_eq!(weight.dims(), [1, patch_len(3, channels), 8]);
                let output =
                    convolution::convolution(input(channels, 1), weight, bias, 3, stride, Padding::Same, activation);
                let name = format!("convolution of {channels} channels");
                check(&what(&name), output, |[y, x, _]| seen.contains(&y) && seen.contains(&x));
            }
        }
        check(&format!("global average, {kind:?}"), global_average::global_average(input(8, 3)), |[_, _, c]| c == 3);
        let output = max_pool::max_pool(input(8, 3), 2, 1);
        check(&format!("max pool, {kind:?}"), output, |[y, x, c]| {
            c == 3 && (1..=2).contains(&y) && (1..=2).contains(&x)
        });
    }
}

fn tensor(values: Vec<f32>, shape: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    pollster::block_on(tensor.into_data_async()).unwrap().as_slice::<f32>().unwrap().to_vec()
}
