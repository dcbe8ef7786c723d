//! From a backbone of the registry, or a TFLite file of a person's own, to a weight file.

use super::{Backbone, Place, Registry, Resolver, Scheme};
use crate::error::{Error, ErrorKind, Result};
use crate::weights::tflite::{Network, import};
use crate::weights::{Label, Meta, WeightFile, background_first, with_background};

/// The bytes of a backbone's weight file, in our format; what is missing is downloaded.
///
/// # Errors
/// There is no backbone of that name (the error lists those there are), or a file of it is missing or wrong.
pub fn load(name: &str) -> Result<Vec<u8>> {
    let registry = Registry::new()?;
    let backbone = registry.backbone(name)?;
    Ok(convert(&registry, backbone, &mut Resolver::with_network())?.write())
}

/// Resolves a backbone's files and converts them.
///
/// # Errors
/// A file is missing ([`ErrorKind::Registry`]) or its checksum is wrong ([`ErrorKind::WeightFile`]), or the registry says of the network
/// what its file does not.
pub fn convert(registry: &Registry, backbone: &Backbone, resolver: &mut Resolver) -> Result<WeightFile> {
    let mut files = Vec::new();
    for file in &backbone.files {
        files.push(resolver.find(file)?.bytes);
    }
    let [body, head @ ..] = &files[..] else {
        return Err(contradiction(backbone, "a file", "none".to_string()));
    };
    let network =
        import(body, head.first().map(Vec::as_slice)).map_err(|error| error.about(&backbone.files[0].file))?;
    describe(registry, backbone, network, resolver)
}

/// Where a backbone's files are, its class list included; reads and verifies them, but converts nothing.
///
/// # Errors
/// As [`convert`], as far as files are concerned.
pub fn locate(registry: &Registry, backbone: &Backbone, resolver: &mut Resolver) -> Result<Place> {
    let mut place = Place::Cache;
    for file in &backbone.files {
        place = resolver.find(file)?.place;
    }
    labels(registry, backbone, resolver)?;
    Ok(place)
}

/// Gives a network of the registry its name and its classes.
///
/// # Errors
/// A class list is missing or wrong, or the registry says of the network what its file does not.
pub fn describe(
    registry: &Registry,
    backbone: &Backbone,
    network: Network,
    resolver: &mut Resolver,
) -> Result<WeightFile> {
    if (network.architecture, network.input) != (backbone.architecture, backbone.input) {
        let expected = format!("{}, input {}", backbone.architecture, backbone.input);
        return Err(contradiction(backbone, &expected, format!("{}, input {}", network.architecture, network.input)));
    }
    let meta = Meta {
        architecture: backbone.architecture,
        name: backbone.name.clone(),
        title: backbone.title.clone(),
        classes: backbone.classes.clone(),
        width: backbone.width,
        input: backbone.input,
        labels: labels(registry, backbone, resolver)?,
        licence: backbone.licence.clone(),
        source: backbone.source.clone(),
        top1: backbone.top1,
        top5: backbone.top5,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    let file = WeightFile::assemble(meta, network.layers)?;
    if file.meta().parameters != backbone.parameters {
        let expected = format!("{} parameters", backbone.parameters);
        return Err(contradiction(backbone, &expected, file.meta().parameters.to_string()));
    }
    Ok(file)
}

/// What the output units of a backbone stand for.
fn labels(registry: &Registry, backbone: &Backbone, resolver: &mut Resolver) -> Result<Vec<Label>> {
    let list = registry.class_list(backbone)?;
    let names = text(&list.names.file, resolver.find(&list.names)?.bytes)?;
    match list.scheme {
        Scheme::BackgroundLast => Ok(with_background(&names)),
        Scheme::BackgroundFirst => {
            let mut outcome = Err(contradiction(backbone, "a list of WordNet ids", "none".to_string()));
            for file in &list.ids {
                outcome = resolver.find(file).and_then(|found| text(&file.file, found.bytes));
                // A missing file gives way to the next; a wrong one does not.
                if outcome.as_ref().err().is_none_or(|error| error.kind == ErrorKind::WeightFile) {
                    break;
                }
            }
            background_first(&names, &outcome?)
        }
    }
}

fn text(file: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Error::new(
            ErrorKind::Registry,
            file,
            "text in UTF-8",
            error.to_string(),
            "Put models/registry.toml right and build again.",
        )
    })
}

fn contradiction(backbone: &Backbone, expected: &str, found: String) -> Error {
    let cure = "Put models/registry.toml right and build again.";
    Error::new(ErrorKind::Registry, &backbone.name, expected, found, cure)
}
