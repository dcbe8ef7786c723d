//! What the tests share: where the references are, devices, small networks made here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use graft::device::{self, Gpu};
use graft::protocol::DeviceKind;
use graft::weights::{Architecture, Codes, Layer, LayerKind, Meta, WeightFile, unnamed};

/// `../shared/<path>`; where it is missing, a line says what was not tested for it.
pub fn shared(path: &str, what: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("NOT RUN: {what}: {} is missing", path.display());
    None
}

/// The CPU, and the GPU (here often a software one); without an adapter a line says what was not tested for it.
pub fn devices(what: &str) -> Vec<(Device, DeviceKind)> {
    let mut devices = vec![(device::cpu(), DeviceKind::Cpu)];
    match pollster::block_on(Gpu::open()) {
        Ok(gpu) => devices.push((gpu.device, DeviceKind::Gpu)),
        Err(error) => println!("NOT RUN: {what} on the GPU: {error}"),
    }
    devices
}

/// A MobileNet of random weights: channels a `divisor`-th of the full network's, rounded up to `multiple`.
pub fn tiny(architecture: Architecture, divisor: usize, multiple: usize, units: usize) -> WeightFile {
    // Output channels of the blocks at width 1 (the papers' tables), V2's expansion factor 6 but for its first block.
    let v1 = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
    let v2 = [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320];
    let shrink = |channels: usize| (channels / divisor).max(1).next_multiple_of(multiple);
    let mut noise = 1u32;
    let mut code = move || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let mut layers = BTreeMap::new();
    let mut channels = 3;
    for spec in architecture.layers() {
        let block: usize = spec.name.split('.').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
        let outputs = match (spec.kind, spec.name.rsplit('.').next().unwrap_or_default()) {
            (LayerKind::Stem, _) => shrink(32),
            (LayerKind::Depthwise, _) => channels,
            (LayerKind::Head, _) => units,
            (_, "expand") => channels * 6,
            (_, "project") => shrink(v2[block]),
            (_, "last") => shrink(1280),
            _ => shrink(v1[block]),
        };
        let shape = match spec.kind {
            LayerKind::Stem => [outputs, 3, 3, 3],
            LayerKind::Depthwise => [1, 3, 3, channels],
            _ => [outputs, 1, 1, channels],
        };
        let count = shape.iter().product::<usize>();
        let fan_in = count / outputs;
        let layer = Layer {
            shape,
            weight: Codes::U8((0..count).map(|_| code()).collect()),
            weight_scale: vec![0.02 / (fan_in as f32).sqrt()],
            weight_zero_point: vec![120],
            bias: (0..outputs).map(|_| i32::from(code()) - 100).collect(),
            bias_scale: vec![0.005],
        };
        layers.insert(spec.name, layer);
        channels = outputs;
    }
    let meta = Meta {
        architecture,
        name: format!("tiny {architecture}"),
        title: format!("Tiny {architecture}"),
        classes: format!("{units} units"),
        width: 1.0 / divisor as f32,
        input: 32,
        labels: unnamed(units),
        licence: "none".into(),
        source: "random".into(),
        top1: None,
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    WeightFile::assemble(meta, layers).expect("a network that fits together")
}

/// A small drawn photo as a PNG file.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let image =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 5) as u8, (y * 7) as u8, (x * y) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("a PNG in memory");
    bytes.into_inner()
}
