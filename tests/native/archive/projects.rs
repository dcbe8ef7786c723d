//! `.graft` files: what is written is read; what is damaged, foreign or hostile is refused.

use std::io::{Cursor, Read};
use std::rc::Rc;

use graft::archive::{GraftReader, GraftWriter, Parts};
use graft::error::ErrorKind;
use graft::project::{Class, Project, Role, Sample};
use serde_json::{Value, json};

use super::{Noise, zip_of};
use crate::common::png;

fn project() -> Project {
    let class = |id, name: &str| Class { id, name: name.into() };
    let sample = |id, name: &str, class| {
        Rc::new(Sample {
            id,
            name: name.into(),
            class,
            role: Role::Auto,
            sha256: String::new(),
            bytes: 10,
            size: [3, 4],
            grey: false,
        })
    };
    Project {
        name: "Pets".into(),
        backbone: "mobilenet-v2".into(),
        classes: vec![class(1, "cats"), class(2, "größe & <dogs>")],
        samples: vec![sample(1, "a.png", Some(1)), sample(5, "../b?.png", Some(2)), sample(6, "c.avif", None)],
        next_class: 3,
        next_sample: 7,
        ..Project::default()
    }
}

/// The file of that project: two photos, one that cannot be stripped, embeddings and a head.
fn written() -> Vec<u8> {
    let mut file = GraftWriter::new(Cursor::new(Vec::new()), &project(), json!({ "runs": [1, 2] }), Some("abc"));
    file.photo(1, &png(9, 9), false).unwrap();
    file.photo(5, &png(8, 9), true).unwrap();
    let error = file.photo(6, b"\0\0\0\x1CftypavifSecret", false).unwrap_err();
    assert_eq!((error.subject.as_str(), error.kind), ("c.avif", ErrorKind::Archive));
    assert_eq!(file.photo(1, &png(9, 9), false).unwrap_err().kind, ErrorKind::Usage);
    file.embeddings(&[1, 5, 6, 99], 2, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).unwrap();
    file.head(b"a head").unwrap();
    file.finish().unwrap().into_inner()
}

#[test]
fn what_is_written_is_read() {
    let bytes = written();
    let mut reader = GraftReader::open(Cursor::new(&bytes)).unwrap();
    let file = reader.file().clone();
    assert_eq!(file.project, project());
    assert_eq!(file.page, json!({ "runs": [1, 2] }));
    assert_eq!(file.backbone_sha256.as_deref(), Some("abc"));
    let photos: Vec<(u64, &str)> = file.photos.iter().map(|(id, entry)| (*id, entry.path.as_str())).collect();
    assert_eq!(photos, [(1, "photos/1-a.png"), (5, "photos/5-.._b_.png")]);
    assert_eq!(file.missing, [6]);
    assert_eq!(reader.take(file.photos[1].1.index).unwrap(), png(8, 9));
    let embeddings = reader.embeddings().unwrap().unwrap();
    assert_eq!((embeddings.samples, embeddings.width), (vec![1, 5, 6], 2));
    assert_eq!(embeddings.rows, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(reader.head().unwrap().as_deref(), Some(&b"a head"[..]));
    assert!(reader.take(9999).is_err());
}

#[test]
fn other_programs_read_it() {
    let mut zip = zip::ZipArchive::new(Cursor::new(written())).unwrap();
    let mut text = String::new();
    zip.by_name("graft.json").unwrap().read_to_string(&mut text).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&json!("graft"), &json!(1)));
    assert_eq!(json["backbone"]["name"], "mobilenet-v2");
    let photo = zip.by_name("photos/1-a.png").unwrap();
    assert_eq!(photo.compression(), zip::CompressionMethod::Stored);
    drop(photo);
    let mut bytes = Vec::new();
    zip.by_name("embeddings.safetensors").unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(safetensors::SafeTensors::deserialize(&bytes).unwrap().tensor("embeddings").unwrap().shape(), [4, 2]);
}

