//! The figures that clusters, near-duplicates, suspects, temperature and familiarity must reach on real photos.
//!
//! A seeded part of the photos is embedded, so that this takes half a minute; with `GRAFT_ALL_PHOTOS=1` all of them (some minutes):
//! `GRAFT_ALL_PHOTOS=1 cargo test --release --locked --test native judge -- --nocapture` prints the figures.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use graft::backbone::Backbone;
use graft::dataset::{Clustering, Rows, SplitRequest, folds, hellinger, near_duplicates, split};
use graft::judge::{
    FALSE_REJECTIONS, Familiarity, Logistic, Suspects, cross_fitted_temperatures, rejection, temperature,
};
use graft::metrics::{accuracy, argmax, calibration_error, reliability, softmax};
use graft::photo::{Rgb, decode};
use graft::preprocess::crop_and_resize;
use graft::project::SplitKind;
use graft::weights::WeightFile;
use image::codecs::jpeg::JpegEncoder;

use crate::common::shared;

/// Folders of Caltech-101 that are taught.
const TEN: &str = "BACKGROUND_Google Faces Faces_easy Leopards Motorbikes airplanes bonsai car_side grand_piano watch";

/// How many those are.
const CLASSES: usize = 10;

/// Folders that are unknown.
const TWENTY: &str = "accordion anchor ant barrel brain buddha butterfly chair crab dalmatian elephant ewer hawksbill ketch laptop \
    lobster menorah pizza starfish umbrella";

/// Length of MobileNetV2's embeddings.
const WIDTH: usize = 1280;

/// Embeddings with the class of each.
struct Set {
    values: Vec<f32>,
    labels: Vec<u32>,
}

impl Set {
    fn rows(&self) -> Rows<'_> {
        Rows::new(&self.values, WIDTH)
    }
}

/// `count` photos of a folder, evenly spread over its sorted files; all of them if `GRAFT_ALL_PHOTOS` is set.
fn photos(folder: &Path, count: usize) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let count = if all_photos() { files.len() } else { count.min(files.len()) };
    (0..count).map(|place| files[place * files.len() / count].clone()).collect()
}

fn all_photos() -> bool {
    std::env::var_os("GRAFT_ALL_PHOTOS").is_some()
}

fn read(path: &Path) -> Rgb {
    decode(&std::fs::read(path).unwrap()).unwrap()
}

fn backbone() -> Backbone {
    let file = WeightFile::read(&graft::registry::load("mobilenet-v2").unwrap()).unwrap();
    Backbone::new(&file, &graft::device::cpu()).unwrap()
}

fn embed(backbone: &Backbone, photos: impl Iterator<Item = Rgb>) -> Vec<f32> {
    let pixels: Vec<Vec<u8>> = photos.map(|photo| crop_and_resize(&photo, backbone.meta().input)).collect();
    let run = |batch: &[Vec<u8>]| pollster::block_on(backbone.run(&batch.concat())).unwrap().embedding.concat();
    pixels.chunks(16).flat_map(run).collect()
}

/// The embeddings of some folders of Caltech-101, `count` photos each; made once for all tests, one set after the other.
fn folders(names: &'static str, count: usize, what: &str) -> Option<&'static Set> {
    static SETS: Mutex<Vec<(&str, &'static Set)>> = Mutex::new(Vec::new());
    let data = shared("data/caltech101", what)?;
    let mut sets = SETS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((_, set)) = sets.iter().find(|(first, _)| *first == names) {
        return Some(set);
    }
    let backbone = backbone();
    let mut set = Set { values: Vec::new(), labels: Vec::new() };
    for (label, name) in names.split_whitespace().enumerate() {
        let values = embed(&backbone, photos(&data.join(name), count).iter().map(|path| read(path)));
        set.labels.extend(vec![label as u32; values.len() / WIDTH]);
        set.values.extend(values);
    }
    let set: &'static Set = Box::leak(Box::new(set));
    sets.push((names, set));
    Some(set)
}

fn ten(what: &str) -> Option<&'static Set> {
    folders(TEN, 40, what)
}

/// The photo again: at JPEG quality 60, without a border of 5 % on every side, mirrored.
fn copies(photo: &Rgb) -> [Rgb; 3] {
    let (width, height) = (photo.width as u32, photo.height as u32);
    let image = image::RgbImage::from_raw(width, height, photo.pixels.clone()).unwrap();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&image).unwrap();
    let (x, y) = (width / 20, height / 20);
    let cropped = image::imageops::crop_imm(&image, x, y, width - 2 * x, height - 2 * y).to_image();
    let plain = |image: image::RgbImage| Rgb {
        width: image.width() as usize,
        height: image.height() as usize,
        pixels: image.into_raw(),
    };
    [decode(&jpeg).unwrap(), plain(cropped), plain(image::imageops::flip_horizontal(&image))]
}

