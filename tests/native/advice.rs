//! The advice on real photos, and on runs that were recorded.

use std::path::{Path, PathBuf};

use graft::advice::{Advice, Amount, Case, Facts, Likeness, Tried, advise};
use graft::architecture::Design;
use graft::backbone::Backbone;
use graft::photo::{Rgb, decode};
use graft::predict::confidence;
use graft::preprocess::crop_and_resize;
use graft::project::Way;
use graft::registry::load;
use graft::weights::WeightFile;

use crate::common::shared;

/// Networks, and photos of each class that they look at. To graft-small, which was taught with few pets, cats and dogs are on the line, and the mean of a
/// few photos may fall on either side of it: it looks at all.
const NETWORKS: [(&str, usize); 2] = [("mobilenet-v2", 20), ("graft-small", 300)];

/// Pictures that are drawn of each kind.
const DRAWINGS: usize = 20;

/// A network of the registry, and what the advice is told of it.
struct Judge {
    network: Backbone,
    own_kind: Option<f32>,
}

impl Judge {
    fn new(name: &str) -> Self {
        let file = WeightFile::read(&load(name).unwrap()).unwrap();
        let own_kind = file.meta().confidence.or(file.meta().top1);
        Self { network: Backbone::new(&file, &graft::device::cpu()).unwrap(), own_kind }
    }

    /// The mean of its largest probability on these pictures, as the page measures it.
    fn likeness(&self, pictures: &[Rgb]) -> f32 {
        let meta = self.network.meta();
        let sure = |picture: &Rgb| {
            let output = pollster::block_on(self.network.run(&crop_and_resize(picture, meta.input))).unwrap();
            confidence(&output.logits[0], &meta.labels)
        };
        pictures.iter().map(sure).sum::<f32>() / pictures.len() as f32
    }

    /// What is advised for two classes of `photos` each of pictures like these.
    fn advice(&self, photos: usize, pictures: &[Rgb]) -> (Advice, f32) {
        let likeness = self.likeness(pictures);
        let facts = Facts {
            per_class: vec![photos; 2],
            likeness: Some(likeness),
            own_kind: self.own_kind,
            blocks: Design::mobilenet_v2(1.0, 224).blocks.len(),
            tried: Vec::new(),
        };
        (advise(&facts).expect("advice"), likeness)
    }
}

/// `count` photos of a folder, evenly spread over its sorted files.
fn photos(folder: &Path, count: usize) -> Vec<Rgb> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    (0..count).map(|at| decode(&std::fs::read(&files[at * files.len() / count]).unwrap()).unwrap()).collect()
}

/// A picture of 224 pixels, its grey at x and y (both 0–1) told by `grey` (0–1).
fn drawn(grey: impl Fn(f32, f32) -> f32) -> Rgb {
    const SIDE: usize = 224;
    let at = |place: usize| (place % SIDE) as f32 / SIDE as f32;
    let value = |pixel: usize| (255.0 * grey(at(pixel), at(pixel / SIDE)).clamp(0.0, 1.0)) as u8;
    Rgb { width: SIDE, height: SIDE, pixels: (0..SIDE * SIDE).flat_map(|pixel| [value(pixel); 3]).collect() }
}

/// Grey levels without any order.
fn noise(number: usize) -> Rgb {
    let hash = |x: f32, y: f32| ((x * 127.1 + y * 311.7 + number as f32 * 74.7).sin() * 43_758.547).fract().abs();
    drawn(hash)
}

/// Something like an X-ray of a chest: two dark lungs in a grey trunk, ribs across them, a bright spine and a heart; no two alike.
fn x_ray(number: usize) -> Rgb {
    let vary = |what: usize| ((number * 37 + what * 101) % 17) as f32 / 17.0 - 0.5;
    let (wide, high, ribs) = (0.15 + 0.04 * vary(1), 0.27 + 0.06 * vary(2), 46.0 + 12.0 * vary(3));
    let inside = move |x: f32, y: f32, middle: f32| {
        let from = ((x - middle) / wide).powi(2) + ((y - 0.48) / high).powi(2);
        (1.2 - from).clamp(0.0, 1.0)
    };
    drawn(move |x, y| {
        let trunk = (1.0 - ((x - 0.5) / 0.42).powi(4)).clamp(0.0, 1.0) * 0.62;
        let lungs = inside(x, y, 0.31 + 0.03 * vary(4)).max(inside(x, y, 0.69 + 0.03 * vary(5)));
        let rib = (0.5 + 0.5 * (ribs * (y + 0.5 * (x - 0.5).powi(2))).sin()) * 0.16 * lungs;
        let spine = (-((x - 0.5) / 0.035).powi(2)).exp() * 0.24;
        let heart = (-((x - 0.57) / 0.1).powi(2) - ((y - 0.62) / 0.11).powi(2)).exp() * 0.3;
        trunk - 0.45 * lungs + rib + spine + heart
    })
}

/// Draws the photo of a number.
type Drawing = fn(usize) -> Rgb;

