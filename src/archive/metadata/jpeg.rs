//! JPEG (ITU-T T.81, annex B): segments, each with a marker, between them the compressed data of the scans.

use super::exif;

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const JFIF: u8 = 0xE0;
const EXIF: u8 = 0xE1;
const ICC: u8 = 0xE2;
const ADOBE: u8 = 0xEE;

/// The image without metadata; `None` where it is damaged or ends early.
pub(super) fn strip(photo: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0xFF, START_OF_IMAGE];
    let orientation = orientation(photo);
    let mut pending = orientation.is_some();
    let mut at = 2;
    loop {
        // Anything but a marker between segments is skipped, as decoders do.
        let marker = *photo.get(at + 1)?;
        if photo[at] != 0xFF || matches!(marker, 0x00 | 0xFF) {
            at += 1;
            continue;
        }
        // JFIF must come first; the orientation right behind it.
        if pending && marker != JFIF {
            let block = exif::only(orientation?);
            segment(&mut out, EXIF, &[exif::MARK, &block]);
            pending = false;
        }
        match marker {
            END_OF_IMAGE => {
                out.extend([0xFF, END_OF_IMAGE]);
                return Some(out);
            }
            // Markers without a length; they mean nothing here.
            START_OF_IMAGE | 0x01 | 0xD0..=0xD7 => at += 2,
            _ => {
                let length = usize::from(u16::from_be_bytes(*photo.get(at + 2..)?.first_chunk()?));
                let content = photo.get(at + 4..at + 2 + length)?;
                keep(&mut out, marker, content);
                at += 2 + length;
                if marker == START_OF_SCAN {
                    let end = at + scan_length(photo.get(at..)?);
                    out.extend(&photo[at..end]);
                    at = end;
                }
            }
        }
    }
}

/// Writes the segment if it is needed to show the picture.
fn keep(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    match marker {
        // Frames, tables, scans, restart interval.
        0xC0..=0xCF | 0xDA..=0xDF => segment(out, marker, &[content]),
        // Version, unit and density, two bytes of the preview's size: no preview.
        JFIF if content.starts_with(b"JFIF\0") => {
            if let Some(head) = content.get(..12) {
                segment(out, marker, &[head, &[0, 0]]);
            }
        }
        ICC if content.starts_with(b"ICC_PROFILE\0") => segment(out, marker, &[content]),
        // The colour transform of CMYK and RGB files.
        ADOBE if content.starts_with(b"Adobe") => segment(out, marker, &[&content[..content.len().min(12)]]),
        _ => {}
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length: usize = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    // No longer than the segment that was read, whose length had two bytes.
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    parts.iter().for_each(|part| out.extend(*part));
}

/// How long the compressed data are: to the next marker that is neither a stuffed zero nor a restart.
fn scan_length(data: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7);
    data.windows(2).position(ends).unwrap_or(data.len())
}

/// The orientation of the first EXIF block before the first scan.
fn orientation(photo: &[u8]) -> Option<image::metadata::Orientation> {
    let mut at = 2;
    loop {
        let marker = *photo.get(at + 1)?;
        if photo[at] != 0xFF || matches!(marker, 0x00 | 0x01 | 0xFF | 0xD0..=0xD8) {
            at += 1;
            continue;
        }
        if matches!(marker, START_OF_SCAN | END_OF_IMAGE) {
            return None;
        }
        let length = usize::from(u16::from_be_bytes(*photo.get(at + 2..)?.first_chunk()?));
        let content = photo.get(at + 4..at + 2 + length)?;
        if marker == EXIF
            && let Some(block) = content.strip_prefix(exif::MARK)
        {
            return exif::orientation(block);
        }
        at += 2 + length;
    }
}