#[test]
fn copies_are_grouped_with_their_photo_and_strangers_are_not() {
    let Some(data) = shared("data/cats_dogs", "near-duplicates") else { return };
    let files: Vec<PathBuf> = ["cats", "dogs"].iter().flat_map(|class| photos(&data.join(class), 100)).collect();
    let backbone = backbone();
    let mut values = embed(&backbone, files.iter().map(|path| read(path)));
    // Fifty photos with their copies, or fewer where only a part is embedded.
    let copied: Vec<usize> = (0..files.len()).step_by(if all_photos() { files.len() / 50 } else { 10 }).collect();
    for place in &copied {
        values.extend(embed(&backbone, copies(&read(&files[*place])).into_iter()));
    }
    let groups = near_duplicates(Rows::new(&values, WIDTH), 0);
    let together = |a: usize, b: usize| groups.iter().any(|group| group.contains(&a) && group.contains(&b));
    let found = (0..3 * copied.len()).filter(|copy| together(copied[copy / 3], files.len() + copy)).count();
    let strangers = |group: &&Vec<usize>| group.iter().filter(|place| **place < files.len()).count() > 1;
    let falsely: usize = groups.iter().filter(strangers).map(Vec::len).sum();
    println!(
        "near-duplicates: {found} of {} copies grouped, {falsely} of {} photos falsely",
        3 * copied.len(),
        files.len()
    );
    assert!(found * 100 >= 95 * 3 * copied.len() && falsely * 100 <= files.len());
}

#[test]
fn clusters_are_classes() {
    let Some(set) = ten("clusters") else { return };
    let mut purities = Vec::new();
    for seed in 0..5 {
        let mut clustering = Clustering::new(set.rows(), Some(CLASSES), seed);
        while !clustering.step() {}
        let largest = |cluster: &Vec<usize>| {
            let of = |class: u32| cluster.iter().filter(|place| set.labels[**place] == class).count();
            (0..CLASSES as u32).map(of).max().unwrap()
        };
        let right: usize = clustering.clusters().members.iter().map(largest).sum();
        purities.push(right as f32 / set.labels.len() as f32);
    }
    let mut clustering = Clustering::new(set.rows(), None, 0);
    while !clustering.step() {}
    let suggested = clustering.clusters().members.len();
    println!("clusters: purity {purities:?} with five seeds; {suggested} clusters suggested");
    assert!(purities.iter().sum::<f32>() / 5.0 >= 0.85 && (6..=16).contains(&suggested));
}

#[test]
fn flipped_labels_are_suspected() {
    let Some(set) = ten("suspect labels") else { return };
    for seed in 0..3 {
        // One in twenty of each class, by the folds of a seeded split.
        let flipped: BTreeSet<usize> =
            folds(&set.labels, 20, seed).iter().enumerate().filter(|(_, fold)| **fold == 0).map(|(p, _)| p).collect();
        let mut labels = set.labels.clone();
        for (turn, place) in flipped.iter().enumerate() {
            labels[*place] = (labels[*place] + 1 + turn as u32 % 9) % 10;
        }
        let mut search = Suspects::new(set.rows(), &labels, CLASSES, seed);
        while !search.step() {}
        let places: Vec<u64> = (0..labels.len() as u64).collect();
        let suspects = search.suspects(&places);
        let top = suspects.iter().take(flipped.len());
        let found = top.filter(|suspect| flipped.contains(&(suspect.sample as usize))).count();
        println!("suspects: {found} of {} flipped labels among as many, {} suspects", flipped.len(), suspects.len());
        assert!(found as f32 >= 0.8 * flipped.len() as f32);
    }
}

