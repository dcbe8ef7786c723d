//! The four cases: how much data, how alike.

use super::Facts;
use crate::project::Way;

/// Fewer photos a class than this are little. No number stands in the literature's rule; in the plan `cats-and-dogs` training blocks gained nothing over a
/// head alone with 10 and 50 photos a class, and the one photo there was to gain with 250.
pub const LITTLE: usize = 100;
/// So many labelled examples a class let a deep network learn acceptably by itself (Goodfellow, Bengio & Courville 2016, "Deep Learning",
/// section 1.2.2); with fewer even unlike photos gain from pretrained weights.
pub const MANY: usize = 5000;
/// Photos of which the network is at least this share as sure as it is of photos of its own kind are alike. See the figures at [`Likeness`].
pub const ALIKE: f32 = 0.4;
/// How sure a network is of photos of its own kind where that is not known: what MobileNets of full width are.
const OWN_KIND: f32 = 0.8;
/// A head on earlier features takes them after this share of the blocks: features grow specific to the old task towards the end (Yosinski et al.
/// 2014, "How transferable are features in deep neural networks?").
const EARLIER: f64 = 2.0 / 3.0;
/// Blocks to begin with where the last ones are trained; the Lab's "How many blocks?" finds the number.
const LAST: usize = 3;

/// How much data there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Fewer than [`LITTLE`] photos a class.
    Little,
    /// As many, or more.
    Much,
}

/// How alike the photos are to those that the network knows: the mean of its largest probability on them over what that mean is on photos of its own
/// kind. Where the latter was not measured, its accuracy there stands for it (a network is about as sure as it is often right: Guo et al. 2017).
///
/// Measured with MobileNetV2 1.0 and V1 1.0, 0.75, 0.5 (15–20 photos each): cats and dogs 0.44–0.71, airplanes 0.90–1.08, leopards 0.74–1.02, watches
/// 0.56–0.70; faces 0.21–0.28, Joshua trees 0.29–0.36; drawn X-rays 0.12–0.20 and stained cells 0.17–0.43. It is a hint, no proof: pen strokes (0.46–0.65)
/// are taken for nails, and so count as alike; so does one drawing of X-rays with MobileNetV1 1.0 (0.46). With graft-small, 0.398 sure of its own kind: cats and
/// dogs 0.44 (all 600, parts of 200 of them 0.38–0.49: on the line; MobileNetV2 0.50), drawn X-rays 0.10, noise 0.08.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The network is as sure of what it sees as it is of photos of its own kind.
    Alike,
    /// It is at a loss.
    Unlike,
}

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// How much.
    pub amount: Amount,
    /// How alike.
    pub likeness: Likeness,
}

impl Case {
    /// `data-case` on the page: `little-alike`.
    pub fn word(self) -> &'static str {
        match (self.amount, self.likeness) {
            (Amount::Little, Likeness::Alike) => "little-alike",
            (Amount::Little, Likeness::Unlike) => "little-unlike",
            (Amount::Much, Likeness::Alike) => "much-alike",
            (Amount::Much, Likeness::Unlike) => "much-unlike",
        }
    }
}

/// What the rule says before any run.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The case.
    pub case: Case,
    /// Photos in the middle one of the classes, sorted by size.
    pub photos: usize,
    /// What was measured, 0–1; `None`: nothing, and the photos are taken to be alike.
    pub likeness: Option<f32>,
    /// How sure the network is of photos of its own kind, 0–1.
    pub own_kind: f32,
    /// What to train.
    pub way: Way,
    /// Where to take the features.
    pub features_at: Option<usize>,
}

impl Prior {
    /// `None` before there are two classes with photos.
    pub fn of(facts: &Facts) -> Option<Self> {
        let mut sizes: Vec<usize> = facts.per_class.iter().copied().filter(|size| *size > 0).collect();
        if sizes.len() < 2 {
            return None;
        }
        sizes.sort_unstable();
        // The lower of two middle ones: a class too large helps none that is too small.
        let photos = sizes[(sizes.len() - 1) / 2];
        let likeness = facts.likeness.filter(|likeness| likeness.is_finite());
        let own_kind = facts.own_kind.filter(|own| *own > 0.0 && *own <= 1.0).unwrap_or(OWN_KIND);
        let is_unlike = likeness.is_some_and(|likeness| likeness < ALIKE * own_kind);
        let case = Case {
            amount: if photos < LITTLE { Amount::Little } else { Amount::Much },
            likeness: if is_unlike { Likeness::Unlike } else { Likeness::Alike },
        };
        let (way, features_at) = way(case, photos, facts.blocks);
        Some(Self { case, photos, likeness, own_kind, way, features_at })
    }
}

fn way(case: Case, photos: usize, blocks: usize) -> (Way, Option<usize>) {
    let earlier = (blocks as f64 * EARLIER) as usize;
    let last = if blocks > 0 { LAST.min(blocks) } else { LAST };
    match (case.amount, case.likeness) {
        (Amount::Little, Likeness::Alike) => (Way::Frozen, None),
        (Amount::Little, Likeness::Unlike) if blocks > 2 => (Way::Frozen, Some(earlier)),
        (Amount::Little, Likeness::Unlike) | (Amount::Much, Likeness::Alike) => {
            (Way::LastBlocks { blocks: last }, None)
        }
        (Amount::Much, Likeness::Unlike) if photos >= MANY => {
            (Way::Scratch { architecture: "user-net".to_owned() }, None)
        }
        (Amount::Much, Likeness::Unlike) => (Way::Everything, None),
    }
}
