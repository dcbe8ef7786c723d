//! What a photo's file says about the person is gone; the picture is the same.

use graft::archive::without_metadata;
use graft::photo::{decode, probe};
use image::metadata::Orientation;

use super::Noise;
use crate::common::{png, shared};

/// A TIFF block as a phone writes it: orientation 6 (turn by 90°), its maker, a place on Earth.
fn exif() -> Vec<u8> {
    let mut block = b"MM\0\x2A\0\0\0\x08\0\x03".to_vec();
    block.extend(b"\x01\x0F\0\x02\0\0\0\x0D\0\0\0\x40"); // maker, text
    block.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"); // orientation
    block.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x50"); // where the place is
    block.resize(0x40, 0);
    block.extend(b"SecretCamera\0");
    block.resize(0x50, 0);
    block.extend(b"\0\x01\0\x02\0\x05\0\0\0\x03SecretPlace 52.5N");
    block
}

fn encoded(format: image::ImageFormat) -> Vec<u8> {
    let image = image::load_from_memory(&png(40, 24)).unwrap().into_rgb8();
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    // Decoders here do not look at the checksums of such chunks.
    [&(content.len() as u32).to_be_bytes()[..], kind, content, &[0; 4]].concat()
}

fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if content.len() % 2 == 1 { &[0] } else { &[] };
    [kind, &(content.len() as u32).to_le_bytes()[..], content, padding].concat()
}

/// Not a byte of the secrets, the same pixels, turned the same way; stripping twice changes nothing more.
fn check(photo: &[u8], orientation: Orientation) {
    let stripped = without_metadata(photo).unwrap();
    let secret = |bytes: &[u8]| bytes.windows(6).any(|window| window == b"Secret");
    assert!(secret(photo) && !secret(&stripped));
    assert_eq!(probe(photo).unwrap().orientation, orientation);
    assert_eq!(probe(&stripped).unwrap().orientation, orientation);
    assert_eq!(decode(&stripped).unwrap(), decode(photo).unwrap());
    assert_eq!(without_metadata(&stripped).unwrap(), stripped);
}

#[test]
fn jpeg() {
    let plain = encoded(image::ImageFormat::Jpeg);
    let app1 = [b"Exif\0\0", &exif()[..]].concat();
    let notes = [
        segment(0xE1, &app1),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>Secret</x>"),
        segment(0xED, b"Photoshop 3.0\0 Secret IPTC"),
        segment(0xE2, b"MPF\0Secret"),
        segment(0xFE, b"Secret comment"),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01a profile"),
    ];
    let photo = [&plain[..2], &notes.concat(), &plain[2..], b"Secret film behind the end"].concat();
    check(&photo, Orientation::Rotate90);
    let stripped = without_metadata(&photo).unwrap();
    assert!(stripped.windows(9).any(|window| window == b"a profile"), "the colour profile stays");
    // What has none keeps every byte.
    assert_eq!(without_metadata(&plain).unwrap(), plain);
}

#[test]
fn png_file() {
    let plain = png(40, 24);
    let header_end = 8 + 25;
    let notes = [
        png_chunk(b"eXIf", &exif()),
        png_chunk(b"tEXt", b"Comment\0Secret"),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0Secret"),
        png_chunk(b"tIME", b"Secret "),
    ];
    let photo = [&plain[..header_end], &notes.concat(), &plain[header_end..], b"Secret behind the end"].concat();
    let stripped = without_metadata(&photo).unwrap();
    assert!(!stripped.windows(6).any(|window| window == b"Secret"));
    assert_eq!(without_metadata(&plain).unwrap(), plain);
    // A decoder that checks sums must take the chunk that was written.
    assert_eq!(probe(&stripped).unwrap().orientation, Orientation::Rotate90);
    let straight = decode(&plain).unwrap();
    let turned = decode(&stripped).unwrap();
    assert_eq!((turned.width, turned.height), (straight.height, straight.width));
}

#[test]
fn webp() {
    let plain = encoded(image::ImageFormat::WebP);
    let chunks = &plain[12..];
    // An extended file: 40 × 24, with EXIF and XMP.
    let extended = riff_chunk(b"VP8X", &[0x0C, 0, 0, 0, 39, 0, 0, 23, 0, 0]);
    let body = [
        b"WEBP",
        &extended[..],
        chunks,
        &riff_chunk(b"EXIF", &exif()),
        &riff_chunk(b"XMP ", b"Secret!"),
        &riff_chunk(b"NOTE", b"Secret"),
    ]
    .concat();
    let photo = [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body, b"Secret behind"].concat();
    check(&photo, Orientation::Rotate90);
    let stripped = without_metadata(&photo).unwrap();
    assert_eq!(stripped[20], 0x08, "VP8X says: EXIF, no XMP");
    assert_eq!(without_metadata(&plain).unwrap(), plain);
}

#[test]
fn gif() {
    let plain = encoded(image::ImageFormat::Gif);
    let end = plain.len() - 1;
    let comment = b"\x21\xFE\x06Secret\x00";
    let xmp = b"\x21\xFF\x0BXMP DataXMP\x06Secret\x00";
    let photo = [&plain[..end], comment, xmp, &plain[end..], b"Secret"].concat();
    check(&photo, Orientation::NoTransforms);
    assert_eq!(without_metadata(&plain).unwrap(), plain);
}

#[test]
fn what_cannot_be_stripped_is_refused_by_name() {
    let error = without_metadata(b"\0\0\0\x1CftypavifSecret place").unwrap_err();
    assert!(error.found.contains("AVIF"), "{error}");
    assert!(without_metadata(b"\0\0\0\x1CftypheicSecret place").unwrap_err().found.contains("HEIC"));
    assert!(without_metadata(b"").is_err());
    let bmp = encoded(image::ImageFormat::Bmp);
    assert_eq!(without_metadata(&bmp).unwrap(), bmp);
    // A photo cut short is damaged.
    let jpeg = encoded(image::ImageFormat::Jpeg);
    assert!(without_metadata(&jpeg[..jpeg.len() - 2]).unwrap_err().found.contains("damaged"));
}

#[test]
fn no_damage_makes_it_panic() {
    use image::ImageFormat::{Gif, Jpeg, Png, WebP};
    let mut noise = Noise(11);
    for photo in [Jpeg, Png, WebP, Gif].map(encoded) {
        (0..photo.len()).for_each(|length| drop(without_metadata(&photo[..length])));
        for _ in 0..2000 {
            let mut damaged = photo.clone();
            let at = noise.next() % damaged.len().min(200);
            damaged[at] = [noise.next() as u8, 0xFF, 0][noise.next() % 3];
            let _ = without_metadata(&damaged);
        }
    }
}

#[test]
fn real_photos_stay_the_same() {
    let Some(folder) = shared("data/caltech101/dalmatian", "photos without their metadata") else { return };
    for entry in std::fs::read_dir(folder).unwrap().take(12) {
        let photo = std::fs::read(entry.unwrap().path()).unwrap();
        let stripped = without_metadata(&photo).unwrap();
        assert!(stripped.len() <= photo.len());
        assert_eq!(decode(&stripped).unwrap(), decode(&photo).unwrap());
    }
}
