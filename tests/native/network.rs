//! Networks whose blocks can be trained: the same numbers as the backbone's, and what training may and may not change.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Gradients, Tensor, TensorData, activation};
use graft::architecture::Design;
use graft::backbone::Backbone;
use graft::head::{Dense, Head};
use graft::network::{Mode, Named, Network, design_of};
use graft::project::HeadKind;
use graft::weights::{Architecture, WeightFile};
use safetensors::SafeTensors;

use crate::common::{devices, shared, tiny};

const TRAIN: Mode = Mode::Train { dropout: 1 };

/// Photos of noise, each in a range of greys of its own.
fn photos(count: usize, side: usize) -> Vec<u8> {
    let mut noise = 7u32;
    let mut byte = |photo: usize| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((noise >> 24) / 2 * (photo as u32 + 1) / count as u32 + 120 * (photo as u32 % 2)) as u8
    };
    (0..count).flat_map(|photo| (0..side * side * 3).map(|_| byte(photo)).collect::<Vec<_>>()).collect()
}

/// The classifier that a weight file brings.
fn own_head(file: &WeightFile) -> Head {
    let conv = file.conv("head").unwrap();
    Head { hidden: None, output: Dense { inputs: conv.shape[3], weight: conv.weight, bias: conv.bias } }
}

fn pretrained(file: &WeightFile, device: &Device) -> Network {
    Network::pretrained(file, None, HeadKind::Linear, 2, 0, device).unwrap().with_head(&own_head(file)).unwrap()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    pollster::block_on(tensor.without_autodiff().into_data_async()).unwrap().try_to_vec().unwrap()
}

