//! GIF (GIF89a specification): a screen with its colours, then images and extensions.

const IMAGE: u8 = 0x2C;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;
/// Applications that say how often an animation is repeated, and ICC's.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// The image without metadata; `None` where it is damaged or ends early.
pub(super) fn strip(photo: &[u8]) -> Option<Vec<u8>> {
    let mut at = 13 + colours(*photo.get(10)?);
    let mut out = photo.get(..at)?.to_vec();
    loop {
        let start = at;
        // Decoders do not miss the trailer.
        match photo.get(at).copied().unwrap_or(TRAILER) {
            TRAILER => {
                out.push(TRAILER);
                return Some(out);
            }
            IMAGE => {
                at += 10 + colours(*photo.get(at + 9)?);
                at = blocks(photo, at + 1)?; // behind the smallest code size
                out.extend(&photo[start..at]);
            }
            EXTENSION => {
                at = blocks(photo, at + 2)?;
                let kept = match photo[start + 1] {
                    GRAPHIC_CONTROL => true,
                    APPLICATION => photo.get(start + 3..start + 14).is_some_and(|name| KEPT.contains(&name)),
                    _ => false,
                };
                if kept {
                    out.extend(&photo[start..at]);
                }
            }
            _ => return None,
        }
    }
}

/// Bytes of the table of colours that these flags promise.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the blocks that begin at `at` end: each begins with its length, and the last is empty.
fn blocks(photo: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*photo.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
