//! Which layers a MobileNet has, in the order they run, and how each is named in a weight file.

use serde::{Deserialize, Serialize};

/// A family of networks. The width multiplier and the input size vary within it; layers and strides do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// Howard et al. 2017, <https://arxiv.org/abs/1704.04861>: 13 blocks of depthwise and pointwise convolution.
    #[serde(rename = "mobilenet-v1")]
    MobileNetV1,
    /// Sandler et al. 2018, <https://arxiv.org/abs/1801.04381>: 17 inverted residuals between a stem and a closing 1×1 convolution.
    #[serde(rename = "mobilenet-v2")]
    MobileNetV2,
}

/// What a layer computes; it settles the shape of the weight and which axis holds the output channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// 3×3 convolution over the three colours, stride 2. Weight `[O, 3, 3, 3]`.
    Stem,
    /// 3×3 convolution of each channel by itself. Weight `[1, 3, 3, C]`.
    Depthwise,
    /// 1×1 convolution. Weight `[O, 1, 1, I]`.
    Pointwise,
    /// The dense classifier. Weight `[K, E]` in a file, `[K, 1, 1, E]` in memory.
    Head,
}

/// One layer of an architecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSpec {
    /// Its name in the weight file: `blocks.3.expand`.
    pub name: String,
    /// What it computes.
    pub kind: LayerKind,
    /// Its stride, in both directions.
    pub stride: usize,
    /// Whether ReLU6 follows; V2's projections and the head are linear.
    pub relu6: bool,
}

/// V1's strides of the depthwise convolutions (table 1 of the paper; the last is 1 in every published network, not the table's 2).
const V1_STRIDES: [usize; 13] = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1];
/// V2's strides of the depthwise convolutions (table 2 of the paper, its rows written out).
const V2_STRIDES: [usize; 17] = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

impl Architecture {
    /// Every architecture.
    pub const ALL: [Self; 2] = [Self::MobileNetV1, Self::MobileNetV2];

    /// The name in files: `mobilenet-v1`, `mobilenet-v2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MobileNetV1 => "mobilenet-v1",
            Self::MobileNetV2 => "mobilenet-v2",
        }
    }

    /// The architecture of that name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|architecture| architecture.as_str() == name)
    }

    /// The stride of each block's depthwise convolution.
    pub fn strides(self) -> &'static [usize] {
        match self {
            Self::MobileNetV1 => &V1_STRIDES,
            Self::MobileNetV2 => &V2_STRIDES,
        }
    }

    /// Every layer with weights, in the order they run. The number of them is the network's depth: 28 for V1, 53 for V2.
    pub fn layers(self) -> Vec<LayerSpec> {
        let spec = |name: &str, kind, stride, relu6| LayerSpec { name: name.to_string(), kind, stride, relu6 };
        let mut layers = vec![spec("stem", LayerKind::Stem, 2, true)];
        for (block, &stride) in self.strides().iter().enumerate() {
            let name = |part: &str| format!("blocks.{block}.{part}");
            match self {
                Self::MobileNetV1 => {
                    layers.push(spec(&name("depthwise"), LayerKind::Depthwise, stride, true));
                    layers.push(spec(&name("pointwise"), LayerKind::Pointwise, 1, true));
                }
                Self::MobileNetV2 => {
                    // Block 0's expansion factor is 1: it has no expanding convolution.
                    if block > 0 {
                        layers.push(spec(&name("expand"), LayerKind::Pointwise, 1, true));
                    }
                    layers.push(spec(&name("depthwise"), LayerKind::Depthwise, stride, true));
                    layers.push(spec(&name("project"), LayerKind::Pointwise, 1, false));
                }
            }
        }
        if self == Self::MobileNetV2 {
            layers.push(spec("last", LayerKind::Pointwise, 1, true));
        }
        layers.push(spec("head", LayerKind::Head, 1, false));
        layers
    }

    /// Weight layers: convolutions and the head.
    pub fn depth(self) -> usize {
        self.layers().len()
    }

    /// Which architecture tensors of these names seem to belong to, told by the parts that only one of them has.
    pub fn seemingly<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<Self> {
        names.find_map(|name| match name.split('.').nth(2)? {
            "pointwise" => Some(Self::MobileNetV1),
            "expand" | "project" => Some(Self::MobileNetV2),
            _ => None,
        })
    }

    /// The layer whose output channels show the width multiplier, and their number at width 1.
    pub(super) fn width_mark(self) -> (&'static str, f32) {
        match self {
            Self::MobileNetV1 => ("blocks.12.pointwise", 1024.0),
            Self::MobileNetV2 => ("blocks.16.project", 320.0),
        }
    }
}

impl std::fmt::Display for Architecture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MobileNetV1 => "MobileNetV1",
            Self::MobileNetV2 => "MobileNetV2",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_are_the_papers() {
        assert_eq!(Architecture::MobileNetV1.depth(), 28);
        assert_eq!(Architecture::MobileNetV2.depth(), 53);
    }

    #[test]
    fn both_shrink_the_photo_by_32() {
        for architecture in Architecture::ALL {
            assert_eq!(architecture.layers().iter().map(|layer| layer.stride).product::<usize>(), 32);
        }
    }

    #[test]
    fn names_tell_the_architecture() {
        for architecture in Architecture::ALL {
            let layers = architecture.layers();
            assert_eq!(Architecture::seemingly(layers.iter().map(|layer| layer.name.as_str())), Some(architecture));
            assert_eq!(Architecture::from_name(architecture.as_str()), Some(architecture));
        }
        assert_eq!(Architecture::seemingly(["stem", "head"].into_iter()), None);
    }
}
