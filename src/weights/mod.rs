//! Pretrained weights: our own file format, and the TFLite files it is made from.
//!
//! One safetensors file holds one backbone with its classifier. Weights stay 8-bit exactly as the network was published, so a
//! MobileNetV2 is a download of 3.6 MB instead of 14; batch norm is folded into each convolution. For every layer `L` of
//! [`Architecture::layers`] (`stem`, `blocks.3.expand`, …, `last`, `head`) the file holds
//!
//! | tensor | type and shape |
//! |---|---|
//! | `L.weight` | U8 or I8; convolutions `[O, KH, KW, I]`, depthwise `[1, KH, KW, C]`, head `[K, E]` |
//! | `L.weight.scale` | F32 `[1]` (per tensor) or `[channels]` (per output channel) |
//! | `L.weight.zero_point` | I32, as long as the scale |
//! | `L.bias` | I32 `[O]` |
//! | `L.bias.scale` | F32 `[1]` or `[O]` |
//!
//! and a number is `scale * (q - zero_point)`. [`Meta`] says what the file's metadata holds.

mod architecture;
mod check;
mod file;
mod labels;
mod layer;
mod meta;
#[cfg(not(target_arch = "wasm32"))]
pub mod tflite;
mod write;

pub use architecture::{Architecture, LayerKind, LayerSpec};
pub use file::WeightFile;
pub use labels::{Label, background_first, unnamed, with_background};
pub use layer::{Codes, Conv, Layer};
pub use meta::Meta;

use sha2::{Digest, Sha256};

/// A sha256 that is fed piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Checksum(Sha256);

impl Checksum {
    /// Takes in the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum as 64 lower-case hexadecimal digits.
    pub fn finish(self) -> String {
        use std::fmt::Write;
        self.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
            hex
        })
    }
}

/// The sha256 of `bytes` as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut sum = Checksum::default();
    sum.feed(bytes);
    sum.finish()
}

#[cfg(test)]
mod tests {
    #[test]
    fn sha256_of_the_standards_example() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(super::sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
