//! Counts against the papers', Keras's and the registry's.

use super::*;
use crate::project::{HeadKind, OptimizerKind, TrainSettings, Way};

#[test]
fn mobilenets_have_the_parameters_of_the_published_ones() {
    // Folded, with 1001 units: models/registry.toml counts them from the weight files.
    let folded = [
        (Design::mobilenet_v2(1.0, 224), 3_489_097),
        (Design::mobilenet_v1(1.0, 224), 4_222_057),
        (Design::mobilenet_v1(0.75, 192), 2_578_121),
        (Design::mobilenet_v1(0.5, 160), 1_326_633),
        (Design::mobilenet_v1(0.25, 128), 467_593),
    ];
    for (design, parameters) in folded {
        assert_eq!(design.parameters(1001), parameters, "{}", design.name);
    }
    // Keras's "Total params" with 1000 classes (keras.applications).
    let keras = [
        (Design::mobilenet_v1(1.0, 224), 4_253_864),
        (Design::mobilenet_v1(0.25, 128), 475_544),
        (Design::mobilenet_v2(1.0, 224), 3_538_984),
        (Design::mobilenet_v2(1.4, 224), 6_156_712),
    ];
    for (design, parameters) in keras {
        assert_eq!(design.keras_parameters(1000), parameters, "{}", design.name);
    }
    // A width that rounds: "1.66 M" in the table of Keras's documentation, which counts weights without biases and batch norm.
    let narrow = Design::mobilenet_v2(0.35, 224);
    let channels = narrow.batch_norm_parameters() / 4;
    assert_eq!((narrow.parameters(1000) - channels) / 10_000, 166);
}

#[test]
fn multiply_adds_are_the_papers() {
    // Howard et al. 2017, table 8: 569 million for V1. Sandler et al. 2018, table 4: 300 million for V2.
    let millions = |design: Design| (design.multiply_adds(1000) as f64 / 1e6).round();
    assert_eq!(millions(Design::mobilenet_v1(1.0, 224)), 569.0);
    assert_eq!(millions(Design::mobilenet_v2(1.0, 224)), 301.0);
}

#[test]
fn depths_and_blocks() {
    let v1 = Design::mobilenet_v1(1.0, 224);
    let v2 = Design::mobilenet_v2(1.0, 224);
    assert_eq!((v1.depth(), v2.depth()), (28, 53));
    assert_eq!((v1.blocks.len(), v2.blocks.len()), (14, 19));
    assert_eq!((v2.blocks[0].name.as_str(), v2.blocks[18].name.as_str()), ("stem", "last"));
    assert_eq!((v1.embedding(), v2.embedding()), (1024, 1280));
    assert_eq!(v2.blocks.iter().filter(|block| block.residual).count(), 10);
    assert_eq!(v2.blocks[1].layers.len(), 2, "the first block expands nothing");
    for design in [&v1, &v2] {
        let last = design.blocks.last().unwrap().output();
        assert_eq!((last.height, last.width), (7, 7));
    }
}

#[test]
fn narrow_and_wide_v2_keep_or_widen_the_closing_convolution() {
    assert_eq!(Design::mobilenet_v2(0.35, 96).embedding(), 1280);
    assert_eq!(Design::mobilenet_v2(1.4, 224).embedding(), 1792);
    // 11.2 would round to 8, which is more than a tenth less.
    assert_eq!(Design::mobilenet_v2(0.35, 96).blocks[0].output().channels, 16);
}

#[test]
fn lenet_5_is_lenet_5() {
    let design = Design::lenet_5();
    assert_eq!(design.parameters(10), 61_706);
    assert_eq!((design.depth(), design.embedding(), design.has_batch_norm()), (5, 84, false));
    let shapes: Vec<String> = design.layers().map(|layer| layer.output.to_string()).collect();
    let expected =
        ["28 × 28 × 6", "14 × 14 × 6", "10 × 10 × 16", "5 × 5 × 16", "1 × 1 × 400", "1 × 1 × 120", "1 × 1 × 84"];
    assert_eq!(shapes, expected);
}

