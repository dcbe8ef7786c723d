//! A head as a file: safetensors, readable by others.
//!
//! Tensors (F32, row-major): `output.weight` `[C, E]` (with a hidden layer `[C, H]`), `output.bias` `[C]`; for a hidden layer `hidden.weight` `[H, E]` and
//! `hidden.bias` `[H]`; `extra.<name>` for what travels along. Metadata: `format` (`graft-head`), `version` (`1`), `backbone`, `classes` (a JSON list of names),
//! `temperature`, and `threshold` and `false_rejections` where there are any; `network` (a [`NetworkCard`](crate::protocol::NetworkCard) as JSON) where the head takes what a network of its own makes,
//! whose weights travel along as `extra.network.<layer>.weight` and `.bias`.

use std::collections::BTreeMap;

use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::{Dense, Head};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{HeadCard, Rejection};
use crate::tensor_file::{self, Tensor};

const FORMAT: &str = "graft-head";
const VERSION: &str = "1";
/// Prefix of the names of extra tensors.
const EXTRA: &str = "extra.";

/// A tensor that travels with a head; the head does not know what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
}

/// A head with everything needed to use it.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadFile {
    /// The classifier.
    pub head: Head,
    /// Whose embeddings it takes, its classes, its calibration.
    pub card: HeadCard,
    /// What travels along.
    pub extra: Vec<Extra>,
}

impl HeadFile {
    /// The file's bytes, the same for the same head.
    pub fn to_bytes(&self) -> Vec<u8> {
        let layers = [("hidden", self.head.hidden.as_ref()), ("output", Some(&self.head.output))];
        let mut tensors = Vec::new();
        for (name, layer) in layers.into_iter().filter_map(|(name, layer)| Some((name, layer?))) {
            tensors.push(Tensor::f32(format!("{name}.weight"), vec![layer.units(), layer.inputs], &layer.weight));
            tensors.push(Tensor::f32(format!("{name}.bias"), vec![layer.units()], &layer.bias));
        }
        for extra in &self.extra {
            tensors.push(Tensor::f32(format!("{EXTRA}{}", extra.name), extra.shape.clone(), &extra.values));
        }
        tensor_file::write(&self.metadata(), &tensors)
    }

    fn metadata(&self) -> BTreeMap<&'static str, String> {
        let HeadCard { backbone, classes, temperature, rejection, network } = &self.card;
        let mut metadata = BTreeMap::from([
            ("format", FORMAT.to_string()),
            ("version", VERSION.to_string()),
            ("backbone", backbone.clone()),
            ("classes", json!(classes).to_string()),
            ("temperature", temperature.to_string()),
        ]);
        if let Some(rejection) = rejection {
            metadata.insert("threshold", rejection.threshold.to_string());
            metadata.insert("false_rejections", rejection.false_rejections.to_string());
        }
        if let Some(network) = network {
            metadata.insert("network", json!(network).to_string());
        }
        metadata
    }

    /// Reads a file, whoever wrote it.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`] for anything but a whole head of a version known here.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| not_a_head(error.to_string()))?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| not_a_head(error.to_string()))?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let entry = |key: &str| metadata.get(key).map(String::as_str);
        if entry("format") != Some(FORMAT) {
            return Err(not_a_head("another safetensors file".into()));
        }
        match entry("version") {
            Some(VERSION) => {}
            version => {
                let found = format!("version {}", version.unwrap_or("none"));
                let cure = "A newer Graft wrote it: open it with that one.";
                return Err(Error::new(ErrorKind::WeightFile, "the head", format!("version {VERSION}"), found, cure));
            }
        }
        let number = |key: &str, text: &str| {
            let number = text.parse::<f32>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| damaged("numbers in its metadata", format!("{key} = {text:?}")))
        };
        let rejection = match (entry("threshold"), entry("false_rejections")) {
            (Some(threshold), Some(share)) => Some(Rejection {
                threshold: number("threshold", threshold)?,
                false_rejections: number("false_rejections", share)?,
            }),
            _ => None,
        };
        let temperature = number("temperature", entry("temperature").unwrap_or_default())?;
        if temperature <= 0.0 {
            return Err(damaged("a temperature above 0", temperature.to_string()));
        }
        let classes: Vec<String> = serde_json::from_str(entry("classes").unwrap_or_default())
            .map_err(|error| damaged("a list of class names", error.to_string()))?;
        let backbone = entry("backbone").filter(|name| !name.is_empty());
        let backbone = backbone.ok_or_else(|| damaged("a backbone's name", "none".into()))?.to_string();

        let hidden = file.names().contains(&"hidden.weight").then(|| dense(&file, "hidden")).transpose()?;
        let output = dense(&file, "output")?;
        if let Some(hidden) = hidden.as_ref().filter(|hidden| hidden.units() != output.inputs) {
            return Err(damaged(&format!("{} hidden units", output.inputs), hidden.units().to_string()));
        }
        if output.units() != classes.len() || classes.len() < 2 {
            let expected = format!("as many names (two or more) as outputs, which are {}", output.units());
            return Err(damaged(&expected, format!("{} names", classes.len())));
        }
        let mut extra = Vec::new();
        let mut names: Vec<&str> = file.names().into_iter().filter(|name| name.starts_with(EXTRA)).collect();
        names.sort_unstable();
        for name in names {
            let (shape, values) = tensor(&file, name)?;
            extra.push(Extra { name: name[EXTRA.len()..].to_string(), shape, values });
        }
        let network = entry("network").map(serde_json::from_str).transpose();
        let network = network.map_err(|error| damaged("a network's description", error.to_string()))?;
        let card = HeadCard { backbone, classes, temperature, rejection, network };
        Ok(Self { head: Head { hidden, output }, card, extra })
    }
}

