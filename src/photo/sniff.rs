//! What a file that is no photo seems to be, told by its first bytes: a message that says "a PDF document" helps, "bad magic" does not.

/// One kind of file: where its mark stands, the mark, and the name people know it by.
type Mark = (usize, &'static [u8], &'static str);

/// Binary files, by their mark. Sources: each format's specification; the order settles which wins.
const MARKS: &[Mark] = &[
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a zip archive (or an office document, which is one inside)"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (0, b"\x1F\x8B", "a gzip archive"),
    (0, b"\xD0\xCF\x11\xE0", "an old office document"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"qoif", "a QOI image"),
    (0, b"v/1\x01", "an OpenEXR image"),
    (0, b"#?RADIANCE", "a Radiance HDR image"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (8, b"AVI ", "a video (AVI)"),
    (8, b"WAVE", "a sound (WAV)"),
    (4, b"ftyp", "a video (MP4 or QuickTime)"),
    (4, b"moov", "a video (QuickTime)"),
    (0, b"\x1A\x45\xDF\xA3", "a video (WebM or Matroska)"),
    (0, b"\x00\x00\x01\xBA", "a video (MPEG)"),
    (0, b"FLV\x01", "a video (Flash)"),
    (0, b"ID3", "a sound (MP3)"),
    (0, b"OggS", "a sound or video (Ogg)"),
    (0, b"fLaC", "a sound (FLAC)"),
    (0, b"\x00asm", "a WebAssembly program"),
    (0, b"\x7FELF", "a program"),
    (0, b"MZ", "a Windows program"),
    (4, b"TFL3", "a TensorFlow Lite network"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"\x89HDF", "an HDF5 file"),
    (0, b"SQLite format 3", "an SQLite database"),
];

/// How many bytes are looked at to tell text from binary data.
const LOOK_AT: usize = 1024;

/// What the file seems to be, as it stands after "found": "a PDF document", "a text", "nothing: the file is empty (0 bytes)".
pub(crate) fn seems(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing: the file is empty (0 bytes)".into();
    }
    for &(offset, mark, name) in MARKS {
        if bytes.get(offset..).is_some_and(|rest| rest.starts_with(mark)) {
            return name.into();
        }
    }
    match text_of(bytes) {
        Some(text) if is_svg(&text) => "an SVG drawing (lines, not pixels)".into(),
        Some(text) if text.starts_with("<!doctype html") || text.starts_with("<html") => "an HTML page".into(),
        Some(text) if text.starts_with("<?xml") => "an XML text".into(),
        Some(text) if text.starts_with('{') || text.starts_with('[') => "a JSON text".into(),
        Some(_) => "a text".into(),
        None => format!("{} bytes of another kind", bytes.len()),
    }
}

/// Whether the bytes are an SVG drawing, whose cure is its own: export it as PNG.
pub(super) fn seems_svg(bytes: &[u8]) -> bool {
    text_of(bytes).is_some_and(|text| is_svg(&text))
}

fn is_svg(text: &str) -> bool {
    (text.starts_with('<') || text.starts_with("<?xml")) && text.contains("<svg")
}

/// The beginning as lower-case text without leading blanks; `None` where it is no UTF-8 text or holds control bytes.
fn text_of(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(LOOK_AT)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character cut by the end of the look is no fault of the text.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    let text = valid.trim_start_matches('\u{feff}').trim_start();
    (!valid.is_empty() && !valid.contains(odd)).then(|| text.to_lowercase())
}
