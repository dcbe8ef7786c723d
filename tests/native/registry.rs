//! The registry against the files it names.

use graft::registry::{Place, Registry, Resolver, convert, load};
use graft::weights::{WeightFile, sha256_hex};

use crate::common::shared;

#[test]
fn every_backbone_is_what_the_registry_says() {
    if shared("models", "conversion of the backbones").is_none() {
        return;
    }
    let registry = Registry::new().unwrap();
    let mut resolver = Resolver::here();
    for backbone in &registry.backbones {
        // Architecture, input, width and parameters are compared inside.
        let file = convert(&registry, backbone, &mut resolver).unwrap();
        let bytes = file.write();
        let card = file.to_card("a.safetensors", bytes.len() as u64, &sha256_hex(&bytes));
        assert_eq!((&card.name, card.depth), (&backbone.name, backbone.architecture.depth()));
        assert_eq!((card.top1, card.top5), (backbone.top1, backbone.top5));
        assert_eq!((card.confidence, card.agreement), (backbone.confidence, backbone.agreement));
        assert_eq!(
            card.embedding,
            if backbone.name.contains("v2") { 1280 } else { (1024.0 * backbone.width) as usize }
        );
        for file in &backbone.files {
            let found = if backbone.committed { resolver.committed(file) } else { resolver.find(file) }.unwrap();
            assert!(found.place != Place::Network && found.bytes.len() as u64 == file.bytes, "{}", file.file);
        }
    }
}

#[test]
fn labels_are_in_the_order_of_the_output_units() {
    if shared("models", "the class lists").is_none() {
        return;
    }
    let labels = |name: &str| WeightFile::read(&load(name).unwrap()).unwrap().meta().labels.clone();
    let imagenet = labels("mobilenet-v2");
    assert_eq!((imagenet[0].name.as_str(), imagenet[0].id.as_deref()), ("background", None));
    assert_eq!(
        (imagenet[252].name.as_str(), imagenet[252].id.as_deref()),
        ("dalmatian, coach dog, carriage dog", Some("n02110341"))
    );
    assert!(imagenet[1..].iter().all(|label| label.id.is_some()));
    for (name, units) in [("mobilenet-v2-birds", 965), ("mobilenet-v2-insects", 1022)] {
        let labels = labels(name);
        assert_eq!((labels.len(), labels[units - 1].name.as_str()), (units, "background"));
        assert!(labels.iter().all(|label| label.id.is_none()));
    }
}

#[test]
fn an_unknown_name_lists_the_known() {
    let error = load("resnet-50").unwrap_err();
    assert!(error.found.contains("resnet-50") && error.expected.contains("mobilenet-v2-insects"), "{error}");
}
