//! Which way of training suits the data at hand, and why.
//!
//! The field tells four cases apart: little or much data, alike or unlike what the network was pretrained on (Karpathy et al., CS231n notes, "Transfer
//! learning", section "When and how to fine-tune"). How much is counted, how alike is measured by the network's own outputs; what runs showed goes
//! before both.

mod case;
mod evidence;
#[cfg(test)]
mod tests;
mod words;

use crate::project::Way;

pub use case::{ALIKE, Amount, Case, LITTLE, Likeness, MANY, Prior};
pub use evidence::{NegativeTransfer, Tried};

/// What advice is made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Photos of each class; classes without any do not count.
    pub per_class: Vec<usize>,
    /// Mean of the network's largest probability on these photos, 0–1 ([`crate::protocol::TuneEvent::Likeness`]); `None`: not measured.
    pub likeness: Option<f32>,
    /// How sure the network is of photos of its own kind, 0–1: [`crate::protocol::BackboneCard::confidence`] or, where that was not measured, `top1`;
    /// `None`: unknown.
    pub own_kind: Option<f32>,
    /// Blocks of the network, [`crate::architecture::Design::blocks`]; 0: unknown.
    pub blocks: usize,
    /// What runs on these photos came to.
    pub tried: Vec<Tried>,
}

/// Which way, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// What to train.
    pub way: Way,
    /// Where to take the features, as [`crate::project::TrainSettings::features_at`] has it.
    pub features_at: Option<usize>,
    /// Which of the four cases these photos are.
    pub case: Case,
    /// Why, in full sentences: how much, how alike, what follows, what runs showed.
    pub why: Vec<String>,
    /// Runs showed that the pretrained start does harm here.
    pub negative_transfer: Option<NegativeTransfer>,
}

/// The advice; `None` before there are two classes with photos.
pub fn advise(facts: &Facts) -> Option<Advice> {
    let prior = Prior::of(facts)?;
    let negative_transfer = evidence::negative_transfer(&facts.tried);
    let better = evidence::better_than(&prior.way, &facts.tried);
    let mut why = words::of_prior(&prior);
    why.extend(better.map(|better| words::of_better(better, &prior.way)));
    why.extend(negative_transfer.as_ref().map(words::of_negative_transfer));
    why.extend(evidence::too_little_for_scratch(&facts.tried).map(words::of_scratch));
    let (way, features_at) = match better {
        Some(better) => (better.way.clone(), better.features_at),
        None => (prior.way, prior.features_at),
    };
    Some(Advice { way, features_at, case: prior.case, why, negative_transfer })
}
