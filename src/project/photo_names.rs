//! Which files of a folder or a zip file may be photos, by their names.

/// Endings of files that may be photos; whether they are is told by their bytes, later.
const ENDINGS: [&str; 12] = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "avif", "heic", "heif", "jxl"];

/// Why a file is no photo, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPhoto<'a> {
    /// It is a system's own: why, in plain words.
    System(&'static str),
    /// Its ending is no photo's; the ending, as it stands.
    Ending(&'a str),
}

impl NoPhoto<'_> {
    /// Why, in plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::System(why) => why,
            Self::Ending(_) => "its name is not a photo's",
        }
    }
}

/// Why the file of this path (`/` between folders) is no photo; `None`: it may be one, as it is not hidden, no system's notes, and has a photo's
/// ending, one of `further`, or none (data sets often go without).
pub fn no_photo<'a>(path: &'a str, further: &[&str]) -> Option<NoPhoto<'a>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.split('/').any(|part| part == "__MACOSX") || name == ".DS_Store" {
        return Some(NoPhoto::System("macOS keeps its notes in it"));
    }
    if name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini") {
        return Some(NoPhoto::System("Windows keeps its notes in it"));
    }
    if path.split('/').any(|part| part.starts_with('.')) {
        return Some(NoPhoto::System("it is hidden (its name, or its folder's, begins with a dot)"));
    }
    let (_, ending) = name.rsplit_once('.')?;
    let known = ENDINGS.iter().chain(further).any(|known| ending.eq_ignore_ascii_case(known));
    (!known).then_some(NoPhoto::Ending(ending))
}