fn dense(file: &SafeTensors, name: &str) -> Result<Dense> {
    let (shape, weight) = tensor(file, &format!("{name}.weight"))?;
    let (_, bias) = tensor(file, &format!("{name}.bias"))?;
    match shape[..] {
        [units, inputs] if units == bias.len() && units * inputs > 0 => Ok(Dense { inputs, weight, bias }),
        _ => Err(damaged(&format!("{name}.weight [{}, …]", bias.len()), format!("{shape:?}"))),
    }
}

/// Shape and values; every value a number.
fn tensor(file: &SafeTensors, name: &str) -> Result<(Vec<usize>, Vec<f32>)> {
    let tensor = file.tensor(name).map_err(|error| damaged(name, error.to_string()))?;
    if tensor.dtype() != Dtype::F32 {
        return Err(damaged(&format!("{name} of type F32"), format!("{:?}", tensor.dtype())));
    }
    let values: Vec<f32> = tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    if values.iter().any(|value| !value.is_finite()) {
        return Err(damaged(&format!("numbers in {name}"), "something else".into()));
    }
    Ok((tensor.shape().to_vec(), values))
}

fn not_a_head(found: String) -> Error {
    let expected = "a head that Graft wrote (safetensors)";
    Error::new(ErrorKind::WeightFile, "the head", expected, found, "Choose a head's file, or train a new one.")
}

fn damaged(expected: &str, found: String) -> Error {
    Error::new(
        ErrorKind::WeightFile,
        "the head",
        expected,
        found,
        "The file is damaged: use another copy, or train a new one.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::HeadKind;
    use crate::protocol::NetworkCard;

    fn example(kind: HeadKind) -> HeadFile {
        let rejection = Some(Rejection { threshold: -12.345_679, false_rejections: 0.05 });
        let classes = vec!["cat".to_string(), "dög \"x\"".into(), "猫".into()];
        let values = vec![0.1, 0.2, 0.3, 0.4];
        let network = NetworkCard { design: "lenet-5".into(), features_at: Some(1), trained_from: 0 };
        HeadFile {
            head: Head::new(5, kind, 3, 1),
            card: HeadCard {
                backbone: "mobilenet-v2".into(),
                classes,
                temperature: 1.3,
                rejection,
                network: Some(network),
            },
            extra: vec![Extra { name: "novelty.mean".into(), shape: vec![2, 2], values }],
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        for kind in [HeadKind::Linear, HeadKind::Hidden { units: 4, dropout: 0.5 }] {
            let file = example(kind);
            assert_eq!(HeadFile::read(&file.to_bytes()).unwrap(), file);
            assert_eq!(file.to_bytes(), file.to_bytes());
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let bytes = example(HeadKind::Hidden { units: 4, dropout: 0.0 }).to_bytes();
        for length in [0, 7, 8, 100, bytes.len() - 1] {
            assert_eq!(HeadFile::read(&bytes[..length]).unwrap_err().kind, ErrorKind::WeightFile);
        }
        let text = String::from_utf8_lossy(&bytes[8..]).into_owned();
        assert!(text.contains("graft-head"));
        let with = |from: &str, to: &str| {
            assert_eq!(from.len(), to.len());
            let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("in the header");
            let mut changed = bytes.clone();
            changed[at..at + to.len()].copy_from_slice(to.as_bytes());
            HeadFile::read(&changed).unwrap_err()
        };
        assert!(with("graft-head", "other-head").found.contains("another"));
        assert!(with("\"version\":\"1\"", "\"version\":\"2\"").cure.contains("newer"));
        assert!(with("\"temperature\":\"1.3\"", "\"temperature\":\"NaN\"").expected.contains("numbers"));
        let mut file = example(HeadKind::Linear);
        file.card.classes.pop();
        assert!(HeadFile::read(&file.to_bytes()).is_err());
        let mut file = example(HeadKind::Linear);
        file.head.output.bias[0] = f32::NAN;
        assert!(HeadFile::read(&file.to_bytes()).is_err());
    }
}
