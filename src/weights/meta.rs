//! What a weight file says of its network: the safetensors metadata, a map of strings.

use std::collections::{BTreeMap, HashMap};

use super::architecture::Architecture;
use super::check::refused;
use super::labels::Label;
use crate::error::{Error, ErrorKind, Result};

/// `format` in the metadata of every weight file.
pub(super) const FORMAT: &str = "graft-backbone";
/// `version`: raised whenever an older program could misread a file.
pub(super) const VERSION: &str = "1";
/// `range`: how a byte `x` of a pixel becomes the network's input. Every network so far was trained with this one.
pub(super) const RANGE: &str = "x / 127.5 - 1";

/// Smallest and largest side of the input, pixels. Five halvings need 32; the largest MobileNet was published for 224.
const INPUT: std::ops::RangeInclusive<usize> = 32..=1024;

/// What a network is, and what its output units stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Which layers it has.
    pub architecture: Architecture,
    /// The name that selects it, such as `mobilenet-v2`.
    pub name: String,
    /// The name people read, such as "MobileNetV2 1.0".
    pub title: String,
    /// What its classes are: "ImageNet, 1000 classes".
    pub classes: String,
    /// The width multiplier (the papers' α), 1.0 for the full network.
    pub width: f32,
    /// Width and height of the input, pixels.
    pub input: usize,
    /// What each output unit stands for.
    pub labels: Vec<Label>,
    /// SPDX licence of the weights.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// Share of 1000 ImageNet photos whose class is the most probable one, 0–1; `None` where it was not measured.
    pub top1: Option<f32>,
    /// The same for the five most probable.
    pub top5: Option<f32>,
    /// How sure it is of photos of its own kind that it was not trained on: the mean of its largest probability, 0–1; `None`: not measured. Where it is
    /// not, `top1` says about the same.
    pub confidence: Option<f32>,
    /// Of a network that another one taught: shares of held-out photos of which that one's class is its most probable one, and among its five most
    /// probable, 0–1.
    pub agreement: Option<[f32; 2]>,
    /// Weights and biases, head included, counted by [`WeightFile`](super::WeightFile) from the tensors; not stored.
    pub parameters: usize,
    /// Weight layers, convolutions and the head; follows from the architecture, not stored.
    pub depth: usize,
    /// Length of the embedding, told by the head's shape; not stored.
    pub embedding: usize,
}

