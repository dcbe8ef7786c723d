//! The terminal, as a person calls it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use graft::weights::{Architecture, WeightFile};
use serde_json::Value;

use crate::common::{devices, png, shared, tiny};

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

pub fn lines(output: &Output) -> Vec<Value> {
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

/// The network that is part of the project.
fn committed() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/graft-small.safetensors").display().to_string()
}

#[test]
fn classify_on_the_gpu_says_the_same_or_why_it_cannot() {
    let folder = Folder::new("classify-gpu");
    let photo = folder.file("a.png", &png(90, 70));
    let classify = |device| graft(&["classify", "--json", "--device", device, "--backbone", &committed(), &photo]);
    let gpu = classify("gpu");
    let said = String::from_utf8_lossy(&gpu.stderr).into_owned();
    if devices("`graft classify --device gpu`").len() == 1 {
        // A terminal is told, rather than given another device than it asked for.
        assert_eq!(gpu.status.code(), Some(1), "{said}");
        assert!(said.contains("--device cpu") && gpu.stdout.is_empty(), "{said}");
        return;
    }
    assert_eq!(gpu.status.code(), Some(0), "{said}");
    assert!(said.contains("device: "), "{said}");
    let (gpu, cpu) = (lines(&gpu), lines(&classify("cpu")));
    assert_eq!((gpu.len(), &gpu[0]["device"], &cpu[0]["device"]), (1, &"gpu".into(), &"cpu".into()));
    let tops = gpu[0]["top"].as_array().unwrap().iter().zip(cpu[0]["top"].as_array().unwrap());
    assert_eq!(tops.len(), 5);
    for (gpu, cpu) in tops {
        assert_eq!((&gpu["index"], &gpu["id"], &gpu["label"]), (&cpu["index"], &cpu["id"], &cpu["label"]));
        assert!((gpu["probability"].as_f64().unwrap() - cpu["probability"].as_f64().unwrap()).abs() < 1e-3);
    }
}

#[test]
fn models_lists_every_network_and_says_why_one_is_missing() {
    // A checkout with nothing beside it, and a damaged file in its cache.
    let folder = Folder::new("models");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    for file in ["registry.toml", "graft-small.safetensors"] {
        folder.file(&format!("checkout/models/{file}"), &std::fs::read(project.join(file)).unwrap());
    }
    folder.file("checkout/models/cache/mobilenet_v1_0.25_128_quant.tflite", b"cut short");
    let models = |args: &[&str]| {
        let mut graft = Command::new(env!("CARGO_BIN_EXE_graft"));
        graft.arg("models").args(args).current_dir(folder.0.join("checkout")).output().unwrap()
    };

    let output = models(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "a network that is missing is no failure");
    let lines = lines(&output);
    assert_eq!(lines.len(), 8);
    for line in &lines {
        let mut keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(
            keys,
            [
                "agreement",
                "architecture",
                "bytes",
                "classes",
                "confidence",
                "depth",
                "input",
                "licence",
                "name",
                "parameters",
                "place",
                "problem",
                "source",
                "there",
                "title",
                "top1",
                "top5",
            ]
        );
        for share in [&line["top1"], &line["top5"]] {
            assert!(share.is_null() || (0.0..=1.0).contains(&share.as_f64().unwrap()), "{line}");
        }
        for number in ["bytes", "depth", "input", "parameters"] {
            assert!(line[number].as_u64().unwrap() > 0, "{number} of {line}");
        }
        assert_eq!(line["there"].as_bool(), Some(line["problem"].is_null()), "{line}");
        assert_eq!(line["there"].as_bool(), Some(line["place"].is_string()), "{line}");
    }
    let named = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
    assert_eq!((&named("graft-small")["there"], &named("graft-small")["place"]), (&true.into(), &"models".into()));
    let v2 = named("mobilenet-v2");
    assert_eq!((&v2["architecture"], &v2["depth"], &v2["input"]), (&"mobilenet-v2".into(), &53.into(), &224.into()));
    let problem = |name: &str, part: &str| named(name)["problem"][part].as_str().unwrap().to_string();
    assert_eq!(problem("mobilenet-v2", "kind"), "registry");
    assert!(problem("mobilenet-v2", "found").contains("neither in models/cache nor in ../shared/models"));
    assert!(problem("mobilenet-v2", "cure").contains("graft resolve"));
    assert_eq!(problem("mobilenet-v1-0.25", "kind"), "weight-file", "it is there, but not what it should be");
    assert!(problem("mobilenet-v1-0.25", "expected").contains("sha256"));

    let text = String::from_utf8(models(&[]).stdout).unwrap();
    for line in &lines {
        let name = line["name"].as_str().unwrap();
        let row = text.lines().find(|row| row.starts_with(&format!("{name} "))).unwrap();
        let found = match name {
            "graft-small" => " models ",
            "mobilenet-v1-0.25" => " wrong ",
            _ => " missing ",
        };
        assert!(row.contains(found), "{row}");
    }
    assert!(text.contains("\nmobilenet-v2 is missing. ") && text.contains("\nmobilenet-v1-0.25 is wrong. "), "{text}");
}

