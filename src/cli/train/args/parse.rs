//! Values of flags that are more than a number or a word, read.

use crate::architecture::Design;
use crate::project::{Augmentation, Fill, HeadKind, Schedule, Way};

/// The dropout of a hidden layer where none is named.
const DROPOUT: f32 = 0.5;

type Parsed<T> = std::result::Result<T, String>;

pub(super) fn head_kind(text: &str) -> Parsed<HeadKind> {
    match text.strip_prefix("hidden:").map(str::parse) {
        Some(Ok(units)) => Ok(HeadKind::Hidden { units, dropout: DROPOUT }),
        None if text == "linear" => Ok(HeadKind::Linear),
        _ => Err("expected `linear` or `hidden:N`, such as hidden:128".into()),
    }
}

pub(super) fn unfreeze(text: &str) -> Parsed<Way> {
    match (text, text.strip_prefix("last:").map(str::parse)) {
        ("none", _) => Ok(Way::Frozen),
        ("all", _) => Ok(Way::Everything),
        (_, Some(Ok(blocks))) if blocks > 0 => Ok(Way::LastBlocks { blocks }),
        _ => Err("expected `none`, `last:N` (N from 1), or `all`".into()),
    }
}

pub(super) fn architecture(text: &str) -> Parsed<String> {
    Design::parse(text).map(|design| design.name).map_err(|error| error.to_string())
}

pub(super) fn schedule(text: &str) -> Parsed<Schedule> {
    let step = |text: &str| {
        let (every, factor) = text.split_once(':')?;
        Some(Schedule::Step { every: every.parse().ok()?, factor: factor.parse().ok()? })
    };
    match text {
        "constant" => Some(Schedule::Constant),
        "cosine" => Some(Schedule::Cosine),
        "one-cycle" => Some(Schedule::OneCycle),
        _ => text.strip_prefix("step:").and_then(step),
    }
    .ok_or_else(|| "expected `constant`, `step:EVERY:FACTOR` (step:10:0.1), `cosine` or `one-cycle`".into())
}

pub(super) fn augmentation(text: &str) -> Parsed<Augmentation> {
    let (mut augmentation, parts) = match text.strip_prefix("moderate") {
        Some("") => return Ok(Augmentation::moderate()),
        Some(rest) if rest.starts_with(',') => (Augmentation::moderate(), &rest[1..]),
        _ => (Augmentation::default(), text),
    };
    for part in parts.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let number = || value.parse().map_err(|_| format!("`{part}`: expected a number behind the ="));
        match name {
            "flip" if value.is_empty() => augmentation.flip = true,
            "rotation" => augmentation.rotation = number()?,
            "zoom" => augmentation.zoom = number()?,
            "shift" => augmentation.shift = number()?,
            "brightness" => augmentation.brightness = number()?,
            "contrast" => augmentation.contrast = number()?,
            "saturation" => augmentation.saturation = number()?,
            "fill" => {
                augmentation.fill = fill(value).ok_or_else(|| format!("`{part}`: expected edge, mirror or grey"))?
            }
            _ => {
                return Err(format!(
                    "`{part}`: expected flip, rotation=, zoom=, shift=, brightness=, contrast=, saturation= or fill="
                ));
            }
        }
    }
    if augmentation.is_off() {
        return Err(format!("`{text}` changes no photo: name a change, such as flip or rotation=15"));
    }
    Ok(augmentation)
}

fn fill(text: &str) -> Option<Fill> {
    match text {
        "edge" => Some(Fill::Edge),
        "mirror" => Some(Fill::Mirror),
        "grey" => Some(Fill::Grey),
        _ => None,
    }
}
