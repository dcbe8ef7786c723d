//! What is told of a network, and what each word means.

use crate::protocol::{BackboneCard, DeviceKind};
use crate::view::format;
use crate::view::timings::Timings;

/// A word and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The word.
    pub name: &'static str,
    /// Its meaning, as a sentence without its full stop.
    pub about: &'static str,
}

const CLASSES: Term = Term { name: "Classes", about: "What the network can name" };
const SIZE: Term = Term { name: "Size", about: "Of the file that is fetched once" };
const PARAMETERS: Term = Term { name: "Parameters", about: "Numbers that were learned from photos" };
const DEPTH: Term = Term { name: "Depth", about: "Layers with weights, one after another" };
const INPUT: Term = Term { name: "Input", about: "Width and height of what the network sees, pixels" };
const TOP_1: Term = Term { name: "Top-1", about: "Share of 1000 ImageNet photos whose class is the most probable one" };
const TOP_5: Term =
    Term { name: "Top-5", about: "Share of 1000 ImageNet photos whose class is among the five most probable" };
const AGREEMENT: Term = Term {
    name: "Agreement",
    about: "Shares of held-out photos of which the class that its teacher says is its most probable one, and among its five most probable",
};
const CPU: Term = Term { name: "CPU, ms", about: "Milliseconds a photo takes here on the CPU" };
const GPU: Term = Term { name: "GPU, ms", about: "Milliseconds a photo takes here on the GPU" };

/// What the licence's column means.
pub const LICENCE: Term = Term { name: "Licence", about: "Of the weights, and where they come from" };
/// What the small number below a class is.
pub const WORDNET: Term = Term {
    name: "n02099712",
    about: "Below a class: its number in WordNet, the dictionary from which ImageNet took its classes",
};

/// All columns of the table of networks but the last, in order; the values are those of [`values`].
pub const COLUMNS: [Term; 9] = [CLASSES, SIZE, PARAMETERS, DEPTH, INPUT, TOP_1, TOP_5, CPU, GPU];

/// What is told of a network by its key; `None`: not known, or not measured yet.
pub fn values(card: &BackboneCard, key: &str, timings: &Timings) -> [Option<String>; 9] {
    let time = |device| timings.of(key, device).map(|ms| format!("{ms:.1}"));
    [
        Some(card.classes.clone()),
        Some(format::bytes(card.bytes)),
        Some(format::count(card.parameters)),
        Some(card.depth.to_string()),
        Some(format!("{0} × {0}", card.input)),
        card.top1.map(format::percent),
        card.top5.map(format::percent),
        time(DeviceKind::Cpu),
        time(DeviceKind::Gpu),
    ]
}

/// Those of them that are known, each with its word; of a network that was taught by another one, in place of top-1 and top-5, how far they agree.
pub fn facts(card: &BackboneCard, key: &str, timings: &Timings) -> impl Iterator<Item = (Term, String)> {
    let known = |(term, value): (Term, Option<String>)| value.map(|value| (term, value));
    let agreement = card.agreement.filter(|_| card.top1.is_none());
    let agreement =
        agreement.map(|[top1, top5]| (AGREEMENT, format!("{} / {}", format::percent(top1), format::percent(top5))));
    COLUMNS.into_iter().zip(values(card, key, timings)).filter_map(known).chain(agreement)
}
