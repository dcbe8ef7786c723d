//! A weight file, read with every check: nothing that comes from here needs checking again.

use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::architecture::{LayerKind, LayerSpec};
use super::check::{bad, check_chain, check_width, kind_of, missing, refused, superfluous};
use super::layer::{Codes, Conv, Layer};
use super::meta::Meta;
use super::{Architecture, write};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::BackboneCard;

/// One backbone with its classifier, as [the module](super) describes; its layers are all there and fit one another.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    meta: Meta,
    layers: BTreeMap<String, Layer>,
}

impl WeightFile {
    /// Puts a network together from its description and its layers by name, checking all that [`WeightFile::read`] checks.
    ///
    /// `parameters`, `depth` and `embedding` of `meta` are computed from the layers, whatever they were.
    ///
    /// # Errors
    /// A layer is missing, superfluous, of another shape, or the description does not fit.
    pub fn assemble(mut meta: Meta, layers: BTreeMap<String, Layer>) -> Result<Self> {
        meta.embedding = check_chain(meta.architecture, &layers)?;
        meta.depth = meta.architecture.depth();
        meta.parameters = layers.values().map(|layer| layer.weight.len() + layer.bias.len()).sum();
        check_width(&meta, &layers)?;
        let units = layers.get("head").map_or(0, |head| head.shape[0]);
        if meta.labels.len() != units {
            let expected = format!("{units} labels, one per output unit");
            return Err(refused(expected, format!("{} labels", meta.labels.len())));
        }
        Ok(Self { meta, layers })
    }

    /// Reads the bytes of a weight file. Needs about as much memory again as the file is long.
    ///
    /// # Errors
    /// The bytes are cut short, of another format or a later version, or of a network whose tensors are missing, superfluous or of
    /// shapes that do not fit one another. No bytes, however hostile, make it panic.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let unreadable = |error| unreadable(bytes, &error);
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let meta = Meta::from_map(header.metadata().as_ref().unwrap_or(&HashMap::new()))?;
        let specs = meta.architecture.layers();
        check_names(meta.architecture, &specs, &tensors)?;
        let layers = specs.into_iter().map(|spec| Ok((spec.name.clone(), read_layer(&spec, &tensors)?)));
        Self::assemble(meta, layers.collect::<Result<_>>()?)
    }

    /// The file's bytes. The same network always gives the same bytes.
    pub fn write(&self) -> Vec<u8> {
        write::write(&self.meta, &self.layers)
    }

    /// What the network is, and what its output units stand for.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The same network with what was measured of it on held-out photos, see [`Meta::confidence`] and [`Meta::agreement`].
    pub fn judged(mut self, confidence: f32, agreement: [f32; 2]) -> Self {
        // Three digits: more are chance, and the registry says the same.
        let rounded = |share: f32| (f64::from(share) * 1e3).round() as f32 / 1e3;
        self.meta.confidence = Some(rounded(confidence));
        self.meta.agreement = Some(agreement.map(rounded));
        self
    }

    /// One layer as stored, by its name in [`Architecture::layers`].
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.get(name)
    }

    /// One layer in float32: every number `scale * (q - zero_point)`.
    ///
    /// # Errors
    /// The architecture has no layer of that name.
    pub fn conv(&self, name: &str) -> Result<Conv> {
        let layer =
            self.layers.get(name).ok_or_else(|| missing(self.meta.architecture, name, "no layer of that name"))?;
        Ok(layer.dequantise(kind_of(name)))
    }

    /// The card that the page's chooser shows, for this network kept as `file` with so many `bytes` and this checksum.
    pub fn to_card(&self, file: &str, bytes: u64, sha256: &str) -> BackboneCard {
        let meta = &self.meta;
        BackboneCard {
            name: meta.name.clone(),
            title: meta.title.clone(),
            classes: meta.classes.clone(),
            design: format!("{}-{}-{}", meta.architecture.as_str(), meta.width, meta.input),
            input: meta.input,
            parameters: meta.parameters,
            depth: meta.depth,
            embedding: meta.embedding,
            top1: meta.top1,
            top5: meta.top5,
            confidence: meta.confidence,
            agreement: meta.agreement,
            file: file.to_string(),
            bytes,
            sha256: sha256.to_string(),
            licence: meta.licence.clone(),
            source: meta.source.clone(),
        }
    }
}

/// The five tensors of a layer, after its name.
const TENSORS: [&str; 5] = ["weight", "weight.scale", "weight.zero_point", "bias", "bias.scale"];

