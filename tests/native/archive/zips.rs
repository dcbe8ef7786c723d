//! A person's zip file: what is listed, what is left out, what is refused.

use graft::archive::limits::MAX_ENTRY;
use graft::error::ErrorKind;

use super::{Noise, open, replaced, zip_of};
use crate::common::png;

fn paths(bytes: &[u8]) -> Vec<String> {
    open(bytes).unwrap().entries().iter().map(|entry| entry.path.clone()).collect()
}

/// Why the entry of this path is left out.
fn reason(bytes: &[u8], path: &str) -> String {
    let photos = open(bytes).unwrap();
    let skipped = photos.skipped().iter().find(|skipped| skipped.path == path);
    skipped.unwrap_or_else(|| panic!("{path} among {:?}", photos.skipped())).reason.clone()
}

#[test]
fn photos_are_listed_in_order_and_come_out_whole() {
    let (a, b) = (png(9, 5), png(4, 4));
    let bytes = zip_of(&[("pets/dogs/b.png", &b), ("pets/", b""), ("pets/cats/a.png", &a)]);
    let mut photos = open(&bytes).unwrap();
    assert!(photos.skipped().is_empty(), "{:?}", photos.skipped());
    let entries = photos.entries().to_vec();
    assert_eq!(
        entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
        ["pets/cats/a.png", "pets/dogs/b.png"]
    );
    assert_eq!(entries[0].bytes, a.len() as u64);
    assert_eq!(photos.take(entries[0].index).unwrap(), a);
    assert_eq!(photos.take(entries[1].index).unwrap(), b);
    assert_eq!(photos.take(entries[0].index).unwrap(), a);
    assert_eq!(photos.take(1).unwrap_err().kind, ErrorKind::Archive, "a folder");
    assert!(photos.take(77).is_err());
}

#[test]
fn what_is_no_photo_is_left_out_and_named() {
    let bytes = zip_of(&[
        ("a/ok.jpg", b"x"),
        ("__MACOSX/a/._ok.jpg", b"x"),
        ("a/.DS_Store", b"x"),
        ("a/Thumbs.db", b"x"),
        ("a/.hidden.jpg", b"x"),
        ("a/notes.txt", b"x"),
        ("a/more.zip", b"x"),
        ("a/nothing.jpg", b""),
        ("empty/", b""),
        ("../out.jpg", b"x"),
        ("/root.jpg", b"x"),
        ("C:/disk.jpg", b"x"),
        ("back\\slash.jpg", b"x"),
        ("photo without ending", b"x"),
    ]);
    assert_eq!(paths(&bytes), ["a/ok.jpg", "photo without ending"]);
    assert_eq!(open(&bytes).unwrap().skipped().len(), 12);
    assert!(reason(&bytes, "__MACOSX/a/._ok.jpg").contains("macOS"));
    assert!(reason(&bytes, "a/more.zip").contains("zip file inside"));
    assert!(reason(&bytes, "a/nothing.jpg").contains("0 bytes"));
    assert!(reason(&bytes, "empty/").contains("empty folder"));
    assert!(reason(&bytes, "../out.jpg").contains("leads out"));
    assert!(reason(&bytes, "/root.jpg").contains("root"));
    assert!(reason(&bytes, "back\\slash.jpg").contains("backslash"));
}

#[test]
fn of_one_name_the_last_is_taken() {
    let bytes = zip_of(&[("a/1.jpg", b"first"), ("a/2.jpg", b"second")]);
    let bytes = replaced(&bytes, b"a/2.jpg", b"a/1.jpg", true);
    let mut photos = open(&bytes).unwrap();
    assert_eq!(photos.entries().len(), 1);
    assert_eq!(photos.skipped().len(), 1);
    let index = photos.entries()[0].index;
    assert_eq!(photos.take(index).unwrap(), b"second");
}

#[test]
fn encrypted_and_oddly_packed_files_are_left_out() {
    let bytes = zip_of(&[("a/1.jpg", b"some bytes")]);
    // The directory's entry: mark, two versions, flags (bit 0: encrypted), method.
    let head = b"PK\x01\x02";
    let at = bytes.windows(4).position(|window| window == head).unwrap();
    let mut encrypted = bytes.clone();
    encrypted[at + 8] |= 1;
    assert!(reason(&encrypted, "a/1.jpg").contains("encrypted"));
    let mut odd = bytes.clone();
    odd[at + 10] = 93; // Zstandard
    assert!(reason(&odd, "a/1.jpg").contains("method 93"));
}

