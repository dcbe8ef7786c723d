//! The one thing that stays of an EXIF block: how to hold the picture.

use image::metadata::Orientation;

/// What stands before the block in a JPEG, and in some WebP files.
pub(super) const MARK: &[u8] = b"Exif\0\0";

/// The orientation that a block (without [`MARK`]) tells; `None` where the picture is to be shown as it lies.
pub(super) fn orientation(block: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(block).filter(|orientation| *orientation != Orientation::NoTransforms)
}

/// A block that says nothing but the orientation (TIFF 6.0, section 2: little-endian, one directory of one entry).
pub(super) fn only(orientation: Orientation) -> [u8; 26] {
    let mut block = *b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    block[18] = orientation.to_exif();
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for code in 2..=8 {
            let orientation = Orientation::from_exif(code).unwrap();
            assert_eq!(super::orientation(&only(orientation)), Some(orientation));
        }
        assert_eq!(orientation(&only(Orientation::NoTransforms)), None);
        assert_eq!(orientation(b"II*"), None);
    }
}
