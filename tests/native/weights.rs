//! Our weight files against the TFLite files they are made from.
//!
//! The reference here reads a TFLite file without the program's reader: it looks for each tensor's bytes in the raw file.

use std::collections::HashMap;
use std::path::Path;

use graft::error::ErrorKind;
use graft::weights::tflite::import;
use graft::weights::{Codes, LayerKind, Meta, WeightFile, unnamed};

use crate::common::shared;

/// The published files and how many numbers each network has.
const FILES: [(&str, Option<&str>, usize); 7] = [
    ("tf2_mobilenet_v2_1.0_224_ptq.tflite", None, 3_489_097),
    (
        "mobilenet_v1_1.0_224_quant_embedding_extractor.tflite",
        Some("mobilenet_quant_v1_224_head_layers.tflite"),
        4_222_057,
    ),
    ("mobilenet_v1_0.75_192_quant.tflite", None, 2_578_121),
    ("mobilenet_v1_0.5_160_quant.tflite", None, 1_326_633),
    ("mobilenet_v1_0.25_128_quant.tflite", None, 467_593),
    ("mobilenet_v2_1.0_224_inat_bird_quant.tflite", None, 3_442_981),
    ("mobilenet_v2_1.0_224_inat_insect_quant.tflite", None, 3_515_998),
];

fn weight_file(folder: &Path, body: &str, head: Option<&str>) -> WeightFile {
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap();
    let network = import(&read(body), head.map(read).as_deref()).unwrap();
    let meta = Meta {
        architecture: network.architecture,
        name: body.to_string(),
        title: body.to_string(),
        classes: "a test".to_string(),
        width: network.width,
        input: network.input,
        labels: unnamed(network.units()),
        licence: "Apache-2.0".to_string(),
        source: "a test".to_string(),
        top1: None,
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    WeightFile::assemble(meta, network.layers).unwrap()
}

#[test]
fn every_network_is_imported_the_same_way_twice_and_read_back() {
    let Some(folder) = shared("models", "import of the seven networks") else { return };
    for (body, head, parameters) in FILES {
        let file = weight_file(&folder, body, head);
        assert_eq!(file.meta().parameters, parameters, "{body}");
        let bytes = file.write();
        assert_eq!(bytes, weight_file(&folder, body, head).write(), "{body}: the import is deterministic");
        assert_eq!(WeightFile::read(&bytes).unwrap(), file, "{body}");
    }
}

/// Little-endian bytes as they lie in a TFLite file's vector of a tensor.
fn stored(codes: &Codes) -> Vec<u8> {
    match codes {
        Codes::U8(codes) => codes.clone(),
        Codes::I8(codes) => codes.iter().flat_map(|code| code.to_le_bytes()).collect(),
    }
}

/// A raw file with the places of every four aligned bytes, for quick searching.
struct Raw {
    bytes: Vec<u8>,
    places: HashMap<[u8; 8], Vec<usize>>,
}

impl Raw {
    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut places: HashMap<[u8; 8], Vec<usize>> = HashMap::new();
        for (place, window) in bytes.windows(8).enumerate().step_by(4) {
            places.entry(window.try_into().unwrap()).or_default().push(place);
        }
        Self { bytes, places }
    }

    /// Whether a vector of so many elements with these bytes lies somewhere: the count as a u32 at a multiple of 4, then the bytes.
    fn holds(&self, count: usize, bytes: &[u8]) -> bool {
        let vector = [&u32::try_from(count).unwrap().to_le_bytes()[..], bytes].concat();
        let places = self.places.get(&vector[..8]);
        places.is_some_and(|places| places.iter().any(|&place| self.bytes[place..].starts_with(&vector)))
    }
}

#[test]
fn weights_scales_and_biases_lie_bit_for_bit_in_the_tflite_file() {
    let Some(folder) = shared("models", "weights against the bytes of the TFLite files") else { return };
    // One file of each kind: per tensor and unsigned, per channel and signed.
    for body in ["mobilenet_v1_0.25_128_quant.tflite", "tf2_mobilenet_v2_1.0_224_ptq.tflite"] {
        let raw = Raw::read(&folder.join(body));
        let file = weight_file(&folder, body, None);
        for spec in file.meta().architecture.layers() {
            let layer = file.layer(&spec.name).unwrap();
            let weight = stored(&layer.weight);
            assert!(raw.holds(weight.len(), &weight), "{body}: {}.weight", spec.name);
            let bias: Vec<u8> = layer.bias.iter().flat_map(|q| q.to_le_bytes()).collect();
            assert!(raw.holds(bias.len(), &bias), "{body}: {}.bias", spec.name);
            for scale in [&layer.weight_scale, &layer.bias_scale] {
                let bytes: Vec<u8> = scale.iter().flat_map(|scale| scale.to_le_bytes()).collect();
                assert!(raw.holds(scale.len(), &bytes), "{body}: a scale of {}", spec.name);
            }
            let zero_points = &layer.weight_zero_point;
            let bytes: Vec<u8> = zero_points.iter().flat_map(|&z| i64::from(z).to_le_bytes()).collect();
            assert!(raw.holds(zero_points.len(), &bytes), "{body}: the zero points of {}", spec.name);
        }
    }
}

