//! Errors that the page itself finds.

use crate::error::{Error, ErrorKind};
use crate::protocol::{BackboneCard, Skipped};
use crate::view::format;

pub fn given_up(photo: &str) -> Error {
    Error::new(
        ErrorKind::Engine,
        photo,
        "a photo that the engine gets through",
        "one at which it stopped twice",
        "Save the photo in another format, JPEG for example, and try again. The other photos go on.",
    )
}

pub fn stopped(at: Option<String>, message: &str) -> Error {
    let (subject, expected) = match at {
        Some(name) => (name, "an engine that gets through this file"),
        None => ("The engine".to_owned(), "that it goes on working"),
    };
    Error::new(
        ErrorKind::Engine,
        subject,
        expected,
        format!("that it stopped ({})", message.trim_end_matches('.')),
        "It was started again, and the rest goes on; if this happens often, reload the page.",
    )
}

pub fn no_photos(left_out: &[Skipped]) -> Error {
    let found = match left_out {
        [] => "no file".to_owned(),
        files => format!("only {}", names(files)),
    };
    Error::new(
        ErrorKind::NotAnImage,
        "The folder",
        "photos in it",
        found,
        "Drop a folder with photos: JPEG, PNG, WebP, GIF or BMP.",
    )
}

pub fn left_out(left_out: &[Skipped], photos: usize) -> Error {
    let why = left_out.first().map(|file| file.reason.as_str()).unwrap_or_default();
    let (found, was) = match left_out.len() {
        1 => (format!("another file ({why})"), "It was"),
        _ => (format!("other files ({why})"), "They were"),
    };
    let cure = format!("{was} left out; {} of the folder went on.", format::photos(photos));
    Error::new(ErrorKind::NotAnImage, names(left_out), "photos", found, cure)
}

pub fn unread(unread: &[Skipped]) -> Error {
    let why = unread.first().map(|file| file.reason.as_str()).unwrap_or_default();
    Error::new(
        ErrorKind::Io,
        names(unread),
        "files that this page may read",
        format!("that {why}"),
        "The rest goes on. Copy these to another folder, or choose them with “Choose photos”.",
    )
}

fn names(files: &[Skipped]) -> String {
    format::names(&files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>())
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
        format!("The page uses {instead} instead."),
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