impl Meta {
    /// The map that goes into the file; sorted, so that the same network gives the same bytes.
    pub(super) fn to_map(&self) -> BTreeMap<&'static str, String> {
        let accuracy = |share: Option<f32>| share.map(|share| share.to_string()).unwrap_or_default();
        let labels: Vec<(Option<&str>, &str)> =
            self.labels.iter().map(|label| (label.id.as_deref(), label.name.as_str())).collect();
        let mut map = BTreeMap::from([
            ("format", FORMAT.to_string()),
            ("version", VERSION.to_string()),
            ("architecture", self.architecture.as_str().to_string()),
            ("name", self.name.clone()),
            ("title", self.title.clone()),
            ("classes", self.classes.clone()),
            ("width", self.width.to_string()),
            ("input", self.input.to_string()),
            ("range", RANGE.to_string()),
            ("labels", serde_json::json!(labels).to_string()),
            ("licence", self.licence.clone()),
            ("source", self.source.clone()),
            ("top1", accuracy(self.top1)),
            ("top5", accuracy(self.top5)),
        ]);
        // Later entries, left out where there is nothing to say: a file keeps its bytes, and with them its name.
        map.extend(self.confidence.map(|share| ("confidence", share.to_string())));
        map.extend(self.agreement.map(|shares| ("agreement", format!("[{},{}]", shares[0], shares[1]))));
        map
    }

    /// Reads the map of a file, format and version first: a later version may mean other things by the rest.
    pub(super) fn from_map(map: &HashMap<String, String>) -> Result<Self> {
        let Some(format) = map.get("format") else {
            return Err(not_ours("a safetensors file without that mark".to_string()));
        };
        if format != FORMAT {
            return Err(not_ours(format!("a safetensors file of format {}", quoted(format))));
        }
        let version = text(map, "version")?;
        if version != VERSION {
            return Err(Error::new(
                ErrorKind::WeightFile,
                "the weight file",
                format!("version {VERSION} of the format"),
                format!("version {}", quoted(version)),
                "Use a newer Graft, or make the file anew with `graft import`.",
            ));
        }
        let range = text(map, "range")?;
        if range != RANGE {
            return Err(bad("range", format!("`{RANGE}`"), quoted(range)));
        }
        let architecture = text(map, "architecture")?;
        let labels: Vec<(Option<String>, String)> = serde_json::from_str(text(map, "labels")?)
            .map_err(|error| bad("labels", "a JSON list of [id or null, name]", error.to_string()))?;
        Ok(Self {
            architecture: Architecture::from_name(architecture).ok_or_else(|| {
                let known = Architecture::ALL.map(Architecture::as_str).join(" or ");
                bad("architecture", known, quoted(architecture))
            })?,
            name: text(map, "name")?.to_string(),
            title: text(map, "title")?.to_string(),
            classes: text(map, "classes")?.to_string(),
            width: number(map, "width", |width: &f32| *width > 0.0 && *width <= 4.0, "a number above 0 and up to 4")?,
            input: number(map, "input", |input| INPUT.contains(input), "a whole number of 32 to 1024 pixels")?,
            labels: labels.into_iter().map(|(id, name)| Label { id, name }).collect(),
            licence: text(map, "licence")?.to_string(),
            source: text(map, "source")?.to_string(),
            top1: accuracy(map, "top1")?,
            top5: accuracy(map, "top5")?,
            confidence: map.contains_key("confidence").then(|| accuracy(map, "confidence")).transpose()?.flatten(),
            agreement: agreement(map)?,
            parameters: 0,
            depth: 0,
            embedding: 0,
        })
    }
}

fn text<'a>(map: &'a HashMap<String, String>, key: &str) -> Result<&'a str> {
    map.get(key).map(String::as_str).ok_or_else(|| refused(format!("an entry `{key}` in its metadata"), "none"))
}

fn number<T: std::str::FromStr>(
    map: &HashMap<String, String>,
    key: &str,
    allowed: impl Fn(&T) -> bool,
    expected: &str,
) -> Result<T> {
    let text = text(map, key)?;
    text.parse().ok().filter(allowed).ok_or_else(|| bad(key, expected, quoted(text)))
}

/// A share that may be unknown: the empty text.
fn accuracy(map: &HashMap<String, String>, key: &str) -> Result<Option<f32>> {
    if text(map, key)?.is_empty() {
        return Ok(None);
    }
    number(map, key, |share| (0.0..=1.0).contains(share), "a share from 0 to 1, or nothing").map(Some)
}

fn agreement(map: &HashMap<String, String>) -> Result<Option<[f32; 2]>> {
    let Some(text) = map.get("agreement") else { return Ok(None) };
    let shares: Option<[f32; 2]> = serde_json::from_str(text).ok();
    let shares = shares.filter(|shares| shares.iter().all(|share| (0.0..=1.0).contains(share)));
    shares.map(Some).ok_or_else(|| bad("agreement", "a JSON list of two shares from 0 to 1", quoted(text)))
}

fn not_ours(found: String) -> Error {
    let cure = "Make a weight file with `graft import FILE.tflite --out FILE`.";
    Error::new(ErrorKind::WeightFile, "the weight file", format!("the mark format = {FORMAT}"), found, cure)
}

fn bad(key: &str, expected: impl std::fmt::Display, found: impl Into<String>) -> Error {
    refused(format!("`{key}` in its metadata to be {expected}"), found)
}

/// What a file says, shortened so that a hostile one cannot fill the page.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40; // characters
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}
