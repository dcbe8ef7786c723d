//! What is trained: the head alone, or blocks before it too.

use serde::{Deserialize, Serialize};

/// A way to transfer what a network knows, or not to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Way {
    /// Feature extraction: the backbone stays as it is.
    #[default]
    Frozen,
    /// The last blocks are trained with the head.
    LastBlocks {
        /// How many, 1 or more; a closing 1×1 convolution counts as the first of them.
        blocks: usize,
    },
    /// Every block is trained, from the pretrained weights.
    Everything,
    /// A network from random weights.
    Scratch {
        /// Its name, as [`crate::architecture::Design::parse`] reads it: `lenet-5`, `user-net`, `mobilenet-v1-0.25-128`.
        architecture: String,
    },
}

impl Way {
    /// In a word or two: "frozen", "last 3 blocks", "from scratch".
    pub fn words(&self) -> String {
        match self {
            Self::Frozen => "frozen".to_owned(),
            Self::LastBlocks { blocks: 1 } => "last block".to_owned(),
            Self::LastBlocks { blocks } => format!("last {blocks} blocks"),
            Self::Everything => "everything".to_owned(),
            Self::Scratch { .. } => "from scratch".to_owned(),
        }
    }
}