/// Every tensor there, and none besides; told by names before any is read, as the names say best whose file it is.
fn check_names(architecture: Architecture, specs: &[LayerSpec], tensors: &SafeTensors<'_>) -> Result<()> {
    let expected: Vec<String> =
        specs.iter().flat_map(|spec| TENSORS.map(|tensor| format!("{}.{tensor}", spec.name))).collect();
    let mut found = tensors.names();
    found.sort_unstable();
    // Another architecture's file first: a missing tensor would be its symptom only.
    let seemingly = Architecture::seemingly(found.iter().copied());
    if let Some(other) = seemingly.filter(|other| *other != architecture) {
        let found = format!("tensors of a {other}");
        return Err(refused(format!("tensors of a {architecture}, as its metadata says"), found));
    }
    if let Some(name) = expected.iter().find(|name| found.binary_search(&name.as_str()).is_err()) {
        return Err(missing(architecture, name, "none"));
    }
    let expected: std::collections::BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    match found.iter().find(|name| !expected.contains(**name)) {
        Some(name) => Err(superfluous(architecture, name, found.iter().copied())),
        None => Ok(()),
    }
}

fn read_layer(spec: &LayerSpec, tensors: &SafeTensors<'_>) -> Result<Layer> {
    let name = |tensor: &str| format!("{}.{tensor}", spec.name);
    let view = |tensor: &str| {
        tensors
            .tensor(&name(tensor))
            .map_err(|error| bad(&format!("`{}`", name(tensor)), "a tensor", error.to_string()))
    };
    // One axis of 4-byte numbers.
    let row = |tensor: &str, dtype: Dtype| {
        let view = view(tensor)?;
        if view.dtype() != dtype || view.shape().len() != 1 {
            let found = format!("{} {:?}", view.dtype(), view.shape());
            return Err(bad(&format!("`{}`", name(tensor)), format!("{dtype} on one axis"), found));
        }
        Ok(view.data())
    };
    let f32s =
        |tensor: &str| Ok::<_, Error>(words(row(tensor, Dtype::F32)?).map(f32::from_le_bytes).collect::<Vec<_>>());
    let i32s =
        |tensor: &str| Ok::<_, Error>(words(row(tensor, Dtype::I32)?).map(i32::from_le_bytes).collect::<Vec<_>>());

    let weight = view("weight")?;
    let shape = match (spec.kind, weight.shape()) {
        (LayerKind::Head, &[units, embedding]) => [units, 1, 1, embedding],
        (LayerKind::Stem | LayerKind::Depthwise | LayerKind::Pointwise, &[a, b, c, d]) => [a, b, c, d],
        (kind, found) => {
            let axes = if kind == LayerKind::Head { 2 } else { 4 };
            return Err(bad(&format!("`{}`", name("weight")), format!("{axes} axes"), format!("{found:?}")));
        }
    };
    let codes = match weight.dtype() {
        Dtype::U8 => Codes::U8(weight.data().to_vec()),
        Dtype::I8 => Codes::I8(weight.data().iter().map(|&byte| i8::from_le_bytes([byte])).collect()),
        other => return Err(bad(&format!("`{}`", name("weight")), "U8 or I8", other.to_string())),
    };
    Ok(Layer {
        shape,
        weight: codes,
        weight_scale: f32s("weight.scale")?,
        weight_zero_point: i32s("weight.zero_point")?,
        bias: i32s("bias")?,
        bias_scale: f32s("bias.scale")?,
    })
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes.chunks_exact(4).map(|word| [word[0], word[1], word[2], word[3]])
}

/// Says what bytes are that are no whole safetensors file.
fn unreadable(bytes: &[u8], error: &SafeTensorError) -> Error {
    const EXPECTED: &str = "a weight file of Graft (safetensors)";
    // A TFLite file carries its mark after the first four bytes.
    if bytes.get(4..8) == Some(b"TFL3") {
        let cure = "Convert it first: `graft import FILE.tflite --out FILE`.";
        return Error::new(ErrorKind::WeightFile, "the weight file", EXPECTED, "a TFLite file", cure);
    }
    let found = match error {
        _ if bytes.is_empty() => "0 bytes".to_string(),
        // Lengths that do not add up: nearly always a download or a copy that stopped.
        SafeTensorError::HeaderTooSmall
        | SafeTensorError::InvalidHeaderLength
        | SafeTensorError::MetadataIncompleteBuffer
            if begins_like_safetensors(bytes) =>
        {
            format!("{} bytes, not as many as its header says: cut short", bytes.len())
        }
        SafeTensorError::HeaderTooSmall | SafeTensorError::InvalidHeaderLength | SafeTensorError::HeaderTooLarge => {
            format!("{} bytes of another format", bytes.len())
        }
        other => other.to_string(),
    };
    refused(EXPECTED, found)
}

/// Whether a safetensors header could begin here: a small length, then JSON. True for files shorter than that.
fn begins_like_safetensors(bytes: &[u8]) -> bool {
    bytes.get(5..8).is_none_or(|high| high == [0; 3]) && bytes.get(8).is_none_or(|&byte| byte == b'{')
}

#[cfg(test)]
mod tests;