/// Embedding and logits, padding included.
fn outputs(network: &Network, pixels: &[u8]) -> (Vec<f32>, Vec<f32>) {
    let output = network.forward(network.input(pixels), 0, Mode::Infer);
    (values(output.embedding), values(output.logits))
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// The largest difference over the largest value of `want`.
fn relative_error(got: &[f32], want: &[f32]) -> f32 {
    largest_difference(got, want) / want.iter().fold(1e-6, |max: f32, value| max.max(value.abs()))
}

#[test]
fn a_pretrained_network_computes_what_the_backbone_does() {
    for (device, kind) in devices("networks beside backbones") {
        for architecture in Architecture::ALL {
            // Panels filled, and channels of 3, 5, 7 … that need padding.
            for file in [tiny(architecture, 8, 8, 11), tiny(architecture, 7, 1, 5)] {
                let pixels = photos(3, 32);
                let (embedding, logits) = Backbone::new(&file, &device)
                    .unwrap()
                    .forward(Backbone::new(&file, &device).unwrap().input(&pixels));
                let got = outputs(&pretrained(&file, &device), &pixels);
                let name = format!("{architecture} on {kind:?}");
                assert!(largest_difference(&got.0, &values(embedding)) <= 1e-5, "{name}");
                assert!(largest_difference(&got.1, &values(logits)) <= 1e-5, "{name}");
                assert_eq!(design_of(&file).embedding(), file.meta().embedding);
                assert_eq!(design_of(&file).parameters(file.meta().labels.len()), file.meta().parameters);
            }
        }
    }
}

#[test]
fn published_networks_are_golden() {
    let Some(folder) = shared("golden", "trainable networks against golden results") else { return };
    let networks = [
        ("mobilenet-v2", "tf2_mobilenet_v2_1.0_224_ptq", "mobilenet-v2-1-224"),
        ("mobilenet-v1-0.25", "mobilenet_v1_0.25_128_quant", "mobilenet-v1-0.25-128"),
    ];
    for (name, golden, design) in networks {
        let file = WeightFile::read(&graft::registry::load(name).unwrap()).unwrap();
        let of_name = Design::parse(design).unwrap();
        assert_eq!(design_of(&file).blocks, of_name.blocks);
        let network = pretrained(&file, &graft::device::cpu());
        let bytes = std::fs::read(folder.join(format!("{golden}.safetensors"))).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let reference = |name: &str| -> Vec<f32> {
            tensors
                .tensor(name)
                .unwrap()
                .data()
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect()
        };
        let (embedding, logits) = outputs(&network, tensors.tensor("pixels").unwrap().data());
        let units = network.classes();
        let logits: Vec<f32> =
            logits.chunks_exact(units.next_multiple_of(8)).flat_map(|row| row[..units].to_vec()).collect();
        assert!(relative_error(&embedding, &reference("embedding")) < 1e-4, "{name}");
        assert!(relative_error(&logits, &reference("logits")) < 1e-4, "{name}");
    }
}

#[test]
fn frozen_and_the_rest_make_the_whole() {
    for (device, kind) in devices("networks in two parts") {
        let file = tiny(Architecture::MobileNetV2, 8, 8, 5);
        let network = pretrained(&file, &device);
        let pixels = photos(2, 32);
        let whole = outputs(&network, &pixels);
        for from in [0, 1, 7, 18, 19] {
            let activation = network.frozen(network.input(&pixels), from);
            let rest = network.forward(activation, from, Mode::Infer);
            assert_eq!((values(rest.embedding), values(rest.logits)), whole, "from {from} on {kind:?}");
        }
    }
}

#[test]
fn features_can_be_taken_earlier() {
    let file = tiny(Architecture::MobileNetV2, 8, 8, 5);
    let device = graft::device::cpu();
    let whole = pretrained(&file, &device);
    let cut = Network::pretrained(&file, Some(6), HeadKind::Linear, 3, 0, &device).unwrap();
    let pixels = photos(2, 32);
    let activation = values(whole.frozen(whole.input(&pixels), 7)); // [2, 4, 4, C']
    let (embedding, _) = outputs(&cut, &pixels);
    let channels = embedding.len() / 2;
    for (photo, embedding) in embedding.chunks_exact(channels).enumerate() {
        for (c, got) in embedding.iter().enumerate() {
            let values = activation.chunks_exact(channels).skip(photo * 16).take(16).map(|pixel| pixel[c]);
            assert!((got - values.sum::<f32>() / 16.0).abs() < 1e-5);
        }
    }
    let error = Network::pretrained(&file, Some(19), HeadKind::Linear, 3, 0, &device).unwrap_err();
    assert!(error.expected.contains("0 to 18"), "{error}");
}

/// Small designs of every kind, with the classes of the head.
fn designs() -> Vec<Design> {
    vec![Design::lenet_5(), Design::mobilenet_v1(0.25, 32), Design::mobilenet_v2(0.35, 32)]
}

#[test]
fn random_networks_have_the_designs_parameters_and_the_seeds_numbers() {
    let device = graft::device::cpu();
    for design in designs().into_iter().chain([Design::user_net()]) {
        let network = Network::random(&design, HeadKind::Linear, 10, 3, &device);
        assert_eq!(network.has_batch_norm(), design.has_batch_norm());
        let head = pollster::block_on(network.head()).unwrap();
        let tensors = pollster::block_on(network.clone().fold().tensors(0)).unwrap();
        let count = tensors.iter().map(|tensor| tensor.values.len()).sum::<usize>() + head.parameters();
        assert_eq!(count, design.parameters(10), "{}", design.name);
        for tensor in &tensors {
            assert_eq!(tensor.values.len(), tensor.shape.iter().product::<usize>(), "{}", tensor.name);
        }
        if design.name == "user-net" {
            continue; // ten million numbers once are enough
        }
        let again = Network::random(&design, HeadKind::Linear, 10, 3, &device);
        let other = Network::random(&design, HeadKind::Linear, 10, 4, &device);
        let state = |network: &Network| pollster::block_on(network.state()).unwrap();
        assert_eq!(state(&network), state(&again));
        assert_ne!(state(&network), state(&other));
    }
}

#[test]
fn tensors_go_out_and_come_back() {
    let device = graft::device::cpu();
    let file = tiny(Architecture::MobileNetV2, 7, 1, 5);
    let network = pretrained(&file, &device);
    let tensors = pollster::block_on(network.tensors(0)).unwrap();
    let conv = file.conv("blocks.3.expand").unwrap();
    let named = |name: &str| tensors.iter().find(|tensor| tensor.name == name).unwrap();
    assert_eq!(named("blocks.3.expand.weight").values, conv.weight);
    assert_eq!(named("blocks.3.expand.weight").shape, conv.shape);
    assert_eq!(named("blocks.3.depthwise.weight").values, file.conv("blocks.3.depthwise").unwrap().weight);
    assert_eq!(named("blocks.3.expand.bias").values, conv.bias);

    let head = pollster::block_on(network.head()).unwrap();
    assert_eq!(head, own_head(&file));
    let lookup = |name: &str, shape: &[usize]| {
        let tensor = named(name);
        assert_eq!(tensor.shape, shape);
        Ok(tensor.values.clone())
    };
    let back = Network::from_tensors(network.design(), lookup, &head, &device).unwrap();
    assert_eq!(outputs(&back, &photos(1, 32)), outputs(&network, &photos(1, 32)));

    let damaged = |change: fn(&mut Named)| {
        let lookup = |name: &str, _: &[usize]| {
            let mut tensor = named(name).clone();
            if name == "last.weight" {
                change(&mut tensor);
            }
            Ok(tensor.values)
        };
        Network::from_tensors(network.design(), lookup, &head, &device).unwrap_err()
    };
    assert_eq!(damaged(|tensor| tensor.values.truncate(3)).subject, "last.weight");
    assert!(damaged(|tensor| tensor.values[3] = f32::NAN).found.contains("NaN"));
}

/// The mean cross-entropy of `labels`, of the logits' first columns.
fn loss(logits: Tensor<4>, labels: &[usize], classes: usize) -> Tensor<1> {
    let [photos, _, _, padded] = logits.dims();
    let targets: Vec<f32> =
        labels.iter().flat_map(|label| (0..classes).map(move |class| f32::from(u8::from(class == *label)))).collect();
    let device = logits.clone().without_autodiff().device();
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [photos, classes]), &device);
    let logits = logits.reshape([photos, padded]).slice([0..photos, 0..classes]);
    -(activation::log_softmax(logits, 1) * targets).sum() / photos as f32
}