#[test]
fn parts_taken_between_photos_make_the_same_file() {
    let parts = Parts::default();
    let mut file = GraftWriter::new(parts.clone(), &project(), Value::Null, None);
    let mut bytes = Vec::new();
    let mut most = 0;
    for (sample, photo) in [(1, png(90, 90)), (5, png(80, 90)), (6, png(70, 70))] {
        file.photo(sample, &photo, false).unwrap();
        let part = parts.take_until(file.is_final_until());
        most = most.max(part.len());
        bytes.extend(part);
    }
    assert!(most > 1000, "parts come before the end");
    file.head(b"a head").unwrap();
    file.finish().unwrap();
    bytes.extend(parts.take());
    let mut whole = GraftWriter::new(Cursor::new(Vec::new()), &project(), Value::Null, None);
    for (sample, photo) in [(1, png(90, 90)), (5, png(80, 90)), (6, png(70, 70))] {
        whole.photo(sample, &photo, false).unwrap();
    }
    whole.head(b"a head").unwrap();
    assert_eq!(bytes, whole.finish().unwrap().into_inner());
    assert_eq!(GraftReader::open(Cursor::new(&bytes)).unwrap().file().photos.len(), 3);
}

/// A file whose `graft.json` was changed.
fn changed(change: impl FnOnce(&mut Value)) -> graft::error::Result<()> {
    let mut json = json!({
        "format": "graft", "version": 1, "project": project(), "backbone": { "name": "mobilenet-v2" },
        "photos": [{ "sample": 1, "path": "photos/1-a.png" }], "page": null,
    });
    change(&mut json);
    let bytes = zip_of(&[("graft.json", json.to_string().as_bytes()), ("photos/1-a.png", &png(3, 3)), ("x.png", b"x")]);
    GraftReader::open(Cursor::new(&bytes)).map(|_| ())
}

#[test]
fn what_contradicts_itself_is_refused() {
    changed(|_| ()).unwrap();
    let found = |change: fn(&mut Value)| {
        let error = changed(change).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Archive);
        format!("{} | {}", error.found, error.cure)
    };
    assert!(found(|json| json["version"] = 2.into()).contains("later Graft"));
    assert!(found(|json| json["project"]["version"] = 9.into()).contains("later Graft"));
    assert!(found(|json| json["format"] = "other".into()).contains("other"));
    assert!(found(|json| json["project"]["classes"][1]["id"] = 1.into()).contains("two classes of the number 1"));
    assert!(found(|json| json["project"]["classes"][1]["name"] = "cats".into()).contains("called \"cats\""));
    assert!(found(|json| json["project"]["samples"][1]["id"] = 1.into()).contains("two photos"));
    assert!(found(|json| json["project"]["samples"][0]["class"] = 77.into()).contains("class that is not there"));
    assert!(found(|json| json["project"]["samples"][0]["sha256"] = "../x".into()).contains("checksum"));
    assert!(found(|json| json["project"]["settings"]["learning_rate"] = (-1.0).into()).contains("learning rate"));
    assert!(found(|json| json["project"]["settings"]["batch"] = 0.into()).contains("batch"));
    assert!(found(|json| json["photos"][0]["sample"] = 99.into()).contains("number 99"));
    assert!(found(|json| json["photos"][0]["path"] = "photos/gone.png".into()).contains("not in the file"));
    assert!(found(|json| json["photos"][0]["path"] = "x.png".into()).contains("x.png"));
    assert!(found(|json| json["head"] = "head.safetensors".into()).contains("not in the file"));
    assert!(found(|json| json["project"] = Value::Null).contains("line"));
    // Counters that lag behind are put right.
    let lagging = |json: &mut Value| json["project"]["next_sample"] = 0.into();
    changed(lagging).unwrap();
}

#[test]
fn foreign_files_are_named() {
    let open = |bytes: &[u8]| GraftReader::open(Cursor::new(bytes.to_vec())).map(|_| ()).unwrap_err();
    assert!(open(&zip_of(&[("cats/1.png", &png(3, 3))])).found.contains("something else"));
    assert!(open(b"\xFF\xD8\xFF\xE0 a photo").expected.contains("a zip file"));
    let error = open(&zip_of(&[("graft.json", b"{}")]));
    assert!(error.expected.contains("graft.json"), "{error}");
}

#[test]
fn no_damage_makes_it_panic() {
    let bytes = written();
    let look = |bytes: &[u8]| {
        let Ok(mut reader) = GraftReader::open(Cursor::new(bytes)) else { return };
        let _ = (reader.embeddings(), reader.head());
        for (_, entry) in reader.file().photos.clone() {
            let _ = reader.take(entry.index);
        }
    };
    (0..bytes.len()).step_by(53).for_each(|length| look(&bytes[..length]));
    let mut noise = Noise(3);
    for _ in 0..3000 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + noise.next() % 3 {
            let at = noise.next() % bytes.len();
            damaged[at] ^= 1 << (noise.next() % 8);
        }
        look(&damaged);
    }
}
