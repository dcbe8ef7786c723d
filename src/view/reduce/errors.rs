//! Errors that the page itself finds.

use crate::error::{Error, ErrorKind};
use crate::protocol::BackboneCard;

pub fn given_up(photo: &str) -> Error {
    Error::new(
        ErrorKind::Engine,
        photo,
        "a photo that the engine gets through",
        "one at which it stopped twice",
        "Save the photo in another format, JPEG for example, and try again. The other photos go on.",
    )
}

pub fn gpu_crashed() -> Error {
    Error::new(
        ErrorKind::Device,
        "The GPU",
        "that the engine can open it",
        "that the engine stopped twice at that",
        "The CPU does the work. Newer drivers or another browser may help.",
    )
}

pub fn nothing_listed() -> Error {
    Error::new(
        ErrorKind::Registry,
        "models/index.json",
        "a list of at least one network",
        "an empty list",
        "Whoever serves this page: run `make build`, which puts the networks into dist/models/, and serve dist/.",
    )
}

pub fn unknown(name: &str, instead: &str, cards: &[BackboneCard]) -> Error {
    let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
    Error::new(
        ErrorKind::Registry,
        "The network in the address",
        format!("one of {}", names.join(", ")),
        format!("“{name}”"),
        format!("{instead} is used instead."),
    )
}

pub fn lacking(name: &str) -> Error {
    Error::new(
        ErrorKind::Registry,
        "The project's network",
        format!("“{name}” among the networks of this page"),
        "others only",
        "Drop its weight file in the place Look, or have the photos embedded anew by the network in use.",
    )
}