fn scalar(tensor: Tensor<1>) -> f32 {
    values(tensor)[0]
}

/// One step of gradient descent from block `from` on; returns the network and the loss before it.
fn step(network: Network, pixels: &[u8], labels: &[usize], from: usize, rate: f64) -> (Network, f32) {
    let classes = network.classes();
    let activation = network.frozen(network.input(pixels), from);
    let output = network.forward(activation, from, TRAIN);
    let loss = loss(output.logits, labels, classes);
    let before = scalar(loss.clone());
    let gradients = GradientsParams::from_grads(loss.backward(), &network);
    let mut network = SgdConfig::new().init().step(rate, network, gradients);
    network.observe(output.moments);
    (network, before)
}

#[test]
fn a_step_lowers_the_loss_and_leaves_frozen_blocks_alone() {
    let labels = [0, 0, 1, 0];
    for (device, kind) in devices("steps of training") {
        let file = tiny(Architecture::MobileNetV2, 8, 8, 5);
        let pixels = photos(4, 32);
        for (head, from) in [
            (HeadKind::Linear, 19),
            (HeadKind::Linear, 15),
            (HeadKind::Hidden { units: 20, dropout: 0.0 }, 0),
            (HeadKind::Hidden { units: 20, dropout: 0.5 }, 17),
        ] {
            let network = Network::pretrained(&file, None, head, 3, 1, &device).unwrap();
            let before = pollster::block_on(network.tensors(0)).unwrap();
            let mut network = network.trainable(from);
            let mut losses = Vec::new();
            for _ in 0..8 {
                let (stepped, loss) = step(network, &pixels, &labels, from, 3e-4);
                network = stepped;
                losses.push(loss);
            }
            let what = format!("{head:?} from {from} on {kind:?}: {losses:?}");
            assert!(losses.iter().all(|loss| loss.is_finite()), "{what}");
            // Dropout makes the loss jump from step to step.
            let (first, last) = (losses[0], losses[7]);
            assert!(
                last < first * if matches!(head, HeadKind::Hidden { dropout: 0.5, .. }) { 1.05 } else { 0.99 },
                "{what}"
            );
            let after = pollster::block_on(network.tensors(0)).unwrap();
            let frozen: usize = network.design().blocks[..from].iter().map(|block| 2 * block.layers.len()).sum();
            assert_eq!(before[..frozen], after[..frozen], "{what}");
            for (before, after) in before[frozen..].iter().zip(&after[frozen..]) {
                let same = before.values == after.values;
                assert!(!same, "{}: {what}", before.name);
            }
        }
    }
}

