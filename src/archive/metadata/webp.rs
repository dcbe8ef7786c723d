//! WebP (RFC 9649): a RIFF container of chunks of even length.

use super::exif;

/// Chunks that show the picture; in animations each frame (ANMF) holds such chunks, too.
const KEPT: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// A frame's place, size and duration, before its chunks, bytes.
const FRAME_HEAD: usize = 16;
/// Bits of VP8X: there is an EXIF chunk, an XMP chunk.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// The image without metadata; `None` where it is damaged or ends early.
pub(super) fn strip(photo: &[u8]) -> Option<Vec<u8>> {
    let size = usize::try_from(u32::from_le_bytes(*photo.get(4..)?.first_chunk()?)).ok()?;
    // What stands behind the container is no part of the image.
    let chunks = photo.get(12..size.checked_add(8)?)?;
    let exif = find(chunks, b"EXIF").and_then(oriented);
    let mut body = b"WEBP".to_vec();
    copy(&mut body, chunks, exif.is_some())?;
    if let Some(block) = exif {
        chunk(&mut body, b"EXIF", &block);
    }
    let mut out = b"RIFF".to_vec();
    out.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    out.extend(body);
    Some(out)
}

/// Copies the chunks that are kept.
fn copy(out: &mut Vec<u8>, mut chunks: &[u8], has_exif: bool) -> Option<()> {
    while !chunks.is_empty() {
        let (kind, content, rest) = split(chunks)?;
        match kind {
            b"VP8X" => {
                let mut content = content.to_vec();
                let flags = content.first_mut()?;
                *flags &= !(HAS_EXIF | HAS_XMP);
                if has_exif {
                    *flags |= HAS_EXIF;
                }
                chunk(out, kind, &content);
            }
            b"ANMF" => {
                let (head, inner) = content.split_at_checked(FRAME_HEAD)?;
                let mut frame = head.to_vec();
                copy(&mut frame, inner, has_exif)?;
                chunk(out, kind, &frame);
            }
            kind if KEPT.contains(&kind) => chunk(out, kind, content),
            _ => {}
        }
        chunks = rest;
    }
    Some(())
}

/// An EXIF chunk that says nothing but the orientation, in the form (with its mark or without) in which decoders found it.
fn oriented(content: &[u8]) -> Option<Vec<u8>> {
    let bare = content.strip_prefix(exif::MARK);
    let block = exif::only(exif::orientation(bare.unwrap_or(content))?);
    Some(if bare.is_some() { [exif::MARK, &block].concat() } else { block.to_vec() })
}

fn find<'a>(mut chunks: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    loop {
        let (kind, content, rest) = split(chunks)?;
        if kind == wanted {
            return Some(content);
        }
        chunks = rest;
    }
}

/// The first chunk's kind and content, and what follows it. The padding byte of the last chunk may be missing.
fn split(chunks: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (kind, rest) = chunks.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let content = rest.get(..length)?;
    Some((kind, content, rest.get(length.checked_next_multiple_of(2)?..).unwrap_or_default()))
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    // No longer than the chunk that was read, whose length had four bytes.
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    out.extend(kind);
    out.extend(length.to_le_bytes());
    out.extend(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}
