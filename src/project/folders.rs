//! Classes from folders: what a photo's path says about it. The page and the terminal read folders and zip files alike.

use super::Role;

/// What a path says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The class's name; `None`: unsorted.
    pub class: Option<String>,
    /// The file's name, without folders.
    pub file: String,
    /// [`Role::Validation`] for what lies in a validation folder.
    pub role: Role,
}

/// Names of folders of training photos.
const TRAINING: [&str; 2] = ["train", "training"];
/// Names of folders of photos that are held out.
const VALIDATION: [&str; 4] = ["val", "valid", "validation", "test"];

/// Class, name and side of each photo, from all paths together (`/` between folders).
///
/// - Folders that hold everything are left away, as long as there are folders below: `data/cats/1.jpg` beside `data/dogs/2.jpg` is of the class
///   `cats`. A single folder of photos is a class.
/// - The class is then the outermost folder; folders within it make no difference. Photos in no folder are unsorted.
/// - Where the outermost folders are `train` and any of `val`, `valid`, `validation`, `test`, with folders in them, those are the two sides
///   and the classes are the folders within.
pub fn place<P: AsRef<str>>(paths: &[P]) -> Vec<Placed> {
    let mut all: Vec<Vec<&str>> = paths.iter().map(|path| parts(path.as_ref())).collect();
    while is_wrapped(&all) {
        for path in &mut all {
            path.remove(0);
        }
    }
    let split = is_split(&all);
    all.iter().map(|path| placed(path, split)).collect()
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect()
}

/// Does everything lie in one folder, which holds further folders?
fn is_wrapped(all: &[Vec<&str>]) -> bool {
    let Some(first) = all.first().filter(|path| path.len() > 1) else { return false };
    all.iter().all(|path| path.len() > 1 && path[0] == first[0]) && all.iter().any(|path| path.len() > 2)
}

/// Are the outermost folders the sides of a split? Photos beside the folders do not count.
fn is_split(all: &[Vec<&str>]) -> bool {
    let mut in_folders = all.iter().filter(|path| path.len() > 1).peekable();
    let deep = |names: &[&str]| all.iter().any(|path| path.len() > 2 && is_one_of(path[0], names));
    in_folders.peek().is_some()
        && in_folders.all(|path| is_one_of(path[0], &TRAINING) || is_one_of(path[0], &VALIDATION))
        && deep(&TRAINING)
        && deep(&VALIDATION)
}

fn is_one_of(folder: &str, names: &[&str]) -> bool {
    names.iter().any(|name| folder.eq_ignore_ascii_case(name))
}

fn placed(path: &[&str], split: bool) -> Placed {
    let (file, mut folders) = path.split_last().map_or(("", &[][..]), |(file, folders)| (*file, folders));
    let mut role = Role::Auto;
    if let Some((side, within)) = folders.split_first().filter(|_| split) {
        if is_one_of(side, &VALIDATION) {
            role = Role::Validation;
        }
        folders = within;
    }
    let class = folders.first().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Placed { class, file: file.to_owned(), role }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `class:file`, `-` for unsorted; `!` behind for validation.
    fn shown(paths: &[&str]) -> Vec<String> {
        let show = |placed: Placed| {
            let mark = if placed.role == Role::Validation { "!" } else { "" };
            format!("{}:{}{mark}", placed.class.as_deref().unwrap_or("-"), placed.file)
        };
        place(paths).into_iter().map(show).collect()
    }

    #[test]
    fn a_folder_a_class() {
        assert_eq!(shown(&["cats/1.jpg", "dogs/2.jpg"]), ["cats:1.jpg", "dogs:2.jpg"]);
        assert_eq!(shown(&["cats/1.jpg", "2.jpg"]), ["cats:1.jpg", "-:2.jpg"]);
        assert_eq!(shown(&["1.jpg", "2.jpg"]), ["-:1.jpg", "-:2.jpg"]);
        assert_eq!(shown(&["cats/1.jpg", "cats/2.jpg"]), ["cats:1.jpg", "cats:2.jpg"]);
        assert_eq!(shown(&[" cats /1.jpg", "./dogs//2.jpg"]), ["cats:1.jpg", "dogs:2.jpg"]);
        assert!(shown(&[]).is_empty());
        assert_eq!(shown(&[""]), ["-:"]);
    }

    #[test]
    fn folders_that_hold_everything_are_left_away() {
        assert_eq!(shown(&["pets/cats/1.jpg", "pets/dogs/2.jpg"]), ["cats:1.jpg", "dogs:2.jpg"]);
        assert_eq!(shown(&["a/b/cats/1.jpg", "a/b/dogs/2.jpg"]), ["cats:1.jpg", "dogs:2.jpg"]);
        assert_eq!(shown(&["pets/1.jpg", "pets/dogs/2.jpg"]), ["-:1.jpg", "dogs:2.jpg"]);
        // Two outermost folders: neither holds everything.
        assert_eq!(shown(&["a/cats/1.jpg", "b/dogs/2.jpg"]), ["a:1.jpg", "b:2.jpg"]);
    }

    #[test]
    fn folders_within_a_class_make_no_difference() {
        assert_eq!(
            shown(&["cats/indoors/1.jpg", "cats/2.jpg", "dogs/3.jpg"]),
            ["cats:1.jpg", "cats:2.jpg", "dogs:3.jpg"]
        );
    }

    #[test]
    fn sides_of_a_split() {
        assert_eq!(shown(&["train/cats/1.jpg", "val/cats/2.jpg"]), ["cats:1.jpg", "cats:2.jpg!"]);
        assert_eq!(
            shown(&["x/Train/a/1.jpg", "x/TEST/a/2.jpg", "x/valid/a/3.jpg"]),
            ["a:1.jpg", "a:2.jpg!", "a:3.jpg!"]
        );
        assert_eq!(
            shown(&["train/cats/1.jpg", "validation/2.jpg", "validation/a/3.jpg"]),
            ["cats:1.jpg", "-:2.jpg!", "a:3.jpg!"]
        );
    }

    #[test]
    fn classes_that_are_called_like_sides() {
        assert_eq!(shown(&["train/1.jpg", "test/2.jpg"]), ["train:1.jpg", "test:2.jpg"]);
        assert_eq!(shown(&["train/a/1.jpg", "bus/a/2.jpg"]), ["train:1.jpg", "bus:2.jpg"]);
        assert_eq!(shown(&["val/a/1.jpg", "test/a/2.jpg"]), ["val:1.jpg", "test:2.jpg"]);
    }
}