#[test]
fn padded_channels_stay_zero_in_training() {
    let device = graft::device::cpu();
    let file = tiny(Architecture::MobileNetV2, 7, 1, 5);
    let mut network = pretrained(&file, &device).trainable(0);
    for _ in 0..3 {
        network = step(network, &photos(3, 32), &[0, 1, 4], 0, 0.1).0;
    }
    let channels = network.design().embedding();
    let (embedding, _) = outputs(&network, &photos(3, 32));
    for row in embedding.chunks_exact(channels.next_multiple_of(8)) {
        assert!(row[channels..].iter().all(|value| *value == 0.0) && row[..channels].iter().any(|value| *value != 0.0));
    }
    // All that is not padding goes out and comes back: were anything else nonzero, the outputs would differ.
    let (tensors, head) =
        pollster::block_on(async { (network.tensors(0).await.unwrap(), network.head().await.unwrap()) });
    let mut tensors = tensors.into_iter();
    let back =
        Network::from_tensors(network.design(), |_, _| Ok(tensors.next().unwrap().values), &head, &device).unwrap();
    assert_eq!(outputs(&back, &photos(2, 32)), outputs(&network, &photos(2, 32)));
}

#[test]
fn groups_hold_what_is_trained_once() {
    let device = graft::device::cpu();
    for design in designs() {
        let network = Network::random(&design, HeadKind::Hidden { units: 9, dropout: 0.1 }, 4, 0, &device);
        let groups = network.groups();
        assert_eq!(groups.len(), design.blocks.len() + 1);
        let all: std::collections::HashSet<_> = groups.iter().flatten().collect();
        assert_eq!(all.len(), groups.iter().map(Vec::len).sum::<usize>());
        let per_layer = if design.has_batch_norm() { 3 } else { 2 };
        let layers = design.depth() - 1;
        assert_eq!(all.len(), layers * per_layer + 4, "{}", design.name);
        let weights = network.weights();
        assert_eq!(weights.len(), layers + 2);
        assert!(weights.iter().all(|id| all.contains(id)));
        assert_eq!(network.trainable(0).groups(), groups, "ids stay");
    }
}

/// The squared length of all gradients together.
fn squared_norm(network: &Network, gradients: &Gradients) -> f32 {
    struct Sum<'a>(&'a Gradients, f32);
    impl ModuleVisitor for Sum<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad(self.0) {
                self.1 += values(gradient).iter().map(|value| value * value).sum::<f32>();
            }
        }
    }
    let mut sum = Sum(gradients, 0.0);
    network.visit(&mut sum);
    sum.1
}

