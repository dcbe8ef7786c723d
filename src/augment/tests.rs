//! What each change does to small drawn photos.

use super::*;
use crate::project::Fill;

const SIDE: usize = 16;

/// No two pixels alike.
fn photo() -> Vec<u8> {
    (0..SIDE * SIDE).flat_map(|at| [(at % SIDE * 15) as u8, (at / SIDE * 15) as u8, at as u8]).collect()
}

fn pixel(pixels: &[u8], x: usize, y: usize) -> [u8; 3] {
    pixels[(y * SIDE + x) * 3..][..3].try_into().unwrap()
}

fn none() -> Draw {
    Draw::none(Fill::Edge)
}

#[test]
fn off_is_the_photo_itself() {
    let photo = photo();
    assert_eq!(augment(&photo, SIDE, &Augmentation::default(), 7), photo);
    assert_eq!(apply(&photo, SIDE, &none()), photo);
}

#[test]
fn a_flip_mirrors_and_twice_is_none() {
    let photo = photo();
    let flip = Draw { flip: true, ..none() };
    let flipped = apply(&photo, SIDE, &flip);
    for x in 0..SIDE {
        assert_eq!(pixel(&flipped, x, 3), pixel(&photo, SIDE - 1 - x, 3));
    }
    assert_eq!(apply(&flipped, SIDE, &flip), photo);
}

#[test]
fn a_shift_by_whole_pixels_moves_right_and_down() {
    let photo = photo();
    let draw = Draw { shift: [4.0 / SIDE as f32, 2.0 / SIDE as f32], ..none() };
    let edge = apply(&photo, SIDE, &draw);
    assert_eq!(pixel(&edge, 9, 7), pixel(&photo, 5, 5));
    assert_eq!(pixel(&edge, 0, 7), pixel(&photo, 0, 5), "the edge is repeated");
    let mirror = apply(&photo, SIDE, &Draw { fill: Fill::Mirror, ..draw });
    assert_eq!(pixel(&mirror, 1, 7), pixel(&photo, 2, 5), "mirrored at the edge");
    let grey = apply(&photo, SIDE, &Draw { fill: Fill::Grey, ..draw });
    assert_eq!(pixel(&grey, 3, 7), [128; 3]);
    assert_eq!(pixel(&grey, 4, 7), pixel(&photo, 0, 5));
}

#[test]
fn zoom_enlarges_about_the_middle() {
    // A ramp: half of it stretched over the whole width is half as steep, the middle stays.
    let ramp: Vec<u8> = (0..SIDE * SIDE).flat_map(|at| [(at % SIDE * 16) as u8; 3]).collect();
    let zoomed = apply(&ramp, SIDE, &Draw { zoom: 0.5, ..none() });
    let row: Vec<i32> = (0..SIDE).map(|x| i32::from(pixel(&zoomed, x, 8)[0])).collect();
    assert!(row.windows(2).all(|two| (two[1] - two[0] - 8).abs() <= 1), "{row:?}");
    assert!((row[7] + row[8] - 16 * 15).abs() <= 1, "{row:?}");
}

#[test]
fn rotation_is_clockwise_and_about_the_middle() {
    // One bright dot to the right of the middle goes down as the photo turns clockwise by 45 degrees.
    let mut dot = vec![0; SIDE * SIDE * 3];
    for (x, y) in [(13, 7), (13, 8), (14, 7), (14, 8)] {
        dot[(y * SIDE + x) * 3..][..3].fill(255);
    }
    let turned = apply(&dot, SIDE, &Draw { rotation: 45.0, ..none() });
    let brightest = (0..SIDE * SIDE).max_by_key(|&at| turned[at * 3]).unwrap();
    // 6 to the right of the middle (7.5, 7.5) becomes 6 / √2 = 4.2 to the right and 4.2 down.
    let (x, y) = (brightest % SIDE, brightest / SIDE);
    assert!((11..=12).contains(&x) && (11..=12).contains(&y), "at {x}, {y}");
}

#[test]
fn a_turn_there_and_back_is_nearly_none() {
    let smooth: Vec<u8> =
        (0..SIDE * SIDE).flat_map(|at| [(40 + at % SIDE * 8) as u8, (40 + at / SIDE * 8) as u8, 100]).collect();
    let turn = |degrees| Draw { rotation: degrees, ..none() };
    let back = apply(&apply(&smooth, SIDE, &turn(20.0)), SIDE, &turn(-20.0));
    for (x, y) in [(8, 8), (5, 8), (8, 11), (6, 6)] {
        for (a, b) in pixel(&back, x, y).into_iter().zip(pixel(&smooth, x, y)) {
            assert!(a.abs_diff(b) <= 2, "{a} against {b} at {x}, {y}");
        }
    }
}

