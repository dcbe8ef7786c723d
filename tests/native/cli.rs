//! The terminal, as a person calls it.

use std::path::PathBuf;
use std::process::{Command, Output};

use graft::weights::Architecture;

use crate::common::{png, shared, tiny};

/// An empty folder of the test's own, taken away when the test is done.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("graft-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn graft(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_graft")).args(args).output().unwrap()
}

pub fn lines(output: &Output) -> Vec<serde_json::Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn classify_prints_a_line_a_photo_and_goes_on_after_a_bad_one() {
    let folder = Folder::new("classify");
    let network = folder.file("tiny.safetensors", &tiny(Architecture::MobileNetV1, 8, 8, 6).write());
    let (good, bad) = (folder.file("a.png", &png(50, 30)), folder.file("b.jpg", b"%PDF-1.7"));
    let output = graft(&["classify", "--backbone", &network, "--json", "--top", "3", &bad, &good]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    assert_eq!(lines.len(), 2);
    assert!(lines[0]["error"].as_str().unwrap().contains("b.jpg"), "{}", lines[0]);
    assert_eq!(lines[1]["top"].as_array().unwrap().len(), 3);
    assert_eq!(lines[1]["device"], "cpu");
    assert!(lines[1]["ms"].as_f64().unwrap() > 0.0);
    assert_eq!(graft(&["classify", "--backbone", &network, &good]).status.code(), Some(0));
}

#[test]
fn embed_writes_what_numpy_and_spreadsheets_read() {
    let folder = Folder::new("embed");
    let network = folder.file("tiny.safetensors", &tiny(Architecture::MobileNetV1, 8, 8, 6).write());
    for (i, class) in ["ants", "bees", "bees"].iter().enumerate() {
        folder.file(&format!("data/{class}/{i}.png"), &png(20 + i as u32, 20));
    }
    let data = folder.0.join("data").display().to_string();
    let csv = folder.0.join("out.csv").display().to_string();
    let npz = folder.0.join("out.npz").display().to_string();
    for out in [&csv, &npz] {
        let output = graft(&["embed", "--backbone", &network, "--data", &data, "--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = std::fs::read_to_string(&csv).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 4);
    assert!(rows[0].starts_with("file,class,e0,e1,"));
    assert!(rows[2].starts_with("\"bees/1.png\",\"bees\","), "{}", &rows[2][..30]);
    assert_eq!(rows[1].split(',').count(), 2 + 128);

    let mut archive = zip::ZipArchive::new(std::fs::File::open(&npz).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(String::from).collect();
    for name in ["embeddings.npy", "labels.npy", "classes.npy", "files.npy"] {
        assert!(names.contains(&name.to_string()), "{names:?}");
    }
    assert_eq!(archive.by_name("embeddings.npy").unwrap().size(), 128 + 3 * 128 * 4);
}

#[test]
fn a_call_that_is_not_understood_ends_with_two() {
    for args in [&["classify"][..], &["no-such-command"], &["bench", "--case", "Z"]] {
        assert_eq!(graft(args).status.code(), Some(2), "{args:?}");
    }
    let folder = Folder::new("usage");
    let photo = folder.file("a.png", &png(8, 8));
    let unknown = graft(&["classify", "--backbone", "no-such-network", &photo]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("mobilenet-v2"), "the names there are");
}

#[test]
fn classify_and_bench_with_a_real_network() {
    let Some(data) = shared("data/caltech101/dalmatian/image_0004.jpg", "the terminal with a real network") else {
        return;
    };
    let output = graft(&["classify", "--json", &data.display().to_string()]);
    assert_eq!(lines(&output)[0]["top"][0]["id"], "n02110341");
    let bench = graft(&["bench", "--case", "A", "--json"]);
    let line = &lines(&bench)[0];
    assert_eq!((line["case"].as_str(), line["unit"].as_str()), (Some("A"), Some("ms")));
    assert!(line["median"].as_f64().unwrap() > 0.0);
}
