//! `--shots K`: so many photos a class are trained on, all others are held out.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::dataset::{Rows, near_duplicates};
use crate::embeddings::Embeddings;
use crate::error::Result;
use crate::project::{SplitKind, TrainSettings};
use crate::protocol::Labelled;

/// The samples of which the lesson is to be made, those held out in [`Labelled::validation`], and what a person should know. Seeded.
///
/// In an honest split one at most of a group of near-duplicates is trained on, and then the others are on neither side.
///
/// # Errors
/// `Usage`: a sample was not embedded.
pub fn choose(
    embeddings: &Embeddings,
    data: &Labelled,
    settings: &TrainSettings,
    shots: usize,
) -> Result<(Labelled, Vec<String>)> {
    let count = data.samples.len();
    let rows = embeddings.gather(&data.samples)?;
    let groups = match settings.split {
        SplitKind::Honest if count > 0 => near_duplicates(Rows::new(&rows, embeddings.width()), settings.seed),
        _ => Vec::new(),
    };
    let chosen = pick(&data.labels, &groups, data.classes.len(), shots, settings.seed);

    let mut kept = Labelled { classes: data.classes.clone(), ..Labelled::default() };
    let mut aside = 0;
    for (place, side) in chosen.iter().enumerate() {
        match side {
            Side::Aside => {
                aside += 1;
                continue;
            }
            Side::HeldOut => kept.validation.push(data.samples[place]),
            Side::Training => {}
        }
        kept.samples.push(data.samples[place]);
        kept.labels.push(data.labels[place]);
    }
    let mut notes = Vec::new();
    if aside > 0 {
        notes.push(format!("{aside} near-duplicates of photos that are trained on are on neither side."));
    }
    for (label, class) in data.classes.iter().enumerate() {
        let taken = |place: &usize| chosen[*place] == Side::Training && data.labels[*place] as usize == label;
        let taken = (0..count).filter(taken).count();
        if taken < shots {
            notes.push(format!("“{class}” has {taken} photos that differ, not {shots}: all of them are trained on."));
        }
    }
    Ok((kept, notes))
}

/// On which side a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Training,
    HeldOut,
    Aside,
}

/// The side of each sample.
fn pick(labels: &[u32], groups: &[Vec<usize>], classes: usize, shots: usize, seed: u32) -> Vec<Side> {
    let mut group_of = vec![None; labels.len()];
    for (group, places) in groups.iter().enumerate() {
        places.iter().for_each(|place| group_of[*place] = Some(group));
    }
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let mut rng = Pcg64::seed_from_u64(seed.into());
    for last in (1..order.len()).rev() {
        order.swap(last, rng.random_range(0..=last)); // Fisher & Yates
    }
    let mut left = vec![shots; classes];
    let mut used = vec![false; groups.len()];
    let mut sides = vec![Side::HeldOut; labels.len()];
    for place in order {
        let left = &mut left[labels[place] as usize];
        if *left > 0 && group_of[place].is_none_or(|group| !used[group]) {
            *left -= 1;
            sides[place] = Side::Training;
            if let Some(group) = group_of[place] {
                used[group] = true;
            }
        }
    }
    for (place, side) in sides.iter_mut().enumerate() {
        if *side == Side::HeldOut && group_of[place].is_some_and(|group| used[group]) {
            *side = Side::Aside;
        }
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_of_each_class_and_none_like_them_held_out() {
        let labels: Vec<u32> = (0..40).map(|place| place % 2).collect();
        let groups = [vec![0, 2, 4, 6], vec![1, 3]];
        for seed in 0..20 {
            let sides = pick(&labels, &groups, 2, 5, seed);
            for class in 0..2 {
                let trained = (0..40).filter(|&place| labels[place] == class && sides[place] == Side::Training);
                assert_eq!(trained.count(), 5);
            }
            for group in &groups {
                let on = |side| group.iter().filter(|place| sides[**place] == side).count();
                assert!(on(Side::Training) <= 1);
                assert!(on(Side::Training) == 0 || on(Side::HeldOut) == 0);
            }
        }
        assert_ne!(pick(&labels, &[], 2, 5, 1), pick(&labels, &[], 2, 5, 2));
        assert!(pick(&labels, &[], 2, 99, 0).iter().all(|side| *side == Side::Training));
    }
}