#[test]
fn bombs_do_not_go_off() {
    // 64 MB of zeros in 65 kB: real data, honest header.
    let zeros = vec![0; 64 << 20];
    let bytes = zip_of(&[("a/bomb.bmp", &zeros), ("a/ok.png", &png(3, 3))]);
    assert!(bytes.len() < 100_000);
    assert_eq!(paths(&bytes), ["a/ok.png"]);
    assert!(reason(&bytes, "a/bomb.bmp").contains("zip bomb"));

    // A header that lies: 1000 bytes promised, 2 MB inside.
    let megabytes = vec![0; 2 << 20];
    let bytes = zip_of(&[("a/liar.bmp", &megabytes)]);
    let at = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut liar = bytes.clone();
    liar[at + 24..at + 28].copy_from_slice(&100_000u32.to_le_bytes());
    let mut photos = open(&liar).unwrap();
    let error = photos.take(photos.entries()[0].index).unwrap_err();
    assert!(error.found.contains("more where"), "{error}");

    // Larger than any photo.
    let mut huge = bytes.clone();
    huge[at + 24..at + 28].copy_from_slice(&u32::try_from(MAX_ENTRY + 1).unwrap().to_le_bytes());
    assert!(reason(&huge, "a/liar.bmp").contains("at most 256 MB"));

    // Many names, one content.
    let bytes = zip_of(&[("a/1.jpg", &png(30, 30)), ("a/2.jpg", &png(31, 30))]);
    let second = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    let mut overlapping = bytes.clone();
    overlapping[second + 42..second + 46].copy_from_slice(&[0; 4]);
    assert_eq!(paths(&overlapping).len(), 1);
}

#[test]
fn absurd_claims_are_refused_before_memory_is_taken() {
    let bytes = zip_of(&[("a/1.jpg", b"some bytes")]);
    let end = bytes.len() - 22;
    let mut sized = bytes.clone();
    sized[end + 12..end + 16].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x7F]);
    assert_eq!(open(&sized).unwrap_err().kind, ErrorKind::Archive);
    // A 64-bit end record that claims 2^60 files.
    let mut wide = bytes[..end].to_vec();
    let record = wide.len() as u64;
    wide.extend(b"PK\x06\x06");
    wide.extend([0; 28]);
    wide.extend((1u64 << 60).to_le_bytes());
    wide.extend([0; 16]);
    wide.extend(b"PK\x06\x07\0\0\0\0");
    wide.extend(record.to_le_bytes());
    wide.extend([1, 0, 0, 0]);
    wide.extend(&bytes[end..]);
    assert!(open(&wide).unwrap_err().found.contains("1152921504606846976 files"));
}

#[test]
fn a_program_before_and_a_comment_behind_do_not_matter() {
    let bytes = zip_of(&[("a/1.jpg", b"some bytes")]);
    let mut shifted = b"#!/bin/sh and more".to_vec();
    shifted.extend(&bytes);
    let comment = b"a comment";
    let end = shifted.len();
    shifted[end - 2] = comment.len() as u8;
    shifted.extend(comment);
    let mut photos = open(&shifted).unwrap();
    let index = photos.entries()[0].index;
    assert_eq!(photos.take(index).unwrap(), b"some bytes");
}

#[test]
fn foreign_and_cut_files_are_named() {
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"just a text", "a text"),
        (b"PK\x03\x04 begins like one", "ends early"),
    ] {
        let error = open(bytes).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Archive);
        assert!(error.found.contains(words), "{error}");
    }
    // An empty zip file is whole, and holds nothing.
    assert!(open(&zip_of(&[])).unwrap().entries().is_empty());
}

#[test]
fn a_wrong_checksum_is_found() {
    let bytes = zip_of(&[("a/1.jpg", b"some bytes that matter"), ("a/2.jpg", b"others")]);
    let at = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut wrong = bytes.clone();
    wrong[at + 16] ^= 1;
    let mut photos = open(&wrong).unwrap();
    let error = photos.take(0).unwrap_err();
    assert!(error.subject.contains("1.jpg") && error.found.contains("checksum"), "{error}");
    assert_eq!(photos.take(1).unwrap(), b"others");
}

#[test]
fn no_damage_makes_it_panic() {
    let photo = png(40, 40);
    let bytes = zip_of(&[("a/1.png", &photo), ("b/2.png", &photo), ("b/größe.png", &photo)]);
    let look = |bytes: &[u8]| {
        let Ok(mut photos) = open(bytes) else { return };
        for index in photos.entries().iter().map(|entry| entry.index).collect::<Vec<_>>() {
            let _ = photos.take(index);
        }
    };
    (0..bytes.len()).step_by(37).for_each(|length| look(&bytes[..length]));
    let mut noise = Noise(7);
    for _ in 0..3000 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + noise.next() % 4 {
            // Half of the damage where the directory is.
            let from = if noise.next().is_multiple_of(2) { 0 } else { bytes.len() - 300 };
            let at = from + noise.next() % (bytes.len() - from);
            damaged[at] = [noise.next() as u8, 0xFF, 0][noise.next() % 3];
        }
        look(&damaged);
    }
}