#[test]
fn user_net_is_of_the_lectures_size() {
    let design = Design::user_net();
    assert_eq!((design.depth(), design.embedding()), (12, 128));
    assert_eq!((design.parameters(10), design.keras_parameters(10)), (9_691_226, 9_700_154));
    for parameters in [design.parameters(10), design.keras_parameters(10)] {
        assert!((parameters as f64 / 9_698_122.0 - 1.0).abs() < 0.05);
    }
    assert!(design.multiply_adds(10) < 150_000_000, "{}", design.multiply_adds(10));
}

#[test]
fn every_known_design_is_found_by_its_name_and_the_smallest_is_first() {
    let known = Design::known();
    for design in &known {
        assert_eq!(&Design::parse(&design.name).unwrap(), design);
    }
    assert!(known.is_sorted_by_key(|design| design.parameters(10)));
    assert_eq!(Design::parse("mobilenet-v2-1.0-224").unwrap(), Design::parse("mobilenet-v2-1-224").unwrap());
}

#[test]
fn other_names_are_refused_with_what_there_is() {
    let names = [
        "",
        "resnet",
        "mobilenet-v3-1-224",
        "mobilenet-v1",
        "mobilenet-v1-1",
        "mobilenet-v1-0-224",
        "mobilenet-v1-NaN-224",
        "mobilenet-v1-inf-224",
        "mobilenet-v1-1-31",
        "mobilenet-v1-1-99999999999999999999",
        "mobilenet-v1--1-224",
    ];
    for name in names {
        let error = Design::parse(name).unwrap_err();
        assert!(error.expected.contains("lenet-5") && error.found.contains(name), "{error}");
    }
}

#[test]
fn a_cut_network_ends_with_the_block() {
    let whole = Design::mobilenet_v2(1.0, 224);
    let cut = whole.cut(6).unwrap();
    assert_eq!((cut.blocks.len(), cut.embedding()), (7, 32));
    assert_eq!(cut.blocks[..], whole.blocks[..7]);
    assert_eq!(whole.cut(18).unwrap(), whole);
    assert!(whole.cut(19).unwrap_err().expected.contains("0 to 18"));
}

#[test]
fn the_first_trainable_block_of_each_way() {
    let design = Design::mobilenet_v2(1.0, 224);
    let from = |way| design.trainable_from(&way);
    assert_eq!(from(Way::Frozen), 19);
    assert_eq!(from(Way::LastBlocks { blocks: 1 }), 18);
    assert_eq!(from(Way::LastBlocks { blocks: 99 }), 0);
    assert_eq!(from(Way::Everything), 0);
    let closing = design.trainable_parameters(18, HeadKind::Linear, 10);
    assert_eq!(closing, (320 + 1) * 1280 + (1280 + 1) * 10);
}

#[test]
fn the_summary_adds_up_and_shows_what_separable_convolutions_save() {
    for design in Design::known() {
        let rows = design.summary(10);
        assert_eq!(rows.iter().map(|row| row.parameters).sum::<usize>(), design.parameters(10), "{}", design.name);
        assert_eq!(rows.iter().map(|row| row.multiply_adds).sum::<usize>(), design.multiply_adds(10));
        for row in rows.iter().filter(|row| row.standard.is_some()) {
            let ratio = row.standard.unwrap().ratio;
            // Howard et al. 2017, section 3.1.
            assert!((ratio - (1.0 / row.output.channels as f64 + 1.0 / 9.0)).abs() < 1e-12, "{}", row.layer);
        }
    }
    let separable = |design: Design| design.summary(10).iter().filter(|row| row.standard.is_some()).count();
    assert_eq!(separable(Design::mobilenet_v1(1.0, 224)), 13);
    assert_eq!(separable(Design::mobilenet_v2(1.0, 224)), 17);
    assert_eq!(separable(Design::user_net()), 0);
}

#[test]
fn the_whole_network_with_standard_convolutions_is_the_papers() {
    // Howard et al. 2017, table 4: "Conv MobileNet" 4866 million multiply-adds and 29.3 million parameters, MobileNet 569 and 4.2.
    let v1 = Design::mobilenet_v1(1.0, 224);
    let standard = v1.standard(1000).unwrap();
    let millions = |number: usize| number as f64 / 1e6;
    assert!((millions(standard.multiply_adds) - 4866.0).abs() < 2.0, "{}", standard.multiply_adds);
    assert!((millions(standard.parameters) - 29.3).abs() < 0.05, "{}", standard.parameters);
    assert_eq!((standard.ratio * 1000.0).round(), 117.0);
    assert_eq!((Design::lenet_5().standard(10), Design::user_net().standard(10)), (None, None));
}

