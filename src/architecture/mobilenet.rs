//! MobileNetV1 and V2, from the papers' tables.

use super::builder::Builder;
use super::{Activation, Design, Operation};

/// V1's blocks: channels that a block puts out, stride of its depthwise convolution. Howard et al. 2017,
/// <https://arxiv.org/abs/1704.04861>, table 1 (the last stride is 1 in every published network, not the table's 2).
const V1: [(usize, usize); 13] = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
];

/// V2's blocks: expansion factor t, channels c, repetitions n, stride s of the first of them. Sandler et al. 2018,
/// <https://arxiv.org/abs/1801.04381>, table 2.
const V2: [(usize, usize, usize, usize); 7] =
    [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

/// Channels of the first convolution at width 1, and of V2's closing one.
const STEM: usize = 32;
const LAST: usize = 1280;

/// The first convolution's operation.
const STEM_CONVOLUTION: Operation = Operation::Convolution { kernel: 3, stride: 2, same: true };

impl Design {
    /// MobileNetV1 of any width multiplier (the paper's α) for photos of `side` pixels.
    pub fn mobilenet_v1(width: f32, side: usize) -> Self {
        let mut design = Self::mobilenet_v1_of(side, |_, channels| rounded(channels, width));
        design.name = format!("mobilenet-v1-{width}-{side}");
        design.title = format!("MobileNetV1 {}", with_point(width));
        design
    }

    /// MobileNetV2 of any width multiplier for photos of `side` pixels. Below width 1 the closing convolution keeps its 1280 channels.
    pub fn mobilenet_v2(width: f32, side: usize) -> Self {
        let mut design = Self::mobilenet_v2_of(side, |name, channels| match name {
            "last" => rounded(channels, width.max(1.0)),
            // Six times what comes in, which was rounded.
            _ if name.ends_with(".expand") => channels,
            _ => rounded(channels, width),
        });
        design.name = format!("mobilenet-v2-{width}-{side}");
        design.title = format!("MobileNetV2 {}", with_point(width));
        design
    }

    /// MobileNetV1 of any channels: `channels` is given a layer's name and its channels at width 1, and says how many there are.
    pub fn mobilenet_v1_of(side: usize, channels: impl Fn(&str, usize) -> usize) -> Self {
        let mut builder = Builder::new(side, 3, true);
        builder.layer("stem", STEM_CONVOLUTION, Activation::Relu6, channels("stem", STEM)).block("stem", false);
        for (index, (outputs, stride)) in V1.into_iter().enumerate() {
            let block = format!("blocks.{index}");
            let pointwise = format!("{block}.pointwise");
            let outputs = channels(&pointwise, outputs);
            builder
                .layer(format!("{block}.depthwise"), Operation::Depthwise { stride }, Activation::Relu6, 0)
                .layer(pointwise, Operation::Pointwise, Activation::Relu6, outputs)
                .block(block, false);
        }
        builder.design("mobilenet-v1", "MobileNetV1")
    }

    /// MobileNetV2 of any channels, as [`Self::mobilenet_v1_of`]; for an expansion `channels` is given t times those that come in.
    pub fn mobilenet_v2_of(side: usize, channels: impl Fn(&str, usize) -> usize) -> Self {
        let mut builder = Builder::new(side, 3, true);
        builder.layer("stem", STEM_CONVOLUTION, Activation::Relu6, channels("stem", STEM)).block("stem", false);
        let rows = V2.into_iter().flat_map(|(t, c, n, s)| (0..n).map(move |i| (t, c, if i == 0 { s } else { 1 })));
        for (index, (expansion, outputs, stride)) in rows.enumerate() {
            let block = format!("blocks.{index}");
            let name = |part: &str| format!("{block}.{part}");
            // The first block's expansion factor is 1: it has no expanding convolution.
            if expansion > 1 {
                let wide = channels(&name("expand"), expansion * builder.channels());
                builder.layer(name("expand"), Operation::Pointwise, Activation::Relu6, wide);
            }
            let outputs = channels(&name("project"), outputs);
            builder
                .layer(name("depthwise"), Operation::Depthwise { stride }, Activation::Relu6, 0)
                .layer(name("project"), Operation::Pointwise, Activation::Linear, outputs)
                .block(name("").trim_end_matches('.'), true);
        }
        builder.layer("last", Operation::Pointwise, Activation::Relu6, channels("last", LAST)).block("last", false);
        builder.design("mobilenet-v2", "MobileNetV2")
    }
}

/// `channels · width`, rounded to the nearest multiple of eight, but never by more than a tenth downwards: `_make_divisible` of TF-slim and Keras.
pub(super) fn rounded(channels: usize, width: f32) -> usize {
    let exact = channels as f32 * width;
    let nearest = ((exact + 4.0) as usize / 8 * 8).max(8);
    if (nearest as f32) < 0.9 * exact { nearest + 8 } else { nearest }
}

/// `1.0` for 1, `0.35` for 0.35: as the networks are called.
fn with_point(width: f32) -> String {
    if width.fract() == 0.0 { format!("{width:.1}") } else { width.to_string() }
}
