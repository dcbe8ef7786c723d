//! Finds a file of the registry: in the cache, in `../shared/models/`, or at its public address.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::RemoteFile;
use super::download::{Failure, download};
use crate::error::{Error, ErrorKind, Result};
use crate::weights::sha256_hex;

/// Seconds that one download may take: 4 MB on a slow line.
const FILE_SECONDS: u64 = 180;
/// Seconds that all downloads of one run may take together.
const TOTAL_SECONDS: u64 = 600;

/// The function that downloads; another one in tests.
type Download = dyn FnMut(&str, &Path, u64, u64) -> std::result::Result<(), Failure>;

/// Finds files, and remembers when the network cannot be reached, so that seven files do not each wait for it.
pub struct Resolver {
    committed: PathBuf,
    cache: PathBuf,
    shared: PathBuf,
    /// `None`: look only at what is here.
    download: Option<Box<Download>>,
    unreachable: Option<String>,
    deadline: Instant,
}

/// A file that was found, its checksum right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Where it was.
    pub place: Place,
}

/// Where a file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In `models/`, part of the project.
    Committed,
    /// In `models/cache/`.
    Cache,
    /// In `../shared/models/`.
    Shared,
    /// At its public address; it is in the cache now.
    Network,
}

impl Place {
    /// The place as people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "models",
            Self::Cache => "models/cache",
            Self::Shared => "../shared/models",
            Self::Network => "downloaded",
        }
    }
}

impl Resolver {
    /// Looks only at what is here.
    pub fn here() -> Self {
        let root = project();
        Self {
            committed: root.join("models"),
            cache: root.join("models/cache"),
            shared: root.join("../shared/models"),
            download: None,
            unreachable: None,
            deadline: Instant::now() + Duration::from_secs(TOTAL_SECONDS),
        }
    }

    /// As on a machine with nothing but the project: no cache, nothing beside it, no network.
    #[cfg(test)]
    pub(super) fn bare() -> Self {
        let nowhere = std::env::temp_dir().join("graft-nowhere");
        let unreachable = |_: &str, _: &Path, _, _| Err(Failure::Unreachable("no network".to_string()));
        let here = Self::here();
        Self {
            cache: nowhere.join("cache"),
            shared: nowhere.join("shared"),
            download: Some(Box::new(unreachable)),
            ..here
        }
    }

    /// The same with a cache at this path of the project.
    #[cfg(test)]
    pub(super) fn bare_beside(cache: &str) -> Self {
        Self { cache: project().join(cache), ..Self::bare() }
    }

    /// Downloads what is not here.
    pub fn with_network() -> Self {
        Self { download: Some(Box::new(download)), ..Self::here() }
    }