#[test]
fn import_writes_a_network_that_classifies() {
    let Some(file) = shared("models/mobilenet_v1_0.25_128_quant.tflite", "importing from the terminal") else { return };
    let folder = Folder::new("import");
    let out = folder.0.join("out.safetensors").display().to_string();
    let import = |file: &str, more: &[&str]| graft(&[&["import", file, "--out", &out], more].concat());
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();

    let known = import(&file.display().to_string(), &[]);
    assert_eq!(known.status.code(), Some(0), "{}", said(&known.stderr));
    assert!(said(&known.stdout).contains("467593 parameters"), "{}", said(&known.stdout));
    let meta = WeightFile::read(&std::fs::read(&out).unwrap()).unwrap().meta().clone();
    assert_eq!((meta.name.as_str(), meta.input, meta.labels.len()), ("mobilenet-v1-0.25", 128, 1001));
    assert_eq!(meta.labels[252].id.as_deref(), Some("n02110341"), "unit 252 is the dalmatian");
    let photo = folder.file("a.png", &png(50, 30));
    assert_eq!(lines(&graft(&["classify", "--json", "--backbone", &out, &photo]))[0]["backbone"], "mobilenet-v1-0.25");

    // One byte more: a network that the list does not know, with names of its own or none.
    let mine = folder.file("mine.tflite", &[&std::fs::read(&file).unwrap()[..], b"\0"].concat());
    let unnamed = import(&mine, &[]);
    assert!(said(&unnamed.stderr).contains("--labels"), "{}", said(&unnamed.stderr));
    let meta = WeightFile::read(&std::fs::read(&out).unwrap()).unwrap().meta().clone();
    assert_eq!((meta.name.as_str(), meta.labels[7].name.as_str()), ("mine", "unit 7"));
    let names: String = (0..1001).map(|unit| format!("class {unit}\n")).collect();
    let labels = folder.file("names.txt", names.as_bytes());
    assert_eq!(import(&mine, &["--labels", &labels]).status.code(), Some(0));
    let meta = WeightFile::read(&std::fs::read(&out).unwrap()).unwrap().meta().clone();
    assert_eq!(meta.labels[7].name, "class 7");
    let few = folder.file("few.txt", b"one\ntwo\n");
    let refused = import(&mine, &["--labels", &few]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused.stderr).contains("1001 labels") && said(&refused.stderr).contains("mine.tflite"));
}

#[test]
fn import_refuses_what_is_no_network_by_name() {
    let folder = Folder::new("import-refused");
    let photo = folder.file("photo.tflite", &png(8, 8));
    let out = folder.0.join("out.safetensors").display().to_string();
    for file in [photo.as_str(), "no-such-file.tflite"] {
        let refused = graft(&["import", file, "--out", &out]);
        assert_eq!(refused.status.code(), Some(1), "{file}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(file), "{file} is named");
    }
    assert!(!Path::new(&out).exists(), "nothing is written");
    assert_eq!(graft(&["import", &photo]).status.code(), Some(2), "--out is missing");
}

/// As in `graft … | head`: whoever reads has gone before the first line.
#[test]
fn a_reader_that_stops_early_does_no_harm() {
    let folder = Folder::new("pipe");
    let network = folder.file("tiny.safetensors", &tiny(Architecture::MobileNetV1, 8, 8, 6).write());
    let (good, bad) = (folder.file("a.png", &png(50, 30)), folder.file("b.jpg", b"%PDF-1.7"));
    for (args, status) in [
        (&["classify", "--backbone", &network, "--json", &good, &good][..], 0),
        (&["classify", "--backbone", &network, &good, &bad], 1),
        (&["summary", "lenet-5"], 0),
        (&["models"], 0),
        (&["models", "--json"], 0),
        (&["bench", "--backbone", &network, "--case", "A"], 0),
    ] {
        let mut graft = Command::new(env!("CARGO_BIN_EXE_graft"));
        let mut child = graft.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(status), "{args:?}");
    }
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
