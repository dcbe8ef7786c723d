//! Which designs there are, by name, and parts of a design.

use std::ops::RangeInclusive;

use super::Design;
use crate::error::{Error, ErrorKind, Result};
use crate::project::{TrainSettings, Way};
use crate::protocol::NetworkCard;

/// Width multipliers that are taken: from the smallest that leaves eight channels everywhere to what a weight file may have.
pub const WIDTHS: RangeInclusive<f32> = 0.05..=4.0;

/// Sides of the input that are taken, pixels: five halvings need 32.
pub const SIDES: RangeInclusive<usize> = 32..=1024;

impl Design {
    /// The design of this name: `lenet-5`, `user-net`, `mobilenet-v1-0.25-128` (width multiplier, side of the input), `mobilenet-v2-1-224`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for another name, a width that is not 0.05–4 or a side that is not 32–1024.
    pub fn parse(name: &str) -> Result<Self> {
        let known = match name {
            "lenet-5" => Some(Self::lenet_5()),
            "user-net" => Some(Self::user_net()),
            _ => mobilenet(name),
        };
        known.ok_or_else(|| {
            const LONGEST: usize = 40; // characters
            let short: String = name.chars().take(LONGEST).collect();
            Error::new(
                ErrorKind::Usage,
                "the network to train from random weights",
                "`lenet-5`, `user-net`, `mobilenet-v1-WIDTH-SIDE` or `mobilenet-v2-WIDTH-SIDE`, with a width of 0.05 to 4 and a side of 32 to 1024 pixels",
                format!("`{short}`"),
                "Write for example `mobilenet-v1-0.25-128`.",
            )
        })
    }

    /// The designs that a chooser offers, the smallest first; MobileNets of other widths and sides are understood by [`Self::parse`] too.
    pub fn known() -> Vec<Self> {
        vec![
            Self::lenet_5(),
            Self::mobilenet_v1(0.25, 128),
            Self::mobilenet_v2(0.35, 96),
            Self::mobilenet_v1(0.5, 160),
            Self::mobilenet_v1(0.75, 192),
            Self::mobilenet_v2(1.0, 224),
            Self::mobilenet_v1(1.0, 224),
            Self::user_net(),
        ]
    }

    /// The network whose embedding is the globally averaged output of block `at`; the blocks behind it are left away.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where there is no such block.
    pub fn cut(&self, at: usize) -> Result<Self> {
        if at >= self.blocks.len() {
            let last = self.blocks.len().saturating_sub(1);
            return Err(Error::new(
                ErrorKind::Usage,
                "the block to take the features at",
                format!("0 to {last}, as {} has {} blocks", self.title, self.blocks.len()),
                at.to_string(),
                "Choose an earlier block.",
            ));
        }
        Ok(Self { blocks: self.blocks[..=at].to_vec(), ..self.clone() })
    }

    /// Index of the first block that is trained: the number of blocks where none is.
    ///
    /// More last blocks than there are: all of them.
    pub fn trainable_from(&self, way: &Way) -> usize {
        match way {
            Way::Frozen => self.blocks.len(),
            Way::LastBlocks { blocks } => self.blocks.len().saturating_sub(*blocks),
            Way::Everything | Way::Scratch { .. } => 0,
        }
    }

    /// Was a person's network made from this design as the settings ask, so that training can go on from it? The design is the settings', cut or not,
    /// which changes no name.
    pub fn made(&self, card: &NetworkCard, settings: &TrainSettings) -> bool {
        let named = match &settings.way {
            // As it was written: that is what the card holds.
            Way::Scratch { architecture } => *architecture == card.design,
            _ => self.name == card.design,
        };
        named && card.features_at == settings.features_at && card.trained_from == self.trainable_from(&settings.way)
    }

    /// Is it trained with batch norm? Only from random weights: in a pretrained network it is folded in.
    pub fn trains_batch_norm(&self, way: &Way) -> bool {
        matches!(way, Way::Scratch { .. }) && self.has_batch_norm()
    }
}

/// `mobilenet-v1-0.25-128`.
fn mobilenet(name: &str) -> Option<Design> {
    let (version, rest) = name.strip_prefix("mobilenet-v")?.split_once('-')?;
    let (width, side) = rest.split_once('-')?;
    let width: f32 = width.parse().ok().filter(|width| WIDTHS.contains(width))?;
    let side: usize = side.parse().ok().filter(|side| SIDES.contains(side))?;
    match version {
        "1" => Some(Design::mobilenet_v1(width, side)),
        "2" => Some(Design::mobilenet_v2(width, side)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_network_is_gone_on_from() {
        let design = Design::mobilenet_v1(0.25, 128);
        let blocks = design.blocks.len();
        let settings = TrainSettings::suited_to(Way::LastBlocks { blocks: 2 });
        let card = NetworkCard { design: design.name.clone(), features_at: None, trained_from: blocks - 2 };
        assert!(design.made(&card, &settings));
        // The beginning of a name is another network's: `mobilenet-v1-0.25-12`.
        let shorter = card.design[..card.design.len() - 1].to_owned();
        assert!(!design.made(&NetworkCard { design: shorter, ..card.clone() }, &settings));
        assert!(!design.made(&NetworkCard { trained_from: blocks - 3, ..card.clone() }, &settings));
        let cut = TrainSettings { features_at: Some(5), ..settings };
        assert!(!design.made(&card, &cut));
        let design = design.cut(5).expect("a block");
        assert!(design.made(&NetworkCard { features_at: Some(5), trained_from: 4, ..card }, &cut));
    }
}
