//! `graft train` and `graft evaluate`, as a person calls them.

use std::path::Path;

use graft::weights::Architecture;
use serde_json::Value;

use crate::cli::{Folder, graft, lines};
use crate::common::{shared, tiny};

/// A photo of one colour with a little of another, so that no two are the same.
fn plain(colour: [u8; 3], number: u8) -> Vec<u8> {
    let image = image::RgbImage::from_fn(40, 30, |x, y| {
        let noise = ((x * 7 + y * 13) as u8).wrapping_mul(number + 1) % 32;
        image::Rgb(colour.map(|channel| channel.saturating_add(noise)))
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A folder of red, green and blue photos, twelve each, and a network for them.
pub fn colours(name: &str) -> (Folder, String, String) {
    let folder = Folder::new(name);
    let network = folder.file("tiny.safetensors", &tiny(Architecture::MobileNetV1, 8, 8, 6).write());
    for (class, colour) in [("red", [200, 0, 0]), ("green", [0, 200, 0]), ("blue", [0, 0, 200])] {
        for number in 0..12 {
            folder.file(&format!("data/{class}/{number}.png"), &plain(colour, number));
        }
    }
    let data = folder.0.join("data").display().to_string();
    (folder, network, data)
}

fn path(folder: &Folder, name: &str) -> String {
    folder.0.join(name).display().to_string()
}

fn keys(line: &Value) -> Vec<&str> {
    line.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn train_and_evaluate_say_what_the_interface_promises() {
    let (folder, network, data) = colours("train");
    let out = path(&folder, "colours.graft");
    let args = [
        "train",
        "--backbone",
        &network,
        "--data",
        &data,
        "--split",
        "random",
        "--epochs",
        "30",
        "--out",
        &out,
        "--json",
    ];
    let output = graft(&args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = lines(&output);
    let (summary, epochs) = lines.split_last().unwrap();
    assert_eq!(
        keys(&epochs[0]),
        ["epoch", "seconds", "steps", "train_accuracy", "train_loss", "val_accuracy", "val_loss"]
    );
    assert!(epochs.iter().zip(1..).all(|(line, epoch)| line["epoch"] == epoch && line["steps"] == epoch));
    assert_eq!(
        keys(summary),
        ["best_epoch", "classes", "parameters", "seconds", "train_samples", "trainable", "val_accuracy", "val_samples"]
    );
    assert_eq!(
        (&summary["classes"], &summary["train_samples"], &summary["val_samples"]),
        (&3.into(), &30.into(), &6.into())
    );
    assert_eq!(summary["trainable"], 3 * (128 + 1));
    assert!(summary["val_accuracy"].as_f64().unwrap() > 0.8, "{summary}");
    // One seed, one result.
    let again = crate::cli::lines(&graft(&args));
    assert_eq!(again[0]["train_loss"], epochs[0]["train_loss"]);
    assert_eq!(again.last().unwrap()["val_accuracy"], summary["val_accuracy"]);

    let evaluated = graft(&["evaluate", &out, "--backbone", &network, "--data", &data, "--json"]);
    assert_eq!(evaluated.status.code(), Some(0), "{}", String::from_utf8_lossy(&evaluated.stderr));
    let report = &crate::cli::lines(&evaluated)[0];
    assert_eq!(keys(report), ["accuracy", "confusion", "loss", "per_class"]);
    assert_eq!(keys(&report["per_class"][0]), ["class", "f1", "precision", "recall", "support"]);
    let counts = report["confusion"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    assert_eq!(counts.map(|count| count.as_u64().unwrap()).sum::<u64>(), 36);
    assert!(report["accuracy"].as_f64().unwrap() > 0.9, "{report}");

    let file = graft::archive::GraftReader::open(std::fs::File::open(&out).unwrap()).unwrap();
    assert_eq!((file.file().photos.len(), file.file().missing.len()), (36, 0));
    assert_eq!(file.file().project.classes[0].name, "blue");
    // For people: a table.
    let table = graft(&["evaluate", &out, "--backbone", &network, "--data", &data]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("precision"));
}

#[test]
fn validation_folders_and_shots() {
    let (folder, network, data) = colours("sides");
    let run = |more: &[&str]| {
        let args = [&["train", "--backbone", &network, "--epochs", "3", "--json"], more].concat();
        let output = graft(&args);
        let last = lines(&output).pop();
        last.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    };
    let shots = run(&["--data", &data, "--split", "random", "--shots", "2"]);
    assert_eq!((&shots["train_samples"], &shots["val_samples"]), (&6.into(), &30.into()));
    folder.file("held/red/a.png", &plain([210, 0, 0], 40));
    folder.file("held/blue/b.png", &plain([0, 0, 210], 41));
    let held = run(&["--data", &data, "--val-data", &path(&folder, "held")]);
    assert_eq!((&held["train_samples"], &held["val_samples"]), (&36.into(), &2.into()));
    let none = run(&["--data", &data, "--val", "0"]);
    assert_eq!((&none["val_samples"], &none["val_accuracy"]), (&0.into(), &Value::Null));
    let hidden = run(&["--data", &data, "--head", "hidden:7", "--optimizer", "sgd", "--lr", "0.01", "--class-weights"]);
    assert_eq!(hidden["trainable"], 7 * (128 + 1) + 3 * (7 + 1));
    // A folder of both sides.
    for (side, number) in [("train", 0), ("train", 1), ("val", 2)] {
        folder.file(&format!("sides/{side}/red/{number}.png"), &plain([200, 0, 0], number));
        folder.file(&format!("sides/{side}/blue/{number}.png"), &plain([0, 0, 200], number));
    }
    let sides = run(&["--data", &path(&folder, "sides")]);
    assert_eq!((&sides["train_samples"], &sides["val_samples"]), (&4.into(), &2.into()));
}

#[test]
fn what_cannot_be_trained_is_said() {
    let (folder, network, data) = colours("cannot");
    let fails = |args: &[&str], words: &str| {
        let output = graft(args);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(words), "{message}");
    };
    let network = network.as_str();
    fails(&["train", "--backbone", network, "--data", &data, "--lr=-1"], "learning rate");
    fails(&["train", "--backbone", network, "--data", &data, "--dropout", "0.5"], "hidden layer");
    fails(&["train", "--backbone", network, "--data", &data, "--head", "deep"], "hidden:N");
    fails(&["train", "--backbone", network, "--data", &data, "--val", "0.2", "--shots", "3"], "cannot be used with");
    fails(&["train", "--backbone", network, "--data", &path(&folder, "data/red")], "a folder of photos a class");
    folder.file("one/red/a.png", &plain([200, 0, 0], 1));
    fails(&["train", "--backbone", network, "--data", &path(&folder, "one")], "two classes");
    folder.file("other/purple/a.png", &plain([200, 0, 200], 1));
    fails(&["train", "--backbone", network, "--data", &data, "--val-data", &path(&folder, "other")], "purple");
    let foreign = folder.file("x.graft", b"%PDF-1.7");
    let output = graft(&["evaluate", &foreign, "--data", &data]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("PDF"));
}

#[test]
fn a_photo_that_fails_does_not_stop_the_rest() {
    let (folder, network, data) = colours("failing");
    folder.file("data/red/bad.jpg", b"no photo at all");
    let output = graft(&["train", "--backbone", &network, "--data", &data, "--epochs", "2", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("bad.jpg"));
    assert!(lines(&output).last().unwrap()["trainable"].as_u64().is_some());
}

#[test]
fn training_that_diverges_keeps_the_best_epoch() {
    let (folder, network, data) = colours("diverging");
    let out = path(&folder, "kept.graft");
    // Each step makes the weights a thousand times larger.
    let output = graft(&[
        "train",
        "--backbone",
        &network,
        "--data",
        &data,
        "--optimizer",
        "sgd",
        "--lr",
        "100",
        "--weight-decay",
        "10",
        "--epochs",
        "200",
        "--out",
        &out,
        "--json",
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("too high"), "{said}");
    let lines = lines(&output);
    let (summary, epochs) = lines.split_last().unwrap();
    assert!((1..200).contains(&epochs.len()), "{epochs:?}");
    assert!((1..=epochs.len() as u64).contains(&summary["best_epoch"].as_u64().unwrap()), "{summary}");
    let evaluated = graft(&["evaluate", &out, "--backbone", &network, "--data", &data, "--json"]);
    assert_eq!(evaluated.status.code(), Some(0), "{}", String::from_utf8_lossy(&evaluated.stderr));
}

#[test]
fn real_photos_are_told_apart() {
    let Some(data) = shared("data/caltech101", "training with real photos") else { return };
    let folder = Folder::new("real");
    for class in ["dalmatian", "grand_piano", "watch"] {
        let mut photos: Vec<_> =
            std::fs::read_dir(data.join(class)).unwrap().map(|entry| entry.unwrap().path()).collect();
        photos.sort();
        for photo in photos.iter().take(10) {
            let name = Path::new("data").join(class).join(photo.file_name().unwrap());
            folder.file(&name.display().to_string(), &std::fs::read(photo).unwrap());
        }
    }
    let (data, out) = (path(&folder, "data"), path(&folder, "real.graft"));
    let output = graft(&["train", "--data", &data, "--shots", "5", "--json", "--out", &out]);
    let summary = lines(&output).pop().unwrap();
    assert!(summary["val_accuracy"].as_f64().unwrap() >= 0.9, "{summary}");
    let report = lines(&graft(&["evaluate", &out, "--data", &data, "--json"])).pop().unwrap();
    assert!(report["accuracy"].as_f64().unwrap() >= 0.95, "{report}");
}
