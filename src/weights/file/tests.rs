//! Small made-up networks: whole, cut short, damaged, and of another network.

use super::*;
use crate::weights::{Label, unnamed};

/// A network of the right layers with very few channels (width 0.025 and 0.1), numbers from a counter.
fn tiny(architecture: Architecture) -> (Meta, BTreeMap<String, Layer>) {
    let meta = Meta {
        architecture,
        name: "tiny".to_string(),
        title: "Tiny".to_string(),
        classes: "two classes".to_string(),
        width: 8.0 / architecture.width_mark().1,
        input: 32,
        labels: vec![
            Label { id: None, name: "background".to_string() },
            Label { id: Some("n02110341".to_string()), name: "dalmatian, coach dog".to_string() },
        ],
        licence: "Apache-2.0".to_string(),
        source: "a test".to_string(),
        top1: Some(0.5),
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    let mut channels = 3;
    let mut layers = BTreeMap::new();
    for (count, spec) in architecture.layers().into_iter().enumerate() {
        let out = if spec.kind == LayerKind::Head { 2 } else { 8 };
        let shape = match spec.kind {
            LayerKind::Stem => [out, 3, 3, channels],
            LayerKind::Depthwise => [1, 3, 3, channels],
            LayerKind::Pointwise | LayerKind::Head => [out, 1, 1, channels],
        };
        let len: usize = shape.iter().product();
        let per_channel = count % 2 == 0;
        let scales = if per_channel { out } else { 1 };
        let codes = (0..len).map(|i| u8::try_from((i * 7 + count) % 256).unwrap());
        layers.insert(
            spec.name,
            Layer {
                shape,
                weight: if per_channel {
                    Codes::I8(codes.map(|code| i8::from_le_bytes([code])).collect())
                } else {
                    Codes::U8(codes.collect())
                },
                weight_scale: (1..=scales).map(|i| 0.01 * i as f32).collect(),
                weight_zero_point: vec![if per_channel { 0 } else { 131 }; scales],
                bias: (0..i32::try_from(out).unwrap()).map(|i| 100 * i - 300).collect(),
                bias_scale: vec![0.001; scales],
            },
        );
        channels = out;
    }
    (meta, layers)
}

fn tiny_file(architecture: Architecture) -> WeightFile {
    let (meta, layers) = tiny(architecture);
    WeightFile::assemble(meta, layers).unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    for architecture in Architecture::ALL {
        let file = tiny_file(architecture);
        let bytes = file.write();
        let back = WeightFile::read(&bytes).unwrap();
        assert_eq!(back, file);
        assert_eq!(back.write(), bytes, "the same network gives the same bytes");
        assert_eq!(back.meta().depth, architecture.depth());
        assert_eq!(back.meta().embedding, 8);
        assert_eq!(back.conv("head").unwrap().shape, [2, 1, 1, 8]);
    }
}

#[test]
fn values_are_scale_times_code_less_zero_point() {
    let file = tiny_file(Architecture::MobileNetV2);
    for spec in Architecture::MobileNetV2.layers() {
        let (layer, conv) = (file.layer(&spec.name).unwrap(), file.conv(&spec.name).unwrap());
        for (i, &value) in conv.weight.iter().enumerate() {
            let q = match &layer.weight {
                Codes::U8(codes) => i32::from(codes[i]),
                Codes::I8(codes) => i32::from(codes[i]),
            };
            let [_, height, width, input] = layer.shape;
            let channel = if spec.kind == LayerKind::Depthwise { i % input } else { i / (height * width * input) };
            let at = if layer.weight_scale.len() == 1 { 0 } else { channel };
            let expected = layer.weight_scale[at] * (q - layer.weight_zero_point[at]) as f32;
            assert_eq!(value.to_bits(), expected.to_bits(), "{} at {i}", spec.name);
        }
    }
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let bytes = tiny_file(Architecture::MobileNetV1).write();
    for len in 0..bytes.len() {
        let error = WeightFile::read(&bytes[..len]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::WeightFile);
        assert!(error.found.contains("cut short") || len == 0, "{len}: {error}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(WeightFile::read(&longer).is_err());
}

#[test]
fn no_damaged_byte_makes_it_panic() {
    let bytes = tiny_file(Architecture::MobileNetV1).write();
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); // Numerical Recipes' generator
        (state >> 8) as usize % below
    };
    for _ in 0..2_000 {
        let mut damaged = bytes.clone();
        for _ in 0..=next(3) {
            damaged[next(bytes.len())] = u8::try_from(next(256)).unwrap();
        }
        // Most land in the numbers and pass; what counts is that it answers.
        if let Ok(file) = WeightFile::read(&damaged) {
            for spec in file.meta().architecture.layers() {
                file.conv(&spec.name).unwrap();
            }
        }
    }
}

#[test]
fn other_formats_are_named() {
    let found = |bytes: &[u8]| WeightFile::read(bytes).unwrap_err();
    assert!(found(b"\x1c\0\0\0TFL3 and so on").cure.contains("graft import"));
    assert!(found(b"<!DOCTYPE html>").found.contains("another format"));
    assert!(found(b"").found.contains("0 bytes"));
    assert!(found(&[0xff; 64]).found.contains("another format"));
    // A safetensors file of somebody else's.
    let header = br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let mut other = (header.len() as u64).to_le_bytes().to_vec();
    other.extend(header);
    other.extend([0; 4]);
    assert!(found(&other).expected.contains("graft-backbone"));
}

/// The file's bytes with one text of its header replaced by another, the length of the header put right.
fn with_header(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let len = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    let header = std::str::from_utf8(&bytes[8..8 + len]).unwrap();
    assert!(header.contains(from), "{from}");
    let header = header.replacen(from, to, 1);
    let mut changed = (header.len() as u64).to_le_bytes().to_vec();
    changed.extend(header.as_bytes());
    changed.extend(&bytes[8 + len..]);
    changed
}

#[test]
fn metadata_is_checked() {
    let bytes = tiny_file(Architecture::MobileNetV1).write();
    let refused = |from: &str, to: &str| WeightFile::read(&with_header(&bytes, from, to)).unwrap_err();
    assert!(refused(r#""version":"1""#, r#""version":"2""#).cure.contains("newer"));
    assert!(refused("graft-backbone", "another").found.contains("another"));
    assert!(refused(r#""input":"32""#, r#""input":"99999999""#).found.contains("99999999"));
    assert!(refused(r#""input":"32""#, r#""inputs":"32""#).found.contains("none"));
    assert!(refused(r#""width":""#, r#""width":"NaN"#).expected.contains("width"));
    assert!(refused(r#""top1":"0.5""#, r#""top1":"50""#).expected.contains("0 to 1"));
    assert!(refused("x / 127.5 - 1", "x / 255").found.contains("x / 255"));
    assert!(refused(r#"[null,\"background\"],"#, "").expected.contains("2 labels, one per output unit"));
}

#[test]
fn what_was_measured_later_is_written_beside_the_rest_and_read_again() {
    let plain = tiny_file(Architecture::MobileNetV1);
    let bytes = plain.write();
    let read = WeightFile::read(&bytes).unwrap();
    assert_eq!((read.meta().confidence, read.meta().agreement), (None, None), "a file from before it was measured");
    let judged = plain.judged(0.41251, [0.46511, 0.7]);
    let written = judged.write();
    let again = WeightFile::read(&written).unwrap();
    assert_eq!(again, judged);
    assert_eq!((again.meta().confidence, again.meta().agreement), (Some(0.413), Some([0.465, 0.7])));
    let refused = |from: &str, to: &str| WeightFile::read(&with_header(&written, from, to)).unwrap_err().expected;
    assert!(refused(r#""confidence":"0.413""#, r#""confidence":"41.3""#).contains("0 to 1"));
    for wrong in ["[0.465]", "[0.465,7]", "none"] {
        assert!(refused("[0.465,0.7]", wrong).contains("two shares from 0 to 1"), "{wrong}");
    }
}

#[test]
fn another_networks_tensors_are_named() {
    let bytes = tiny_file(Architecture::MobileNetV2).write();
    let error = WeightFile::read(&with_header(&bytes, "mobilenet-v2", "mobilenet-v1")).unwrap_err();
    assert!(error.expected.contains("MobileNetV1") && error.found.contains("MobileNetV2"), "{error}");
    let error = WeightFile::read(&with_header(&bytes, "blocks.3.expand.bias\"", "blocks.3.expand.sib\"")).unwrap_err();
    assert!(error.expected.contains("blocks.3.expand.bias"), "{error}");
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let refused = |change: &dyn Fn(&mut Meta, &mut BTreeMap<String, Layer>)| {
        let (mut meta, mut layers) = tiny(Architecture::MobileNetV2);
        change(&mut meta, &mut layers);
        WeightFile::assemble(meta, layers).unwrap_err().to_string()
    };
    let edit =
        |name: &'static str, edit: fn(&mut Layer)| refused(&move |_, layers| edit(layers.get_mut(name).unwrap()));
    assert!(edit("blocks.1.depthwise", |layer| layer.shape = [1, 3, 3, 9]).contains("[1, 3, 3, 8]"));
    assert!(edit("blocks.1.depthwise", |layer| layer.shape = [8, 3, 3, 1]).contains("[8, 3, 3, 1]"));
    assert!(edit("stem", |layer| layer.shape = [8, 5, 5, 3]).contains("stem"));
    assert!(edit("head", |layer| layer.shape = [2, 1, 1, 9]).contains("[K, 8]"));
    assert!(edit("last", |layer| layer.bias.truncate(3)).contains("8 numbers"));
    assert!(edit("last", |layer| layer.weight_scale.push(1.0)).contains("1 or 8"));
    assert!(edit("last", |layer| layer.weight_scale.clear()).contains("1 or 8"));
    assert!(edit("last", |layer| layer.weight_scale[0] = f32::NAN).contains("finite"));
    assert!(edit("last", |layer| layer.bias_scale[0] = f32::INFINITY).contains("finite"));
    assert!(edit("last", |layer| layer.weight_zero_point[0] = i32::MIN).contains("zero_point"));
    assert!(edit("last", |layer| layer.shape = [8, 1, 1, usize::MAX]).contains("last"));
    assert!(refused(&|meta, _| meta.width = 1.0).contains("width"));
    assert!(refused(&|meta, _| meta.labels = unnamed(3)).contains("labels"));
    assert!(refused(&|_, layers| drop(layers.remove("last"))).contains("`last`"));
    assert!(
        refused(&|_, layers| {
            let extra = layers["last"].clone();
            layers.insert("first".to_string(), extra);
        })
        .contains("`first`")
    );
}
