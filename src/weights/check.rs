//! Whether the layers of a network fit one another, and how a weight file that does not is told.

use std::collections::BTreeMap;

use super::architecture::{Architecture, LayerKind, LayerSpec};
use super::layer::Layer;
use super::meta::Meta;
use crate::error::{Error, ErrorKind, Result};

/// What to do about a file that is not what it should be.
const CURE: &str = "Get the file again, or make it anew with `graft import`.";

/// What a layer of this name computes; the same in every architecture.
pub(super) fn kind_of(name: &str) -> LayerKind {
    match name {
        "stem" => LayerKind::Stem,
        "head" => LayerKind::Head,
        _ if name.ends_with(".depthwise") => LayerKind::Depthwise,
        _ => LayerKind::Pointwise,
    }
}

/// Follows the channels from the photo's three to the head and returns the embedding's length.
pub(super) fn check_chain(architecture: Architecture, layers: &BTreeMap<String, Layer>) -> Result<usize> {
    let mut channels = 3;
    let mut embedding = 0;
    let specs = architecture.layers();
    for LayerSpec { name, kind, .. } in &specs {
        let layer = layers.get(name).ok_or_else(|| missing(architecture, name, "none"))?;
        let [out, kernel_height, kernel_width, input] = layer.shape;
        let (expected, fits) = match kind {
            LayerKind::Stem => {
                ("[O, 3, 3, 3]".to_string(), kernel_height == 3 && kernel_width == 3 && input == channels)
            }
            LayerKind::Depthwise => (
                format!("[1, 3, 3, {channels}]"),
                out == 1 && kernel_height == 3 && kernel_width == 3 && input == channels,
            ),
            LayerKind::Pointwise => {
                (format!("[O, 1, 1, {channels}]"), kernel_height == 1 && kernel_width == 1 && input == channels)
            }
            LayerKind::Head => {
                (format!("[K, {channels}]"), kernel_height == 1 && kernel_width == 1 && input == channels)
            }
        };
        if !fits || layer.channels(*kind) == 0 {
            let expected = format!("{expected}, as the layer before has {channels} channels");
            return Err(bad(&format!("the shape of `{name}.weight`"), expected, format!("{:?}", layer.shape)));
        }
        check_numbers(name, *kind, layer)?;
        if *kind == LayerKind::Head {
            embedding = channels;
        }
        channels = layer.channels(*kind);
    }
    if let Some(name) = layers.keys().find(|name| !specs.iter().any(|spec| spec.name == **name)) {
        return Err(superfluous(architecture, name, layers.keys().map(String::as_str)));
    }
    Ok(embedding)
}

/// The lengths of one layer's tensors, and values that arithmetic can use.
fn check_numbers(name: &str, kind: LayerKind, layer: &Layer) -> Result<()> {
    let channels = layer.channels(kind);
    let volume = layer.shape.iter().try_fold(1_usize, |volume, &side| volume.checked_mul(side));
    if volume != Some(layer.weight.len()) {
        let expected = format!("as many numbers as {:?} holds", layer.shape);
        return Err(bad(&format!("`{name}.weight`"), expected, layer.weight.len().to_string()));
    }
    let one_or_each = |tensor: &str, found: usize| match found {
        1 => Ok(()),
        found if found == channels => Ok(()),
        found => Err(bad(&format!("`{name}.{tensor}`"), format!("1 or {channels} numbers"), found.to_string())),
    };
    one_or_each("weight.scale", layer.weight_scale.len())?;
    one_or_each("bias.scale", layer.bias_scale.len())?;
    if layer.weight_zero_point.len() != layer.weight_scale.len() {
        let expected = format!("{} numbers, as many as scales", layer.weight_scale.len());
        return Err(bad(&format!("`{name}.weight.zero_point`"), expected, layer.weight_zero_point.len().to_string()));
    }
    if layer.bias.len() != channels {
        return Err(bad(&format!("`{name}.bias`"), format!("{channels} numbers"), layer.bias.len().to_string()));
    }
    for (tensor, scales) in [("weight.scale", &layer.weight_scale), ("bias.scale", &layer.bias_scale)] {
        if let Some(scale) = scales.iter().find(|scale| !(scale.is_finite() && **scale > 0.0)) {
            return Err(bad(&format!("`{name}.{tensor}`"), "finite numbers above 0", scale.to_string()));
        }
    }
    let range = layer.weight.range();
    if let Some(zero_point) = layer.weight_zero_point.iter().find(|zero_point| !range.contains(zero_point)) {
        return Err(bad(&format!("`{name}.weight.zero_point`"), format!("{range:?}"), zero_point.to_string()));
    }
    Ok(())
}

/// The width multiplier must be the one that the channels show.
pub(super) fn check_width(meta: &Meta, layers: &BTreeMap<String, Layer>) -> Result<()> {
    const ROUNDING: f32 = 8.0; // channels are rounded to multiples of 8
    let (name, at_width_1) = meta.architecture.width_mark();
    let channels = layers.get(name).map_or(0, |layer| layer.channels(kind_of(name)));
    let width = channels as f32 / at_width_1;
    if (width - meta.width).abs() * at_width_1 < ROUNDING {
        return Ok(());
    }
    Err(bad("the width", format!("{width}, as `{name}` has {channels} channels"), meta.width.to_string()))
}

/// An error whose subject a caller can replace by the file's name: all that matters stands in the other parts.
pub(super) fn refused(expected: impl Into<String>, found: impl Into<String>) -> Error {
    Error::new(ErrorKind::WeightFile, "the weight file", expected, found, CURE)
}

pub(super) fn bad(what: &str, expected: impl std::fmt::Display, found: impl Into<String>) -> Error {
    refused(format!("{what} to be {expected}"), found)
}

pub(super) fn missing(architecture: Architecture, name: &str, found: &str) -> Error {
    refused(format!("`{name}`, which a {architecture} has"), found)
}

pub(super) fn superfluous<'a>(architecture: Architecture, name: &str, all: impl Iterator<Item = &'a str>) -> Error {
    let of = match Architecture::seemingly(all) {
        Some(other) if other != architecture => format!(", as a {other} has"),
        _ => String::new(),
    };
    let short: String = name.chars().take(60).collect(); // a name of a hostile file may be of any length
    refused(format!("the tensors of a {architecture} only"), format!("`{short}`{of}"))
}
