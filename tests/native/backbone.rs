//! Whole networks: against golden results, and what they must not depend on.

use std::path::Path;

use graft::backbone::Backbone;
use graft::metrics::most_probable;
use graft::photo;
use graft::predict::{softmax, top};
use graft::preprocess::crop_and_resize;
use graft::protocol::{Comparison, DeviceKind};
use graft::verify::{golden, tolerance};
use graft::weights::{Architecture, WeightFile};
use safetensors::SafeTensors;

use crate::common::{devices, shared, tiny};

/// Name in the registry, golden file.
const NETWORKS: [(&str, &str); 7] = [
    ("mobilenet-v2", "tf2_mobilenet_v2_1.0_224_ptq"),
    ("mobilenet-v1-1.0", "mobilenet_v1_1.0_224_quant_embedding_extractor"),
    ("mobilenet-v1-0.75", "mobilenet_v1_0.75_192_quant"),
    ("mobilenet-v1-0.5", "mobilenet_v1_0.5_160_quant"),
    ("mobilenet-v1-0.25", "mobilenet_v1_0.25_128_quant"),
    ("mobilenet-v2-birds", "mobilenet_v2_1.0_224_inat_bird_quant"),
    ("mobilenet-v2-insects", "mobilenet_v2_1.0_224_inat_insect_quant"),
];

fn load(name: &str) -> WeightFile {
    WeightFile::read(&graft::registry::load(name).unwrap()).unwrap()
}

/// Whether a comparison is within what is allowed: of its tensor's largest value or, for probabilities and ranks, in absolute numbers.
fn is_close(comparison: &Comparison, kind: DeviceKind) -> bool {
    match comparison.name.as_str() {
        "probabilities" => comparison.error <= 0.005,
        "ranks" => comparison.error < 1e-4,
        _ => comparison.relative() <= tolerance(kind),
    }
}

#[test]
fn every_stage_of_every_network_is_golden_on_every_device() {
    let Some(folder) = shared("golden", "stages, embeddings and logits of seven networks") else { return };
    for (device, kind) in devices("stages, embeddings and logits of seven networks") {
        let mut compared = 0;
        for (name, file) in NETWORKS {
            let bytes = std::fs::read(folder.join(format!("{file}.safetensors"))).unwrap();
            let backbone = Backbone::new(&load(name), &device).unwrap();
            let comparisons = pollster::block_on(golden(&backbone, &bytes)).unwrap();
            compared += comparisons.len();
            for comparison in comparisons {
                assert!(is_close(&comparison, kind), "{name} on {kind:?}: {comparison:?}");
            }
        }
        // Nineteen stages of V2, fourteen of V1 0.25; embedding, logits, probabilities and ranks of all seven.
        assert_eq!(compared, 19 + 14 + 4 * 7, "{kind:?}");
    }
}

/// The picture of `tests/golden/graft_small.py`: an eight-sided sign before a grained sky, u8 `[side, side, 3]`.
fn picture(side: i32) -> Vec<u8> {
    let pixel = |i: i32| {
        let (x, y) = (i % side, i / side);
        let (across, down) = ((x - 64).abs(), (y - 56).abs());
        let grain = x * y % 13;
        if across < 40 && down < 40 && across + down < 52 {
            [200 + grain, 20 + x / 8, 30 + y / 8]
        } else {
            [130 + grain, 170 + y / 4, 220 - y / 2]
        }
    };
    (0..side * side).flat_map(pixel).map(|value| u8::try_from(value).unwrap()).collect()
}

/// Needs nothing but the project, and its figures come from another program than the network.
#[test]
fn the_committed_network_is_golden_on_every_device() {
    assert_golden("models/graft-small.safetensors", "tests/golden/graft-small.safetensors", 14);
}

/// The same of a MobileNetV2: expansions, linear projections, residuals.
#[test]
fn a_random_mobilenet_v2_is_golden_on_every_device() {
    assert_golden("tests/golden/random-v2-weights.safetensors", "tests/golden/random-v2.safetensors", 19);
}

