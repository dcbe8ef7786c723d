//! Files that hold many: zip files of photos, `.graft` files, photos without their metadata.

mod metadata;
mod projects;
mod zips;

use std::io::{Cursor, Write};

use graft::archive::ZipPhotos;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip file of these entries, deflated; names that end in `/` are folders.
fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open(bytes: &[u8]) -> graft::error::Result<ZipPhotos<Cursor<&[u8]>>> {
    ZipPhotos::open(Cursor::new(bytes))
}

/// The same bytes with those at `find` (its first occurrence, or its last) replaced.
fn replaced(bytes: &[u8], find: &[u8], with: &[u8], last: bool) -> Vec<u8> {
    let mut places = bytes.windows(find.len()).enumerate().filter(|(_, window)| *window == find).map(|(at, _)| at);
    let at = if last { places.next_back() } else { places.next() }.expect("the bytes to be replaced");
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

/// Small numbers that are the same at every run (xorshift, Marsaglia 2003).
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize
    }
}
