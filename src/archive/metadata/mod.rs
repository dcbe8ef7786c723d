//! Takes out of a photo's file what it says about the person: place, camera, time, comments, previews. Pixels, colour profile and
//! orientation stay, to the byte.
//!
//! What is kept is listed, everything else goes: a note that nobody has heard of yet goes as well. What stands behind the image's end goes, too
//! (phones put previews and films there).

mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;

use crate::error::{Error, ErrorKind, Result};

/// The file without its metadata; the same pixels when decoded, held the same way.
///
/// BMP files have no metadata and come back as they are.
///
/// # Errors
/// [`ErrorKind::Archive`]: of this format (AVIF, HEIC, JPEG XL, TIFF) the metadata cannot be taken out here, so that the photo must be left out or go with
/// all it holds; or the file is damaged.
pub fn without_metadata(photo: &[u8]) -> Result<Vec<u8>> {
    let stripped = match photo {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::strip(photo),
        [0x89, b'P', b'N', b'G', ..] => png::strip(photo),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::strip(photo),
        [b'G', b'I', b'F', b'8', ..] => gif::strip(photo),
        [b'B', b'M', ..] => Some(photo.to_vec()),
        _ => return Err(cannot(photo)),
    };
    stripped.ok_or_else(|| refused("a whole image", "a damaged one"))
}

fn cannot(photo: &[u8]) -> Error {
    let found = match photo.get(4..12) {
        Some(b"ftypavif" | b"ftypavis") => "an AVIF image",
        Some([b'f', b't', b'y', b'p', ..]) => "a HEIC image",
        _ => "one of another format",
    };
    refused("a JPEG, PNG, WebP, GIF or BMP image, whose metadata (place, camera, time) can be taken out", found)
}

fn refused(expected: &str, found: &str) -> Error {
    let cure = "It is left out; to have it in the file, keep the photos' metadata, or save it as JPEG first.";
    Error::new(ErrorKind::Archive, "the photo", expected, found, cure)
}
