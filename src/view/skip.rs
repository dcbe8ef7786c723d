//! Which files of a folder are left out, and why.

/// Endings of files that may be photos; which of them can be read, the engine says.
const PHOTOS: [&str; 14] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "avif", "heic", "heif", "tif", "tiff", "jxl"];

/// Why a file of a folder is no photo, by its path; `None`: it may be one.
pub fn skip_reason(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.split('/').any(|part| part == "__MACOSX") || name == ".DS_Store" {
        return Some("macOS keeps its notes in it");
    }
    if name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini") {
        return Some("Windows keeps its notes in it");
    }
    if path.split('/').any(|part| part.starts_with('.')) {
        return Some("it is hidden (its name, or its folder's, begins with a dot)");
    }
    // Data sets often go without endings.
    let (_, ending) = name.rsplit_once('.')?;
    if PHOTOS.iter().any(|photo| ending.eq_ignore_ascii_case(photo)) { None } else { Some("its name is not a photo's") }
}