    /// The file's bytes, their checksum verified.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: it is there, but its checksum is wrong. [`ErrorKind::Registry`]: it is nowhere, or could not
    /// be downloaded; `found` says why.
    pub fn find(&mut self, file: &RemoteFile) -> Result<Found> {
        for (folder, place) in [(&self.cache, Place::Cache), (&self.shared, Place::Shared)] {
            let path = folder.join(&file.file);
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(io(&path, "a readable file", &error)),
            };
            let cure = match place {
                Place::Shared => "Put the right file there, or take this one away; it is then downloaded.",
                _ => "Delete it; it is then got anew.",
            };
            verify(file, &bytes, place, cure)?;
            return Ok(Found { bytes, place });
        }
        self.fetch(file)
    }

    /// The bytes of a committed file, their checksum verified.
    ///
    /// # Errors
    /// [`ErrorKind::Registry`]: it is not there; [`ErrorKind::WeightFile`]: its checksum is wrong. Either way the checkout is damaged.
    pub fn committed(&self, file: &RemoteFile) -> Result<Found> {
        const CURE: &str = "Check the project out again: this file is part of it.";
        let path = self.committed.join(&file.file);
        let bytes = std::fs::read(&path).map_err(|error| missing(file, error.to_string(), CURE))?;
        verify(file, &bytes, Place::Committed, CURE)?;
        Ok(Found { bytes, place: Place::Committed })
    }

    fn fetch(&mut self, file: &RemoteFile) -> Result<Found> {
        let nowhere = "neither in models/cache nor in ../shared/models";
        let Some(url) = &file.url else {
            return Err(missing(
                file,
                format!("it {nowhere}, and it has no public address"),
                "Put it into models/cache.",
            ));
        };
        let Some(download) = &mut self.download else {
            return Err(missing(file, format!("it {nowhere}"), "`graft resolve --out DIR` downloads what is missing."));
        };
        let by_hand = format!("Connect to the network and try again, or put the file from {url} into models/cache.");
        if let Some(reason) = &self.unreachable {
            return Err(missing(file, format!("it {nowhere}, and the network cannot be reached: {reason}"), &by_hand));
        }
        let left = self.deadline.saturating_duration_since(Instant::now()).as_secs();
        if left == 0 {
            let reason = format!("all downloads together took more than {TOTAL_SECONDS} s");
            self.unreachable = Some(reason.clone());
            return Err(missing(file, reason, &by_hand));
        }

        eprintln!("getting {} ({:.1} MB) from {url}", file.file, file.bytes as f64 / 1e6);
        std::fs::create_dir_all(&self.cache).map_err(|error| io(&self.cache, "a folder for downloads", &error))?;
        let path = self.cache.join(&file.file);
        // Under another name until it is whole and right: a run that is stopped leaves no half file behind.
        let part = self.cache.join(format!("{}.{}.part", file.file, std::process::id()));
        let result = download(url, &part, left.min(FILE_SECONDS), file.bytes);
        let bytes = result.and_then(|()| std::fs::read(&part).map_err(|error| Failure::File(error.to_string())));
        let outcome = match bytes {
            Ok(bytes) => {
                verify(file, &bytes, Place::Network, "Try again; if it stays so, the file at that address has changed.")
                    .and_then(|()| {
                        std::fs::rename(&part, &path).map_err(|error| io(&path, "a file that can be written", &error))
                    })
                    .map(|()| Found { bytes, place: Place::Network })
            }
            Err(Failure::File(reason)) => {
                Err(missing(file, format!("it {nowhere}, and downloading failed: {reason}"), &by_hand))
            }
            Err(Failure::Unreachable(reason)) => {
                self.unreachable = Some(reason.clone());
                Err(missing(file, format!("it {nowhere}, and the network cannot be reached: {reason}"), &by_hand))
            }
        };
        let _ = std::fs::remove_file(&part); // gone already where it was renamed
        outcome
    }
}

/// The project's folder: the first at or above the current one that holds the registry, else where the program was built.
fn project() -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    let holds = |folder: &&Path| folder.join("models/registry.toml").is_file();
    current.ancestors().find(holds).map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), Path::to_path_buf)
}

fn verify(file: &RemoteFile, bytes: &[u8], place: Place, cure: &str) -> Result<()> {
    let sha256 = sha256_hex(bytes);
    if sha256 == file.sha256 {
        return Ok(());
    }
    let subject = format!("{} ({})", file.file, place.as_str());
    let found = format!("sha256 {sha256} ({} bytes)", bytes.len());
    Err(Error::new(
        ErrorKind::WeightFile,
        subject,
        format!("sha256 {} ({} bytes)", file.sha256, file.bytes),
        found,
        cure,
    ))
}

fn missing(file: &RemoteFile, found: String, cure: &str) -> Error {
    Error::new(ErrorKind::Registry, &file.file, "the file", found, cure)
}

