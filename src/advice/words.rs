//! The advice in sentences.

use super::case::{Amount, LITTLE, Likeness, MANY, Prior};
use super::evidence::{NegativeTransfer, Tried};
use crate::project::Way;

/// "97.0 %".
fn percent(share: f32) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

/// A way, as it stands within a sentence.
fn name(way: &Way) -> String {
    match way {
        Way::Frozen => "a head on frozen features".to_owned(),
        Way::LastBlocks { .. } => format!("training the {} too", way.words()),
        Way::Everything => "training everything from the pretrained weights".to_owned(),
        Way::Scratch { .. } => "training from scratch".to_owned(),
    }
}

/// How much, how alike, and what follows.
pub fn of_prior(prior: &Prior) -> Vec<String> {
    vec![amount(prior), likeness(prior), so(prior)]
}

fn amount(prior: &Prior) -> String {
    let photos = match prior.photos {
        1 => "one photo".to_owned(),
        photos => format!("{photos} photos"),
    };
    match prior.case.amount {
        Amount::Little => format!("A class has about {photos}, which is little (fewer than {LITTLE})."),
        Amount::Much => format!("A class has about {photos}, which is much ({LITTLE} or more)."),
    }
}

fn likeness(prior: &Prior) -> String {
    let Some(measured) = prior.likeness else {
        return "How alike they are to the photos that the network knows was not measured yet; they are taken to be alike.".to_owned();
    };
    let like = match prior.case.likeness {
        Likeness::Alike => "like",
        Likeness::Unlike => "unlike",
    };
    format!(
        "Asked what it sees in them, the network is {} sure on average, where of photos of its own kind it is about {} sure: they are {like} the photos that it knows.",
        percent(measured),
        percent(prior.own_kind)
    )
}

fn so(prior: &Prior) -> String {
    match (prior.case.amount, prior.case.likeness, &prior.way) {
        (Amount::Little, Likeness::Alike, _) => {
            "Keep it frozen: its features fit, and with so few photos anything more would learn them by heart."
        }
        (Amount::Little, Likeness::Unlike, Way::Frozen) => {
            "Train a head on earlier features: the last blocks are made for other photos, earlier ones see edges and textures, which are everywhere. Training the later blocks too is the other thing to try."
        }
        (Amount::Little, Likeness::Unlike, _) => {
            "Train the later blocks too: they are made for other photos than these."
        }
        (Amount::Much, Likeness::Alike, _) => {
            "Train the last blocks too: there are photos enough to fit them to your classes, and the earlier ones fit already."
        }
        (Amount::Much, Likeness::Unlike, Way::Scratch { .. }) => {
            "Train from scratch: with so many photos a network learns features of its own. Training everything from the pretrained weights is the other thing to try."
        }
        (Amount::Much, Likeness::Unlike, _) => {
            return format!(
                "Train everything: there are photos enough to fit all blocks to them, and the pretrained weights are still the better start below about {MANY} a class."
            );
        }
    }
    .to_owned()
}

/// A run of another way did better.
pub fn of_better(better: &Tried, than: &Way) -> String {
    let (best, other) = (better.best().unwrap_or_default(), name(than));
    format!("Your own runs say otherwise: {} reached {}, more than {other} did.", name(&better.way), percent(best))
}

/// The pretrained start does harm.
pub fn of_negative_transfer(found: &NegativeTransfer) -> String {
    format!(
        "Negative transfer: within the same {} steps the pretrained start reached {}, the random one {}. What the network knew before is in the way here.",
        found.steps,
        percent(found.pretrained),
        percent(found.random)
    )
}

/// From scratch is worse.
pub fn of_scratch((pretrained, random): (f32, f32)) -> String {
    format!(
        "Your runs from scratch reached {}, those from pretrained weights {}: there are too few photos to learn to see from them alone.",
        percent(random),
        percent(pretrained)
    )
}
