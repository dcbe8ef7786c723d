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

/// As [`load`], of the default backbone; where that cannot be had, of the committed one, which is said on stderr.
///
/// # Errors
/// A file is wrong, or neither is there.
pub fn load_default() -> Result<Vec<u8>> {
    let registry = Registry::new()?;
    choose(&registry, &mut Resolver::with_network()).map(|file| file.write())
}

/// The default backbone, or the committed one where a file of the default is missing.
fn choose(registry: &Registry, resolver: &mut Resolver) -> Result<WeightFile> {
    let default = registry.default_backbone();
    match (convert(registry, default, resolver), registry.committed()) {
        (Err(error), Some(committed)) if error.kind == ErrorKind::Registry => {
            eprintln!("graft: {error}");
            eprintln!("graft: {} is missing, so {} is used", default.name, committed.name);
            convert(registry, committed, resolver)
        }
        (outcome, _) => outcome,
    }
}

/// Resolves a backbone's files and converts them; a committed one is read as it is.
///
/// # Errors
/// A file is missing ([`ErrorKind::Registry`]) or its checksum is wrong ([`ErrorKind::WeightFile`]), or the registry says of the network
/// what its file does not.
pub fn convert(registry: &Registry, backbone: &Backbone, resolver: &mut Resolver) -> Result<WeightFile> {
    if backbone.committed {
        return committed(backbone, resolver);
    }
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

/// The weight file of a committed backbone, its classes included.
fn committed(backbone: &Backbone, resolver: &Resolver) -> Result<WeightFile> {
    let Some(remote) = backbone.files.first() else {
        return Err(contradiction(backbone, "a file", "none".to_string()));
    };
    let file = WeightFile::read(&resolver.committed(remote)?.bytes).map_err(|error| error.about(&remote.file))?;
    let of = |name: &str, input: usize, parameters: usize| format!("{name}, input {input}, {parameters} parameters");
    let meta = file.meta();
    let found = of(&meta.name, meta.input, meta.parameters);
    let expected = of(&backbone.name, backbone.input, backbone.parameters);
    if found != expected || (meta.architecture, meta.width) != (backbone.architecture, backbone.width) {
        return Err(contradiction(backbone, &expected, found));
    }
    if (meta.confidence, meta.agreement) != (backbone.confidence, backbone.agreement) {
        let said = |confidence: Option<f32>, agreement: Option<[f32; 2]>| {
            format!("confidence {confidence:?}, agreement {agreement:?}")
        };
        let found = said(meta.confidence, meta.agreement);
        return Err(contradiction(backbone, &said(backbone.confidence, backbone.agreement), found));
    }
    Ok(file)
}

/// Where a backbone's files are, its class list included; reads and verifies them, but converts nothing.
///
/// # Errors
/// As [`convert`], as far as files are concerned.
pub fn locate(registry: &Registry, backbone: &Backbone, resolver: &mut Resolver) -> Result<Place> {
    if let (true, Some(file)) = (backbone.committed, backbone.files.first()) {
        return Ok(resolver.committed(file)?.place);
    }
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
        confidence: backbone.confidence,
        agreement: backbone.agreement,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Architecture;

    /// What a committed weight file may weigh.
    const MOST_BYTES: usize = 1_500_000;

    #[test]
    fn the_project_alone_has_a_network() {
        let registry = Registry::new().unwrap();
        let mut bare = Resolver::bare();
        let missing = convert(&registry, registry.default_backbone(), &mut bare).unwrap_err();
        assert_eq!(missing.kind, ErrorKind::Registry);
        let file = choose(&registry, &mut bare).unwrap();
        assert_eq!((file.meta().name.as_str(), file.meta().architecture), ("graft-small", Architecture::MobileNetV1));
        assert_eq!(
            file.meta().labels[252].id.as_deref(),
            Some("n02110341"),
            "a dalmatian, as in every ImageNet network"
        );
        let committed = registry.committed().unwrap();
        assert_eq!(locate(&registry, committed, &mut bare).unwrap(), Place::Committed);
        let bytes = file.write();
        assert!(bytes.len() <= MOST_BYTES, "{} bytes", bytes.len());
        // What the page loads is the committed file itself.
        assert_eq!(crate::weights::sha256_hex(&bytes), committed.files[0].sha256);
    }

    #[test]
    fn a_wrong_default_is_no_missing_one() {
        // A damaged file is said, not replaced.
        let registry = Registry::new().unwrap();
        let mut damaged = registry.clone();
        for file in &mut damaged.backbones[0].files {
            file.file = "registry.toml".to_string();
        }
        let mut resolver = Resolver::bare_beside("models");
        assert_eq!(choose(&damaged, &mut resolver).unwrap_err().kind, ErrorKind::WeightFile);
    }
}