/// Asserts that a network agrees with figures of `tests/golden` about the picture, of which it has so many stages.
fn assert_golden(weights: &str, figures: &str, stages: usize) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let weights = WeightFile::read(&std::fs::read(project.join(weights)).unwrap()).unwrap();
    let picture = picture(i32::try_from(weights.meta().input).unwrap());
    let bytes = std::fs::read(project.join(figures)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert!(file.tensor("pixels").unwrap().data() == picture, "the picture that both programs draw");

    let numbers = |name: &str| file.tensor(name).unwrap().data().as_chunks::<4>().0.to_vec();
    let floats = |name: &str| numbers(name).into_iter().map(f32::from_le_bytes).collect::<Vec<_>>();
    let units: Vec<usize> = numbers("top.units").into_iter().map(|unit| i32::from_le_bytes(unit) as usize).collect();
    let shares = softmax(&floats("logits"));
    let answers = top(&shares, &weights.meta().labels, 5);
    assert_eq!(answers.iter().map(|item| item.index).collect::<Vec<_>>(), units, "the softmax of its own logits");
    for (item, probability) in answers.iter().zip(floats("top.probabilities")) {
        assert!((item.probability - probability).abs() < 1e-6, "{item:?} for {probability}");
    }

    for (device, kind) in devices(&format!("the golden figures of {figures}")) {
        let backbone = Backbone::new(&weights, &device).unwrap();
        let comparisons = pollster::block_on(golden(&backbone, &bytes)).unwrap();
        // Two sums of each stage; embedding, logits, probabilities and ranks.
        assert_eq!(comparisons.len(), 2 * stages + 4, "{kind:?}");
        for comparison in comparisons {
            assert!(is_close(&comparison, kind), "{kind:?}: {comparison:?}");
        }
        let got = pollster::block_on(backbone.run(&picture)).unwrap();
        let got = top(&softmax(&got.logits[0]), &weights.meta().labels, 5);
        assert_eq!(got.iter().map(|item| item.index).collect::<Vec<_>>(), units, "{kind:?}");
    }
}

#[test]
fn a_golden_file_of_another_network_is_refused() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(project.join("tests/golden/graft-small.safetensors")).unwrap();
    let other = Backbone::new(&tiny(Architecture::MobileNetV2, 8, 8, 1001), &graft::device::cpu()).unwrap();
    for bytes in [&bytes[..], &bytes[..1000], b""] {
        let error = pollster::block_on(golden(&other, bytes)).unwrap_err();
        assert_eq!(error.subject, "the golden file", "{error}");
    }
}

/// The reference's five most probable classes of a photo: unit, probability.
fn reference(golden: &serde_json::Value, network: &str, photo: &str) -> Vec<(usize, f32)> {
    let top5 = golden["top5"][network][photo].as_array().unwrap();
    top5.iter().map(|entry| (entry[0].as_u64().unwrap() as usize, entry[1].as_f64().unwrap() as f32)).collect()
}

/// The two files of one reference say the same: else a probability that is tested by one of them would not be what the other one says.
#[test]
fn golden_classes_are_the_softmax_of_golden_logits() {
    let Some(folder) = shared("golden", "the golden classes against the golden logits") else { return };
    let golden: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    for (name, file) in NETWORKS {
        let bytes = std::fs::read(folder.join(format!("{file}.safetensors"))).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let logits = tensors.tensor("logits").unwrap();
        let numbers: Vec<f32> =
            logits.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let photos = golden["images"].as_array().unwrap();
        assert_eq!((photos.len(), logits.shape()[0]), (8, 8), "{name}");
        for (photo, logits) in photos.iter().zip(numbers.chunks_exact(logits.shape()[1])) {
            let photo = photo.as_str().unwrap();
            let shares = softmax(logits);
            let expected = reference(&golden, file, photo);
            assert_eq!(
                most_probable(&shares, 5),
                expected.iter().map(|(unit, _)| *unit).collect::<Vec<_>>(),
                "{name}, {photo}"
            );
            for (unit, probability) in expected {
                // Six places are written down.
                assert!((shares[unit] - probability).abs() < 1e-6, "{name}, {photo}, unit {unit}");
            }
        }
    }
}

