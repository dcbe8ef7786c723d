//! Names inside a zip file: from bytes to text, and whether a path may be trusted.

use crc32fast::hash;

use crate::project::{NoPhoto, no_photo};

/// The upper half of code page 437, in which zip files name their files unless they say otherwise (APPNOTE.TXT, appendix D).
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Bit 11 of an entry's flags: the name is UTF-8.
const UTF8_FLAG: u16 = 1 << 11;

/// Info-ZIP's extra field that holds the name in UTF-8 (APPNOTE.TXT, 4.6.9).
const UNICODE_PATH: u16 = 0x7075;

/// The longest path that is taken, bytes.
const LONGEST: usize = 1024;

/// The name as text. UTF-8 where the entry says so or where it can be nothing else; code page 437 otherwise.
pub(super) fn decode(raw: &[u8], flags: u16, extra: &[u8]) -> String {
    if flags & UTF8_FLAG != 0 {
        return String::from_utf8_lossy(raw).into_owned();
    }
    if let Some(name) = unicode_path(raw, extra) {
        return name;
    }
    // macOS writes UTF-8 without saying so.
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => raw.iter().map(|&byte| from_cp437(byte)).collect(),
    }
}

fn from_cp437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(place) => CP437.chars().nth(usize::from(place)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// The name in the extra field, if that was written for this very name.
fn unicode_path(raw: &[u8], extra: &[u8]) -> Option<String> {
    let field = extra_field(extra, UNICODE_PATH)?;
    let (&version, rest) = field.split_first()?;
    let (crc, name) = rest.split_first_chunk::<4>()?;
    (version == 1 && u32::from_le_bytes(*crc) == hash(raw)).then(|| String::from_utf8(name.to_vec()).ok())?
}

/// The content of an extra field, by its id; `None` where there is none, or the fields are damaged before it.
pub(super) fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while let Some(([a, b, c, d], rest)) = extra.split_first_chunk::<4>() {
        let content = rest.get(..usize::from(u16::from_le_bytes([*c, *d])))?;
        if u16::from_le_bytes([*a, *b]) == id {
            return Some(content);
        }
        extra = &rest[content.len()..];
    }
    None
}

/// The path with `/` between folders and nothing superfluous in it.
///
/// # Errors
/// Why the path cannot be trusted, in plain words: it leads out of the zip file, or cannot be a file's.
pub(super) fn clean(path: &str) -> Result<String, &'static str> {
    if path.len() > LONGEST {
        return Err("its path is longer than any file's can be");
    }
    if path.chars().any(char::is_control) {
        return Err("its path holds control characters");
    }
    if path.contains('\\') {
        return Err("its path holds a backslash, which could lead out of the zip file");
    }
    if path.starts_with('/') || matches!(path.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic()) {
        return Err("its path begins at the root of a disk instead of in the zip file");
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("its path leads out of the zip file (..)");
    }
    if parts.is_empty() { Err("it has no name") } else { Ok(parts.join("/")) }
}

/// Whether the file of this path (`/` between folders) may be a photo, by its name: not hidden, no system's notes, a photo's ending or none.
///
/// # Errors
/// Why not, in plain words.
pub fn may_be_photo(path: &str) -> Result<(), &'static str> {
    match no_photo(path, &[]) {
        None => Ok(()),
        Some(NoPhoto::Ending(ending)) if ["zip", "graft"].iter().any(|zip| ending.eq_ignore_ascii_case(zip)) => {
            Err("a zip file inside the zip file: unpack it, and add it by itself")
        }
        Some(why) => Err(why.words()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_encoding() {
        assert_eq!(decode("größe.jpg".as_bytes(), UTF8_FLAG, &[]), "größe.jpg");
        assert_eq!(decode("größe.jpg".as_bytes(), 0, &[]), "größe.jpg");
        assert_eq!(decode(b"gr\x94\xe1e.jpg", 0, &[]), "größe.jpg"); // ß shares its place with β
        assert_eq!(decode(b"a\xff", UTF8_FLAG, &[]), "a\u{fffd}");
        assert_eq!(CP437.chars().count(), 128);
        let crc = hash(b"gr_e").to_le_bytes();
        let field = [&[0x75, 0x70, 10, 0, 1], &crc[..], "größe".as_bytes()].concat();
        assert_eq!(field.len() - 4, 12);
        let field = [&[0x75, 0x70, 12, 0], &field[4..]].concat();
        assert_eq!(decode(b"gr_e", 0, &field), "größe");
        assert_eq!(decode(b"other", 0, &field), "other");
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        for bad in
            ["../a.jpg", "a/../../b.jpg", "/etc/a.jpg", "C:/a.jpg", "c:a.jpg", "a\\b.jpg", "a\0.jpg", "", "./", "a/.."]
        {
            assert!(clean(bad).is_err(), "{bad:?}");
        }
        assert!(clean(&"a/".repeat(600)).is_err());
        assert_eq!(clean("./cats//a..b.jpg").unwrap(), "cats/a..b.jpg");
    }

    #[test]
    fn what_is_no_photo_is_told_by_its_name() {
        for good in ["a.JPG", "cats/b.jpeg", "c", "d.HEIC", "e.v2.png"] {
            assert!(may_be_photo(good).is_ok(), "{good}");
        }
        for bad in
            ["__MACOSX/cats/._a.jpg", "a/.DS_Store", "Thumbs.db", ".git/a.jpg", "a.txt", "b.zip", "x/.a.jpg", "c."]
        {
            assert!(may_be_photo(bad).is_err(), "{bad}");
        }
    }
}