#[test]
fn the_summary_reads_as_a_table() {
    let text = Design::lenet_5().summary_text(10);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "LeNet-5, input 32 × 32 × 1");
    let words = |line: &str| line.split_whitespace().map(str::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(words(lines[4]), "conv1 5×5 convolution 28 × 28 × 6 156 117,600");
    assert!(text.contains("Parameters: 61,706 (0.2 MB of float32)") && !text.contains("standard convolutions"));
    let text = Design::mobilenet_v1(1.0, 224).summary_text(1000);
    let row = text.lines().find(|line| line.starts_with("blocks.0.pointwise")).unwrap();
    // 3 · 3 · 32 · 64 weights and 64 biases; 112 · 112 times as many multiply-adds.
    assert_eq!(
        words(row),
        "blocks.0.pointwise 1×1 convolution 112 × 112 × 64 2,112 25,690,112 18,496 231,211,008 0.127"
    );
    let last = text.lines().last().unwrap();
    assert!(last.contains("29,2") && last.contains("has 0.144 and 0.117; a pair by itself 1/N + 1/D_K²"), "{last}");
    assert!(
        Design::mobilenet_v1(0.25, 128)
            .summary_text(1000)
            .contains("as Keras counts while it is trained from random weights: 475,544")
    );
}

fn load(design: &Design, way: Way) -> Load {
    let settings = TrainSettings { optimizer: OptimizerKind::Adam, batch: 8, ..TrainSettings::suited_to(way) };
    Load::of(design, &settings, Scope { classes: 10, train: 80, val: 20, on_gpu: false })
}

#[test]
fn memory_of_the_head_alone_is_little_and_of_everything_is_much() {
    let design = Design::mobilenet_v2(1.0, 224);
    let of = |way| design.memory(&Load { batch: 8, ..load(&design, way) });
    let (frozen, last, all) = (of(Way::Frozen), of(Way::LastBlocks { blocks: 4 }), of(Way::Everything));
    assert!(frozen.total < last.total && last.total < all.total);
    // Every activation of one photo is 6.7 million numbers (26.7 MB); eight photos, and what backward holds.
    let mib = |bytes: usize| bytes as f64 / (1 << 20) as f64;
    assert!((200.0..400.0).contains(&mib(all.activations)), "{}", mib(all.activations));
    assert_eq!(all.optimizer, 2 * all.gradients);
    assert_eq!(all.gradients, 4 * design.parameters(10));
    assert_eq!(all.pixels, 100 * 224 * 224 * 3);
}

#[test]
fn what_is_kept_of_a_photo_is_an_activation_or_an_embedding() {
    let design = Design::mobilenet_v2(1.0, 224);
    let cache = |way| design.memory(&Load { cached: 100, ..load(&design, way) }).cache;
    // Before block 15 of 19 there are 7 × 7 × 160 numbers.
    assert_eq!(cache(Way::LastBlocks { blocks: 4 }), 100 * 7 * 7 * 160 * 4);
    assert_eq!(cache(Way::Frozen), 100 * 1280 * 4);
}

#[test]
fn a_batch_is_halved_until_it_fits() {
    let design = Design::user_net();
    let settings =
        TrainSettings { batch: 128, ..TrainSettings::suited_to(Way::Scratch { architecture: "user-net".into() }) };
    let load = Load::of(&design, &settings, Scope { classes: 10, train: 2400, val: 600, on_gpu: false });
    assert!(load.batch_norm);
    let whole = design.memory(&load).total;
    assert_eq!(design.batch_within(&load, whole), Some(128));
    assert_eq!(design.batch_within(&load, whole - 1), Some(64));
    assert_eq!(design.batch_within(&load, 1000), None);
    let hostile = Load { batch: usize::MAX, cached: usize::MAX, ..load };
    assert_eq!(design.memory(&hostile).total, usize::MAX);
}
