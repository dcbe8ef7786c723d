//! `graft.json`: what a `.graft` file holds, and where.

use serde::{Deserialize, Serialize};

use crate::project::{Project, SampleId};

/// The name of the entry that holds it.
pub(super) const MANIFEST: &str = "graft.json";
/// The name of the entry that holds the embeddings.
pub(super) const EMBEDDINGS: &str = "embeddings.safetensors";
/// The name of the entry that holds the head.
pub(super) const HEAD: &str = "head.safetensors";
/// The folder of the photos.
pub(super) const PHOTOS: &str = "photos/";

/// Tells that the file is one of ours.
pub(super) const FORMAT: &str = "graft";
/// The version that this program writes. A reader of it refuses later ones.
pub(super) const VERSION: u32 = 1;

/// What is looked at before anything else is believed.
#[derive(Debug, Deserialize)]
pub(super) struct Stamp {
    pub format: String,
    pub version: u32,
}

/// The whole of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub version: u32,
    pub project: Project,
    pub backbone: BackboneNote,
    pub photos: Vec<PhotoNote>,
    /// Name of the entry with the embeddings.
    #[serde(default)]
    pub embeddings: Option<String>,
    /// Name of the entry with the head.
    #[serde(default)]
    pub head: Option<String>,
    /// Of no interest but to the page that wrote it: runs and their curves.
    #[serde(default)]
    pub page: serde_json::Value,
}

/// The network whose embeddings and head these are.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BackboneNote {
    pub name: String,
    /// Of its weight file, where it was known.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// Where a sample's photo is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PhotoNote {
    pub sample: SampleId,
    pub path: String,
}

/// The entry's name for a photo: its id makes it unique, its own name is for people. What a file system of today forbids is replaced.
pub(super) fn photo_path(sample: SampleId, name: &str) -> String {
    const LONGEST: usize = 100;
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let name: String = name.chars().map(|c| if odd(c) { '_' } else { c }).collect();
    let name = name.trim_end_matches(['.', ' ']);
    // Of a long name the end stays, with what tells the format.
    let cut = name.char_indices().map(|(at, _)| at).find(|at| name.len() - at <= LONGEST).unwrap_or(0);
    format!("{PHOTOS}{sample}-{}", &name[cut..])
}

#[cfg(test)]
mod tests {
    use super::photo_path;

    #[test]
    fn names_suit_every_file_system() {
        assert_eq!(photo_path(7, "größe.jpg"), "photos/7-größe.jpg");
        assert_eq!(photo_path(7, "../a:b\\c?.jpg. "), "photos/7-.._a_b_c_.jpg");
        assert_eq!(photo_path(7, ""), "photos/7-");
        let long = photo_path(7, &format!("{}.jpg", "ä".repeat(200)));
        assert!(long.len() <= "photos/7-".len() + 100 && long.ends_with("ä.jpg"));
    }
}