fn io(path: &Path, expected: &str, error: &std::io::Error) -> Error {
    let cure = "Check the folder's permissions and the space left.";
    Error::new(ErrorKind::Io, path.display().to_string(), expected, error.to_string(), cure)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    /// A folder of its own for one test, deleted at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("graft-resolver-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(path.join("shared")).unwrap();
            Self(path)
        }

        fn resolver(&self, download: Option<Box<Download>>) -> Resolver {
            Resolver { cache: self.0.join("cache"), shared: self.0.join("shared"), download, ..Resolver::here() }
        }

        fn put(&self, folder: &str, bytes: &[u8]) {
            std::fs::create_dir_all(self.0.join(folder)).unwrap();
            std::fs::write(self.0.join(folder).join("abc.tflite"), bytes).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn abc() -> RemoteFile {
        RemoteFile {
            file: "abc.tflite".to_string(),
            url: Some("https://example.org/abc.tflite".to_string()),
            sha256: sha256_hex(b"abc"),
            bytes: 3,
        }
    }

    #[test]
    fn the_cache_comes_before_shared() {
        let folder = Folder::new("order");
        folder.put("shared", b"abc");
        assert_eq!(folder.resolver(None).find(&abc()).unwrap().place, Place::Shared);
        folder.put("cache", b"abc");
        assert_eq!(folder.resolver(None).find(&abc()).unwrap(), Found { bytes: b"abc".to_vec(), place: Place::Cache });
    }

    #[test]
    fn a_wrong_checksum_is_an_error_that_names_all() {
        for place in ["cache", "shared"] {
            let folder = Folder::new(&format!("wrong-{place}"));
            folder.put(place, b"abd");
            let error = folder.resolver(None).find(&abc()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::WeightFile);
            assert!(error.subject.contains("abc.tflite"));
            assert!(error.expected.contains(&sha256_hex(b"abc")));
            assert!(error.found.contains(&sha256_hex(b"abd")));
        }
    }

    #[test]
    fn a_download_is_checked_and_kept() {
        let folder = Folder::new("download");
        let good = |_: &str, path: &Path, _, _| {
            std::fs::write(path, b"abc").unwrap();
            Ok(())
        };
        assert_eq!(folder.resolver(Some(Box::new(good))).find(&abc()).unwrap().place, Place::Network);
        assert_eq!(folder.resolver(None).find(&abc()).unwrap().place, Place::Cache);
        assert_eq!(std::fs::read_dir(folder.0.join("cache")).unwrap().count(), 1, "no part is left");
    }

    #[test]
    fn a_wrong_download_is_not_kept() {
        let folder = Folder::new("wrong-download");
        let wrong = |_: &str, path: &Path, _, _| {
            std::fs::write(path, b"<html>").unwrap();
            Ok(())
        };
        assert_eq!(folder.resolver(Some(Box::new(wrong))).find(&abc()).unwrap_err().kind, ErrorKind::WeightFile);
        assert_eq!(std::fs::read_dir(folder.0.join("cache")).unwrap().count(), 0);
    }

    #[test]
    fn an_unreachable_network_is_tried_once() {
        let folder = Folder::new("unreachable");
        let tries = Rc::new(Cell::new(0));
        let counted = Rc::clone(&tries);
        let mut resolver = folder.resolver(Some(Box::new(move |_, _, _, _| {
            counted.set(counted.get() + 1);
            Err(Failure::Unreachable("no such host".to_string()))
        })));
        for _ in 0..7 {
            let error = resolver.find(&abc()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Registry);
            assert!(
                error.found.contains("no such host") && error.cure.contains("https://example.org/abc.tflite"),
                "{error}"
            );
        }
        assert_eq!(tries.get(), 1);
    }

    #[test]
    fn a_file_that_failed_does_not_stop_the_others() {
        let folder = Folder::new("one-failed");
        let tries = Rc::new(Cell::new(0));
        let counted = Rc::clone(&tries);
        let mut resolver = folder.resolver(Some(Box::new(move |_, _, _, _| {
            counted.set(counted.get() + 1);
            Err(Failure::File("404".to_string()))
        })));
        assert!(resolver.find(&abc()).is_err());
        assert!(resolver.find(&abc()).is_err());
        assert_eq!(tries.get(), 2);
    }
}