#[test]
fn photos_of_its_kind_are_alike_and_drawings_are_not() {
    let what = "the advice on real photos";
    let (Some(data), Some(_)) = (shared("data/cats_dogs", what), shared("models", what)) else { return };
    let others = [("X-rays", x_ray as Drawing), ("noise", noise)];
    let mut said = Vec::new();
    for (name, count) in NETWORKS {
        let judge = Judge::new(name);
        let pets: Vec<Rgb> = ["cats", "dogs"].into_iter().flat_map(|class| photos(&data.join(class), count)).collect();
        let (advice, likeness) = judge.advice(50, &pets);
        said.push(format!("{name}, {:?} of its own kind: cats and dogs {likeness:.3}", judge.own_kind));
        assert_eq!(advice.case, Case { amount: Amount::Little, likeness: Likeness::Alike }, "{said:#?}");
        assert_eq!((&advice.way, advice.features_at), (&Way::Frozen, None));
        for (kind, draw) in others {
            let pictures: Vec<Rgb> = (0..DRAWINGS).map(draw).collect();
            let (advice, likeness) = judge.advice(50, &pictures);
            said.push(format!("{name}: {kind} {likeness:.3}"));
            assert_eq!(advice.case, Case { amount: Amount::Little, likeness: Likeness::Unlike }, "{said:#?}");
            assert_eq!(advice.features_at, Some(12), "an earlier block's features");
        }
    }
    said.iter().for_each(|line| println!("{line}"));
}

/// The epochs of a run, from EXPERIMENTS.md: epoch, training loss, training accuracy, validation loss, validation accuracy, seconds.
fn rows(run: &str) -> Vec<Vec<f32>> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("EXPERIMENTS.md")).unwrap();
    let heading = format!("<summary>{run}</summary>");
    let lines = text.lines().skip_while(|line| !line.contains(&heading)).skip_while(|line| *line != "```").skip(1);
    let rows = lines.take_while(|line| *line != "```");
    let rows: Vec<Vec<f32>> =
        rows.map(|row| row.split_whitespace().map(|word| word.parse().unwrap()).collect()).collect();
    assert!(!rows.is_empty(), "EXPERIMENTS.md has every epoch of “{run}”");
    rows
}

/// The validation accuracy of the epoch that a run kept, the one of the lowest validation loss, from EXPERIMENTS.md.
fn kept(run: &str) -> f32 {
    let lowest = rows(run).into_iter().min_by(|a, b| a[3].total_cmp(&b[3]));
    lowest.map_or(f32::NAN, |row| row[4])
}

/// A recorded run; `head`: epochs of the head alone, `steps`: of each epoch.
fn tried(name: &str, way: Way, (shots, seed): (usize, u32), head: usize, steps: impl Fn(usize) -> u64) -> Tried {
    let head_steps = (0..head).map(&steps).sum();
    let mut done = 0;
    let rows = rows(&format!("{name}, {shots} a class, seed {seed}")).into_iter();
    let curve = rows.enumerate().map(|(epoch, row)| {
        done += steps(epoch);
        (done, row[4])
    });
    Tried { way, features_at: None, curve: curve.collect(), head_steps, held_out: 600 - 2 * shots }
}

#[test]
fn of_the_recorded_runs_of_cats_and_dogs_it_says_frozen_and_that_from_scratch_is_worse() {
    for shots in [10usize, 50] {
        let steps = |batch: usize| (2 * shots).div_ceil(batch) as u64;
        let mut all = Vec::new();
        for seed in [0, 1, 2] {
            let last = Way::LastBlocks { blocks: 3 };
            let scratch = Way::Scratch { architecture: "mobilenet-v1-0.25-128".into() };
            // The last blocks' first twenty epochs are the head's alone, in its own batches.
            let runs = [
                tried("frozen", Way::Frozen, (shots, seed), 0, |_| steps(32)),
                tried("last blocks", last, (shots, seed), 20, |epoch| steps(if epoch < 20 { 32 } else { 16 })),
                tried("from scratch", scratch, (shots, seed), 0, |_| steps(16)),
            ];
            says_frozen(shots, runs.to_vec());
            all.extend(runs);
            if shots == 50 {
                all.push(tried("everything", Way::Everything, (shots, seed), 20, |epoch| {
                    steps(if epoch < 20 { 32 } else { 16 })
                }));
            }
        }
        says_frozen(shots, all);
    }
}

fn says_frozen(shots: usize, tried: Vec<Tried>) {
    // Measured with MobileNetV2 on these photos.
    let facts = Facts { per_class: vec![shots; 2], likeness: Some(0.6), own_kind: Some(0.863), blocks: 19, tried };
    let advice = advise(&facts).expect("advice");
    assert_eq!((&advice.way, advice.case.word()), (&Way::Frozen, "little-alike"), "{:?}", advice.why);
    assert_eq!(advice.negative_transfer, None);
    let why = advice.why.join(" ");
    assert!(why.contains("Keep it frozen") && !why.contains("Your own runs say otherwise"), "{why}");
    assert!(
        why.contains("Your runs from scratch reached 5") || why.contains("Your runs from scratch reached 6"),
        "{why}"
    );
    assert!(why.contains("those from pretrained weights 9"), "{why}");
}

#[test]
fn of_the_recorded_runs_fine_tuning_is_no_worse_than_frozen_features() {
    let mean =
        |name: &str| [0, 1, 2].map(|seed| kept(&format!("{name}, 50 a class, seed {seed}"))).iter().sum::<f32>() / 3.0;
    let [frozen, last, everything, scratch] = ["frozen", "last blocks", "everything", "from scratch"].map(mean);
    println!(
        "cats and dogs, 50 a class: frozen {frozen:.4}, last blocks {last:.4}, everything {everything:.4}, from scratch {scratch:.4}"
    );
    assert!(last >= frozen && everything >= frozen);
    assert!(scratch < frozen - 0.2, "clearly worse");
}
