//! The student as a weight file: batch norm folded in, 8-bit, with the teacher's classes.

use std::collections::BTreeMap;

use super::quantise::quantise;
use crate::architecture::Design;
use crate::error::{Error, ErrorKind, Result};
use crate::network::Network;
use crate::weights::{Architecture, Conv, Label, Layer, Meta, WeightFile};

/// What a weight file says beside its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// The name that selects it.
    pub name: String,
    /// The name people read.
    pub title: String,
    /// What its classes are.
    pub classes: String,
    /// What each output unit stands for: the teacher's.
    pub labels: Vec<Label>,
    /// Under what licence.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
}

/// The weight file of a student whose first outputs are the classes of `about`; the other outputs are left away.
///
/// # Errors
/// The design is no MobileNet, a weight is no number, or the device failed.
pub fn export(network: &Network, about: About) -> Result<WeightFile> {
    let design = network.design().clone();
    let (architecture, width) = architecture(&design)?;
    let folded = network.clone().fold();
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)> = BTreeMap::new();
    for tensor in pollster::block_on(folded.tensors(0))? {
        tensors.insert(tensor.name, (tensor.shape, tensor.values));
    }
    let units = about.labels.len();
    let head = pollster::block_on(folded.head())?.output;
    let inputs = head.inputs;
    tensors.insert("head.weight".to_string(), (vec![units, 1, 1, inputs], head.weight[..units * inputs].to_vec()));
    tensors.insert("head.bias".to_string(), (vec![units], head.bias[..units].to_vec()));

    let mut layers: BTreeMap<String, Layer> = BTreeMap::new();
    for spec in architecture.layers() {
        let mut take = |part: &str| tensors.remove(&format!("{}.{part}", spec.name)).unwrap_or_default();
        let ((shape, weight), (_, bias)) = (take("weight"), take("bias"));
        if let Some(value) = weight.iter().chain(&bias).find(|value| !value.is_finite()) {
            let cure = "Train anew with a lower learning rate.";
            return Err(Error::new(ErrorKind::WeightFile, &spec.name, "finite numbers", value.to_string(), cure));
        }
        let shape = <[usize; 4]>::try_from(shape).unwrap_or_default(); // checked by `assemble`
        layers.insert(spec.name, quantise(&Conv { shape, weight, bias }, spec.kind));
    }
    let About { name, title, classes, labels, licence, source } = about;
    let meta = Meta {
        architecture,
        name,
        title,
        classes,
        width,
        input: design.input.height,
        labels,
        licence,
        source,
        top1: None,
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    WeightFile::assemble(meta, layers)
}

/// Family and width multiplier of a design called `mobilenet-v1-0.5-128`.
///
/// # Errors
/// It is no MobileNet: weight files hold those only.
pub fn architecture(design: &Design) -> Result<(Architecture, f32)> {
    let of = |architecture: Architecture| {
        let rest = design.name.strip_prefix(architecture.as_str())?.strip_prefix('-')?;
        Some((architecture, rest.split('-').next()?.parse().ok()?))
    };
    Architecture::ALL.into_iter().find_map(of).ok_or_else(|| {
        let cure = "Take --architecture mobilenet-v1-0.5-128, for example.";
        Error::new(ErrorKind::Usage, "--architecture", "a MobileNet", &design.name, cure)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::Backbone;
    use crate::device;
    use crate::network::Mode;
    use crate::project::HeadKind;
    use crate::weights::unnamed;

    #[test]
    fn the_weight_file_computes_what_the_student_does() {
        for design in [Design::mobilenet_v1(0.25, 64), Design::mobilenet_v2(0.35, 64)] {
            let device = device::cpu();
            let pixels: Vec<u8> = (0..2 * 64 * 64 * 3).map(|i| (i * 7919 % 256) as u8).collect();
            let random = Network::random(&design, HeadKind::Linear, 11 + 6, 3, &device);
            let about = About {
                name: "student".to_string(),
                title: "Student".to_string(),
                classes: "11 things".to_string(),
                labels: unnamed(11),
                licence: "none".to_string(),
                source: "a test".to_string(),
            };
            // A network whose weights are of 8 bits already, so that nothing is rounded again but its new head: random layers in a row blow
            // roundings up without measure.
            let eighths = export(&random, about.clone()).unwrap();
            assert_eq!(eighths.meta().parameters, design.parameters(11));
            let plain = Network::pretrained(&eighths, None, HeadKind::Linear, 11 + 6, 4, &device).unwrap();
            let network = plain.with_head(&pollster::block_on(random.head()).unwrap()).unwrap();
            let expected = network.forward(network.input(&pixels), 0, Mode::Infer).logits.into_data();
            let expected = expected.try_to_vec::<f32>().unwrap();
            let file = WeightFile::read(&export(&network, about).unwrap().write()).unwrap();
            let found = pollster::block_on(Backbone::new(&file, &device).unwrap().run(&pixels)).unwrap().logits;
            let (mut apart, mut size) = (0.0, 0.0);
            for (found, expected) in found.iter().zip(expected.chunks_exact(24)) {
                for (found, expected) in found.iter().zip(&expected[..11]) {
                    apart += (found - expected).powi(2);
                    size += expected.powi(2);
                }
            }
            assert!(apart < 1e-3 * size && size > 0.0, "{}: {apart} of {size}", design.name);
        }
    }

    #[test]
    fn only_mobilenets_have_weight_files() {
        assert_eq!(architecture(&Design::mobilenet_v1(0.5, 128)).unwrap(), (Architecture::MobileNetV1, 0.5));
        assert_eq!(architecture(&Design::mobilenet_v2(1.0, 96)).unwrap(), (Architecture::MobileNetV2, 1.0));
        assert!(architecture(&Design::lenet_5()).is_err());
    }
}