#[test]
fn brightness_contrast_and_saturation() {
    let photo = photo();
    let lighter = apply(&photo, SIDE, &Draw { brightness: 0.2, ..none() });
    assert_eq!(pixel(&lighter, 4, 4), pixel(&photo, 4, 4).map(|value| value + 51));
    assert_eq!(pixel(&lighter, 15, 0)[0], 255, "stops at white");

    let grey = apply(&photo, SIDE, &Draw { saturation: 0.0, ..none() });
    let [red, green, blue] = pixel(&grey, 12, 3);
    assert!(red.abs_diff(green) <= 1 && green.abs_diff(blue) <= 1, "no colour is left");
    assert!(red.abs_diff((0.299 * 180.0 + 0.587 * 45.0 + 0.114 * 60.0) as u8) <= 1, "{red}");

    let flat = apply(&photo, SIDE, &Draw { contrast: 0.0, saturation: 0.0, ..none() });
    assert!(flat.iter().all(|&value| value.abs_diff(flat[0]) <= 1), "no contrast is left: the mean everywhere");
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let (photo, moderate) = (photo(), Augmentation::moderate());
    let once = augment(&photo, SIDE, &moderate, seed(1, 2, 3));
    assert_eq!(once, augment(&photo, SIDE, &moderate, seed(1, 2, 3)));
    for other in [seed(2, 2, 3), seed(1, 3, 3), seed(1, 2, 4)] {
        assert_ne!(once, augment(&photo, SIDE, &moderate, other));
    }
}

#[test]
fn bytes_are_the_same_on_every_machine() {
    // Computed once; a machine that rounds otherwise fails here.
    let changed = augment(&photo(), SIDE, &Augmentation::moderate(), seed(0, 1, 42));
    let sum = changed.iter().fold(0u64, |sum, &value| sum.wrapping_mul(31).wrapping_add(u64::from(value)));
    assert_eq!(sum, 3_566_174_389_436_708_633);
}

#[test]
fn draws_stay_within_their_ranges_and_reach_both_ends() {
    let wild = Augmentation {
        flip: true,
        rotation: 45.0,
        zoom: 0.8,
        shift: 0.3,
        brightness: 0.5,
        contrast: 0.5,
        saturation: 0.5,
        fill: Fill::Mirror,
    };
    let draws: Vec<Draw> = (0..500).map(|sample| Draw::random(&wild, seed(0, 0, sample))).collect();
    let span = |value: fn(&Draw) -> f32| {
        draws.iter().map(value).fold((f32::MAX, f32::MIN), |(least, most), value| (least.min(value), most.max(value)))
    };
    let reaches = |(least, most): (f32, f32), low: f32, high: f32| {
        let near = 0.05 * (high - low);
        assert!(least >= low && least < low + near && most <= high && most > high - near, "{least} {most}");
    };
    reaches(span(|draw| draw.rotation), -45.0, 45.0);
    reaches(span(|draw| draw.zoom), 0.8, 1.0);
    reaches(span(|draw| draw.shift[0]), -0.3, 0.3);
    reaches(span(|draw| draw.shift[1]), -0.3, 0.3);
    reaches(span(|draw| draw.brightness), -0.5, 0.5);
    reaches(span(|draw| draw.contrast), 0.5, 1.5);
    reaches(span(|draw| draw.saturation), 0.5, 1.5);
    let flips = draws.iter().filter(|draw| draw.flip).count();
    assert!((200..300).contains(&flips), "{flips}");
}

#[test]
fn turning_one_change_on_leaves_the_others() {
    let turned = Augmentation { rotation: 10.0, ..Augmentation::default() };
    let both = Augmentation { flip: true, ..turned };
    assert_eq!(Draw::random(&turned, 5).rotation, Draw::random(&both, 5).rotation);
}

#[test]
fn a_preview_shows_what_is_on() {
    let names = |augmentation: &Augmentation| -> Vec<&str> {
        preview(&photo(), SIDE, augmentation, 1).into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(&Augmentation::default()), ["photo"]);
    let flip = Augmentation { flip: true, shift: 0.1, ..Augmentation::default() };
    assert_eq!(names(&flip), ["photo", "flip", "shift", "all", "all", "all"]);
    assert_eq!(names(&Augmentation::moderate()).len(), 1 + 7 + 3);
    let tiles = preview(&photo(), SIDE, &Augmentation::moderate(), 1);
    assert!(tiles[1..].iter().all(|(_, tile)| tile.len() == tiles[0].1.len() && *tile != tiles[0].1));
}

/// A figure for the log, and a bound far above it that a debug build keeps too.
#[test]
fn a_photo_of_224_pixels_is_quick() {
    let photo: Vec<u8> = (0..224 * 224 * 3).map(|at| (at % 251) as u8).collect();
    let started = std::time::Instant::now();
    for sample in 0..20 {
        std::hint::black_box(augment(&photo, 224, &Augmentation::moderate(), seed(0, 0, sample)));
    }
    let each = started.elapsed().as_secs_f64() * 1e3 / 20.0;
    println!("augment at 224 pixels: {each:.2} ms");
    assert!(each < 100.0, "{each} ms");
}