#[test]
fn probabilities_mean_what_they_say() {
    let Some(set) = ten("calibration") else { return };
    let (unit, classes) = (hellinger(set.rows()), CLASSES);
    let rows = Rows::new(&unit, WIDTH);
    // Three fifths are trained on, by one the temperature is fitted, the last is measured.
    let fold = folds(&set.labels, 5, 0);
    let places = |wanted: &[usize]| (0..fold.len()).filter(|place| wanted.contains(&fold[*place])).collect::<Vec<_>>();
    let mut head = Logistic::new(WIDTH, classes, places(&[0, 1, 2]), 0);
    while !head.step(rows, &set.labels) {}
    let part = |wanted: usize| -> (Vec<f32>, Vec<u32>) {
        let places = places(&[wanted]);
        let logits = places.iter().flat_map(|place| head.logits(rows.row(*place))).collect();
        (logits, places.iter().map(|place| set.labels[*place]).collect())
    };
    let ((fit, fit_labels), (logits, labels)) = (part(3), part(4));
    let error = |temperatures: &[f32]| {
        let samples = logits.chunks_exact(classes).zip(temperatures).zip(&labels).map(|((row, t), label)| {
            let probabilities = softmax(row, *t);
            let said = argmax(&probabilities);
            (probabilities[said], said == *label as usize)
        });
        calibration_error(&reliability(samples, 15))
    };
    let found = temperature(Rows::new(&fit, classes), &fit_labels);
    let (before, after) = (error(&vec![1.0; labels.len()]), error(&vec![found; labels.len()]));
    let crossed = error(&cross_fitted_temperatures(Rows::new(&logits, classes), &labels, 0));
    let right = accuracy(&logits, &labels, classes);
    println!(
        "calibration: accuracy {right:.3}, temperature {found:.2}, error {before:.4} → {after:.4}; cross-fitted {crossed:.4}"
    );
    // With 80 photos in place of 745 the error of a perfect head would be as large as 0.03.
    assert!(after <= if all_photos() { 0.03 } else { 0.06 });
}

#[test]
fn strangers_are_less_familiar() {
    let (Some(known), Some(unknown)) = (ten("none of these"), folders(TWENTY, 10, "none of these")) else { return };
    let classes: Vec<String> = TEN.split_whitespace().map(String::from).collect();
    let split = split(&SplitRequest {
        embeddings: known.rows(),
        labels: &known.labels,
        classes: &classes,
        validation: &[],
        groups: &near_duplicates(known.rows(), 0),
        kind: SplitKind::Honest,
        share: 0.2,
        seed: 0,
    });
    println!("split: {} groups on one side, {:?} cut, {:?}", split.groups, split.cut, split.notes);
    for (what, least) in [("with the mixed folder", 0), ("without it", 1)] {
        let pick = |places: &[usize]| -> Vec<usize> {
            places.iter().copied().filter(|place| known.labels[*place] >= least).collect()
        };
        let (training, validation) = (pick(&split.training), pick(&split.validation));
        let labels: Vec<u32> = training.iter().map(|place| known.labels[*place]).collect();
        let training = known.rows().select(&training);
        let familiarity = Familiarity::fit(Rows::new(&training, WIDTH), &labels, CLASSES, 0);
        let own = familiarity.scores(Rows::new(&known.rows().select(&validation), WIDTH));
        let other = familiarity.scores(unknown.rows());
        let above = own.iter().flat_map(|own| other.iter().filter(move |other| own > *other)).count();
        let area = above as f32 / (own.len() * other.len()) as f32;
        let rejection = rejection(&own, FALSE_REJECTIONS).unwrap();
        let caught = other.iter().filter(|score| **score < rejection.threshold).count() as f32 / other.len() as f32;
        println!("none of these, {what}: AUROC {area:.4}, {rejection:?}, {caught:.3} of the unknown turned away");
        assert!(area >= 0.95 && rejection.false_rejections <= FALSE_REJECTIONS);
    }
}
