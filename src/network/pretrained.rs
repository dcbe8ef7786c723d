//! A network from a weight file.

use burn::tensor::Device;

use super::classifier::dropout_of;
use super::{Head, Network};
use crate::architecture::Design;
use crate::error::Result;
use crate::project::HeadKind;
use crate::weights::{Architecture, WeightFile};

/// The design of a weight file's network, its channels as the file has them.
pub fn design_of(file: &WeightFile) -> Design {
    let meta = file.meta();
    let channels = |name: &str, usual: usize| file.layer(name).map_or(usual, |layer| layer.shape[0]);
    let design = match meta.architecture {
        Architecture::MobileNetV1 => Design::mobilenet_v1_of(meta.input, channels),
        Architecture::MobileNetV2 => Design::mobilenet_v2_of(meta.input, channels),
    };
    let name = format!("{}-{}-{}", meta.architecture.as_str(), meta.width, meta.input);
    Design { name, title: meta.title.clone(), ..design }
}

impl Network {
    /// The network of `file` up to its embedding, or up to block `features_at`, with a new head as [`Head::new`] makes it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) where there is no block `features_at`;
    /// [`ErrorKind::WeightFile`](crate::error::ErrorKind::WeightFile) where the file lacks a layer, which [`WeightFile::read`] has checked.
    pub fn pretrained(
        file: &WeightFile,
        features_at: Option<usize>,
        head: HeadKind,
        classes: usize,
        seed: u32,
        device: &Device,
    ) -> Result<Self> {
        let design = match features_at {
            Some(block) => design_of(file).cut(block)?,
            None => design_of(file),
        };
        let new = Head::new(design.embedding(), head, classes, seed);
        let values = |layer: &crate::architecture::Layer| file.conv(&layer.name).map(|conv| (conv.weight, conv.bias));
        Self::build(&design, values, &new, dropout_of(head), false, device)
    }
}
