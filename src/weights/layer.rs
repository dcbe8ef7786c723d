//! One layer's numbers: 8-bit as stored, and dequantised.

use super::architecture::LayerKind;

/// The stored weights of a layer. Both kinds occur: older networks quantise to 0..=255, newer ones to -128..=127.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// 0..=255.
    U8(Vec<u8>),
    /// -128..=127.
    I8(Vec<i8>),
}

impl Codes {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::I8(codes) => codes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values a zero point can take.
    pub(super) fn range(&self) -> std::ops::RangeInclusive<i32> {
        match self {
            Self::U8(_) => 0..=255,
            Self::I8(_) => -128..=127,
        }
    }
}

/// One convolution (or the head) as stored: a number is `scale * (q - zero_point)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Shape of the weight: `[O, KH, KW, I]`, depthwise `[1, KH, KW, C]`, head `[K, 1, 1, E]`.
    pub shape: [usize; 4],
    /// The weight, in that order.
    pub weight: Codes,
    /// One scale, or one per output channel.
    pub weight_scale: Vec<f32>,
    /// As many zero points as scales.
    pub weight_zero_point: Vec<i32>,
    /// One bias per output channel; its zero point is 0.
    pub bias: Vec<i32>,
    /// One scale, or one per output channel.
    pub bias_scale: Vec<f32>,
}

impl Layer {
    /// How many channels a layer of this kind puts out: the last axis of a depthwise convolution, the first of the others.
    pub fn channels(&self, kind: LayerKind) -> usize {
        self.shape[channel_axis(kind)]
    }

    /// The layer in float32, every number `scale * (q - zero_point)`, rounded once.
    ///
    /// Biases beyond ±2^24 are rounded to float32 before they are scaled, as every reference that computes in float32 does.
    pub fn dequantise(&self, kind: LayerKind) -> Conv {
        let weight = match &self.weight {
            Codes::U8(codes) => self.scaled(codes, kind),
            Codes::I8(codes) => self.scaled(codes, kind),
        };
        let bias = self.bias.iter().enumerate().map(|(channel, &q)| one_or_own(&self.bias_scale, channel) * q as f32);
        Conv { shape: self.shape, weight, bias: bias.collect() }
    }

    /// The weight's codes as numbers, in the same order.
    fn scaled<Q: Copy + Into<i32>>(&self, codes: &[Q], kind: LayerKind) -> Vec<f32> {
        let number = |q: Q, channel| {
            let q: i32 = q.into();
            // The difference is below 512: exact in float32.
            one_or_own(&self.weight_scale, channel) * (q - one_or_own(&self.weight_zero_point, channel)) as f32
        };
        let channels = self.channels(kind);
        // How many numbers in a row share an output channel; depthwise has its channels innermost.
        let run = if channel_axis(kind) == 3 { 1 } else { (codes.len() / channels.max(1)).max(1) };
        let mut numbers = Vec::with_capacity(codes.len());
        for (row, codes) in codes.chunks(run).enumerate() {
            let channel = row % channels;
            numbers.extend(codes.iter().map(|&q| number(q, channel)));
        }
        numbers
    }
}

/// The only value where there is one for the whole tensor, the channel's own where there is one each.
fn one_or_own<T: Copy>(values: &[T], channel: usize) -> T {
    if values.len() == 1 { values[0] } else { values[channel] }
}

/// The axis of the weight that holds the output channels.
pub(super) fn channel_axis(kind: LayerKind) -> usize {
    match kind {
        LayerKind::Depthwise => 3,
        _ => 0,
    }
}

/// One convolution (or the head) in float32.
#[derive(Debug, Clone, PartialEq)]
pub struct Conv {
    /// Shape of the weight: `[O, KH, KW, I]`, depthwise `[1, KH, KW, C]`, head `[K, 1, 1, E]`.
    pub shape: [usize; 4],
    /// The weight, in that order, batch norm folded in.
    pub weight: Vec<f32>,
    /// One bias per output channel.
    pub bias: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_channel_scales_follow_the_output_channel() {
        let layer = Layer {
            shape: [2, 1, 1, 2],
            weight: Codes::I8(vec![1, 2, 3, -4]),
            weight_scale: vec![0.5, 2.0],
            weight_zero_point: vec![0, 1],
            bias: vec![10, -10],
            bias_scale: vec![0.1, 0.2],
        };
        let conv = layer.dequantise(LayerKind::Pointwise);
        assert_eq!(conv.weight, [0.5, 1.0, 4.0, -10.0]);
        assert_eq!(conv.bias, [1.0, -2.0]);

        // A depthwise weight of the same numbers: its channels are innermost.
        let depthwise = Layer { shape: [1, 1, 2, 2], ..layer }.dequantise(LayerKind::Depthwise);
        assert_eq!(depthwise.weight, [0.5, 2.0, 1.5, -10.0]);
    }

    #[test]
    fn one_scale_serves_all_channels() {
        let layer = Layer {
            shape: [2, 1, 1, 1],
            weight: Codes::U8(vec![0, 255]),
            weight_scale: vec![0.25],
            weight_zero_point: vec![128],
            bias: vec![4, 8],
            bias_scale: vec![0.5],
        };
        let conv = layer.dequantise(LayerKind::Head);
        assert_eq!(conv.weight, [-32.0, 31.75]);
        assert_eq!(conv.bias, [2.0, 4.0]);
    }
}
