//! PNG (W3C PNG specification, third edition, section 5): a signature, then chunks.

use super::exif;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// Chunks that show the picture: the image, its colours, its animation.
const KEPT: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// The image without metadata; `None` where it is damaged or ends early.
pub(super) fn strip(photo: &[u8]) -> Option<Vec<u8>> {
    let mut rest = photo.strip_prefix(SIGNATURE)?;
    let mut out = SIGNATURE.to_vec();
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let kind: &[u8; 4] = rest.get(4..)?.first_chunk()?;
        let end = length.checked_add(12)?; // length, kind and checksum have four bytes each
        let chunk = rest.get(..end)?;
        if KEPT.contains(&kind) {
            out.extend(chunk);
        } else if kind == b"eXIf"
            && let Some(orientation) = exif::orientation(&chunk[8..8 + length])
        {
            let block = exif::only(orientation);
            out.extend(26u32.to_be_bytes());
            out.extend(kind);
            out.extend(block);
            out.extend(crc32fast::hash(&[&kind[..], &block].concat()).to_be_bytes());
        }
        if kind == b"IEND" {
            return Some(out);
        }
        rest = &rest[end..];
    }
}