#[test]
fn the_eight_photos_classes_are_golden() {
    let Some(folder) = shared("golden", "the classes of the eight golden photos") else { return };
    let golden: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let photos: Vec<&str> = golden["images"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for (device, kind) in devices("the classes of the eight golden photos") {
        for (name, file) in NETWORKS {
            let backbone = Backbone::new(&load(name), &device).unwrap();
            let bytes = std::fs::read(folder.join(format!("{file}.safetensors"))).unwrap();
            let pixels = SafeTensors::deserialize(&bytes).unwrap().tensor("pixels").unwrap().data().to_vec();
            let output = pollster::block_on(backbone.run(&pixels)).unwrap();
            for (photo, logits) in photos.iter().zip(&output.logits) {
                let shares = softmax(logits);
                let got = top(&shares, &backbone.meta().labels, 5);
                for (rank, (unit, probability)) in reference(&golden, file, photo).into_iter().enumerate() {
                    assert!((shares[unit] - probability).abs() <= 0.005, "{name}, {photo}, unit {unit}, {kind:?}");
                    // Another class at this rank only where the reference itself can hardly tell them apart.
                    let same = got[rank].index == unit || (got[rank].probability - probability).abs() < 1e-4;
                    assert!(same, "{name}, {photo}, rank {rank}, {kind:?}: {:?} for {unit}", got[rank]);
                }
            }
        }
    }
}

#[test]
fn from_jpeg_files_the_classes_are_golden() {
    let Some(folder) = shared("golden", "classes from the golden JPEG files") else { return };
    let Some(data) = shared("data/caltech101", "classes from the golden JPEG files") else { return };
    let golden: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    for (name, file) in NETWORKS {
        let backbone = Backbone::new(&load(name), &graft::device::cpu()).unwrap();
        for photo in golden["images"].as_array().unwrap() {
            let photo = photo.as_str().unwrap();
            let rgb = photo::decode(&std::fs::read(data.join(photo)).unwrap()).unwrap();
            let pixels = crop_and_resize(&rgb, backbone.meta().input);
            let shares = softmax(&pollster::block_on(backbone.run(&pixels)).unwrap().logits.concat());
            let expected = reference(&golden, file, photo);
            for (unit, probability) in &expected {
                assert!(
                    (shares[*unit] - probability).abs() <= 0.03,
                    "{name}, {photo}: {} for {probability}",
                    shares[*unit]
                );
            }
            // The top class agrees unless the reference's first two are closer than the resizers.
            let best = top(&shares, &backbone.meta().labels, 1)[0].index;
            let close = expected[0].1 - expected[1].1 < 0.03 && best == expected[1].0;
            assert!(best == expected[0].0 || close, "{name}, {photo}: {best} for {}", expected[0].0);
        }
    }
}

#[test]
fn a_batch_gives_what_its_photos_give_alone() {
    for (device, kind) in devices("batches") {
        for architecture in Architecture::ALL {
            let backbone = Backbone::new(&tiny(architecture, 8, 8, 11), &device).unwrap();
            let pixels: Vec<u8> = (0..3 * 32 * 32 * 3).map(|i| (i * 37 % 256) as u8).collect();
            let together = pollster::block_on(backbone.run(&pixels)).unwrap();
            assert_eq!((together.logits.len(), together.logits[0].len()), (3, 11));
            for (i, photo) in pixels.chunks(32 * 32 * 3).enumerate() {
                let alone = pollster::block_on(backbone.run(photo)).unwrap();
                let pairs = alone.logits[0].iter().zip(&together.logits[i]);
                assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-4), "{architecture} on {kind:?}");
                assert!(pairs.map(|(a, _)| a.abs()).sum::<f32>() > 0.0);
            }
        }
    }
}

#[test]
fn channels_that_fill_no_panel_are_padded_without_a_trace() {
    // Channels of 3, 5, 7 … here; the same network with explicit zero channels would have the same outputs. Devices must agree.
    let networks = devices("odd widths").into_iter().map(|(device, _)| device);
    let pixels: Vec<u8> = (0..32 * 32 * 3).map(|i| (i * 37 % 256) as u8).collect();
    let outputs: Vec<_> = networks
        .map(|device| {
            let backbone = Backbone::new(&tiny(Architecture::MobileNetV2, 7, 1, 5), &device).unwrap();
            pollster::block_on(backbone.run(&pixels)).unwrap()
        })
        .collect();
    for output in &outputs {
        assert_eq!(output.embedding[0].len(), 1280 / 7);
        assert_eq!(output.logits[0].len(), 5);
        assert!(output.embedding[0].iter().any(|value| *value != 0.0));
        for (a, b) in output.logits[0].iter().zip(&outputs[0].logits[0]) {
            assert!((a - b).abs() < 1e-4);
        }
    }
}