#[test]
fn networks_from_random_weights_learn_on_every_device() {
    // What the gradient promises for a step so short that the loss is nearly straight along it.
    const FALL: f32 = 0.01;
    let labels = [0, 1, 2, 0, 1, 2];
    for (device, kind) in devices("networks from random weights") {
        for design in [Design::lenet_5(), Design::mobilenet_v1(0.25, 64), Design::mobilenet_v2(0.35, 64)] {
            let network = Network::random(&design, HeadKind::Linear, 3, 5, &device);
            let input = network.input(&photos(6, design.input.height));
            let mut network = network.trainable(0);
            let mut losses = Vec::new();
            for _ in 0..5 {
                let output = network.forward(input.clone(), 0, TRAIN);
                let loss = loss(output.logits, &labels, 3);
                losses.push(scalar(loss.clone()));
                let gradients = loss.backward();
                let rate = FALL / squared_norm(&network, &gradients);
                let gradients = GradientsParams::from_grads(gradients, &network);
                network = SgdConfig::new().init().step(f64::from(rate), network, gradients);
            }
            let name = format!("{} on {kind:?}: {losses:?}", design.name);
            for pair in losses.windows(2) {
                assert!((0.8..1.2).contains(&((pair[0] - pair[1]) / FALL)), "{name}");
            }
        }
    }
}

#[test]
fn folding_batch_norm_in_changes_nothing() {
    for (device, kind) in devices("folding batch norm") {
        for design in designs() {
            let mut network = Network::random(&design, HeadKind::Linear, 3, 5, &device).trainable(0);
            for seed in 0..4 {
                let labels = [0, 1, 2, seed % 3];
                network = step(network, &photos(4, 32), &labels, 0, 0.01).0;
            }
            let folded = network.clone().fold();
            assert!(!folded.has_batch_norm());
            let (embedding, logits) = outputs(&network, &photos(2, 32));
            let (folded_embedding, folded_logits) = outputs(&folded, &photos(2, 32));
            assert!(embedding.iter().any(|value| *value != 0.0));
            let name = format!("{} on {kind:?}", design.name);
            assert!(relative_error(&folded_embedding, &embedding) < 1e-4, "{name}");
            assert!(relative_error(&folded_logits, &logits) < 1e-4, "{name}");
        }
    }
}

#[test]
fn running_statistics_are_the_mean_of_the_first_batches() {
    // Infer after one observed batch normalises as training did with that batch.
    let device = graft::device::cpu();
    let design = Design::mobilenet_v1(0.25, 32);
    let mut network = Network::random(&design, HeadKind::Linear, 3, 5, &device);
    let input = network.input(&photos(4, 32));
    let output = network.forward(input.clone(), 0, TRAIN);
    network.observe(output.moments);
    let inferred = network.forward(input, 0, Mode::Infer);
    assert!(relative_error(&values(inferred.embedding), &values(output.embedding)) < 1e-3);
}

#[test]
fn a_checkpoint_restores_every_number_on_either_device() {
    let pixels = photos(3, 32);
    for (device, kind) in devices("checkpoints") {
        let design = Design::mobilenet_v1(0.25, 32);
        let network = Network::random(&design, HeadKind::Linear, 3, 5, &device).trainable(10);
        let (network, _) = step(network, &pixels, &[0, 1, 2], 10, 1e-3);
        let state = pollster::block_on(network.state()).unwrap();
        let (later, _) = step(network.clone(), &pixels, &[0, 1, 2], 10, 1e-3);
        let cpu = graft::device::cpu();
        let restored = later.load_state(&state, &cpu).unwrap();
        assert_eq!(pollster::block_on(restored.state()).unwrap(), state, "{kind:?}");
        assert_eq!(restored.groups(), network.groups(), "ids stay");
        // It can be trained on, on the other device too.
        let (stepped, _) = step(restored, &pixels, &[0, 1, 2], 10, 1e-3);
        let (got, want) = (outputs(&stepped, &pixels).1, outputs(&later, &pixels).1);
        // Batch norm over three pixels, the last blocks' batch here, makes much of small differences.
        assert!(relative_error(&got, &want) < 1e-2, "{kind:?}: {got:?} for {want:?}");
        let other = Network::random(&Design::lenet_5(), HeadKind::Linear, 3, 5, &cpu);
        assert!(other.load_state(&state, &cpu).is_err());
    }
}