#[test]
fn every_value_is_scale_times_code_less_zero_point() {
    let Some(folder) = shared("models", "dequantised values of the seven networks") else { return };
    for (body, head, parameters) in FILES {
        let file = weight_file(&folder, body, head);
        let mut compared = 0;
        for spec in file.meta().architecture.layers() {
            let (layer, conv) = (file.layer(&spec.name).unwrap(), file.conv(&spec.name).unwrap());
            let [_, height, width, input] = layer.shape;
            for (i, (value, code)) in conv.weight.iter().zip(stored(&layer.weight)).enumerate() {
                let q = match layer.weight {
                    Codes::U8(_) => i32::from(code),
                    Codes::I8(_) => i32::from(i8::from_le_bytes([code])),
                };
                let channel = if spec.kind == LayerKind::Depthwise { i % input } else { i / (height * width * input) };
                let at = if layer.weight_scale.len() == 1 { 0 } else { channel };
                let expected = layer.weight_scale[at] * (q - layer.weight_zero_point[at]) as f32;
                assert_eq!(value.to_bits(), expected.to_bits(), "{body}: {} at {i}", spec.name);
            }
            for (i, (value, &q)) in conv.bias.iter().zip(&layer.bias).enumerate() {
                let expected = layer.bias_scale[if layer.bias_scale.len() == 1 { 0 } else { i }] * q as f32;
                assert_eq!(value.to_bits(), expected.to_bits(), "{body}: bias of {} at {i}", spec.name);
            }
            assert_eq!((conv.weight.len(), conv.bias.len()), (layer.weight.len(), layer.bias.len()));
            compared += conv.weight.len() + conv.bias.len();
        }
        assert_eq!(compared, parameters, "{body}");
    }
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let Some(folder) = shared("models", "the classifier's own file") else { return };
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap();
    let body = read("mobilenet_v1_1.0_224_quant_embedding_extractor.tflite");
    let head = read("mobilenet_quant_v1_224_head_layers.tflite");
    let whole = read("mobilenet_v1_0.25_128_quant.tflite");

    let refused = |body: &[u8], head: Option<&[u8]>| import(body, head).unwrap_err().to_string();
    assert!(refused(&body, None).contains("--head"));
    assert!(refused(&whole, Some(&head)).contains("a classifier"));
    assert!(refused(&body, Some(&whole)).contains("goes on where the first file ends"));
    assert!(refused(&head, None).contains("[1, S, S, 3]"));
}

#[test]
fn a_tflite_file_cut_short_or_damaged_never_makes_it_panic() {
    let Some(folder) = shared("models", "damaged TFLite files") else { return };
    let whole = std::fs::read(folder.join("mobilenet_v1_0.25_128_quant.tflite")).unwrap();
    let intact = import(&whole, None).unwrap();
    const ARCHIVE: usize = 22_000; // bytes
    for len in (0..whole.len()).step_by(whole.len() / 200) {
        match import(&whole[..len], None) {
            Err(error) => assert_eq!(error.kind, ErrorKind::WeightFile, "{len}"),
            // The file ends with its class list as a zip archive, which is no part of the flatbuffer.
            Ok(network) => assert!(network == intact && len >= whole.len() - ARCHIVE, "{len}"),
        }
    }
    // The tables lie at both ends of the flatbuffer; the weights between them may take any value.
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); // Numerical Recipes' generator
        (state >> 4) as usize % below
    };
    let mut damaged = whole.clone();
    for _ in 0..2_000 {
        let at = if next(2) == 0 { next(4_096) } else { whole.len() - ARCHIVE - 1 - next(40_000) };
        damaged[at] = u8::try_from(next(256)).unwrap();
        let _ = import(&damaged, None);
        damaged[at] = whole[at];
    }
}
