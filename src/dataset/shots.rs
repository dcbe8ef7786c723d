//! So many photos a class are trained on, all others are held out.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::cluster::shuffle;
use super::split::{Split, SplitRequest, note_classes};
use crate::project::SplitKind;

/// On which side a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Training,
    HeldOut,
    /// On neither.
    Aside,
}

/// Takes `count` samples of each class to train on, all of a class that has no more; [`SplitRequest::share`] is not looked at, and those of a
/// validation folder are held out whatever comes. The same request gives the same sides on every machine.
///
/// In an honest split one at most of a group of near-duplicates is trained on, and then the others are on neither side.
pub fn shots(request: &SplitRequest, count: usize) -> Split {
    let sides = pick(request, count);
    let on = |side: Side| (0..sides.len()).filter(|place| sides[*place] == side).collect::<Vec<usize>>();
    let (training, aside) = (on(Side::Training), on(Side::Aside).len());
    let mut split =
        Split { validation: on(Side::HeldOut), training, groups: groups(request).len(), ..Split::default() };
    if aside > 0 {
        split.notes.push(format!("{aside} near-duplicates of photos that are trained on are on neither side."));
    }
    for (label, class) in (0u32..).zip(request.classes) {
        let taken = split.training.iter().filter(|place| request.labels[**place] == label).count();
        if taken < count {
            split
                .notes
                .push(format!("“{class}” has {taken} photos that differ, not {count}: all of them are trained on."));
        }
    }
    note_classes(request, &mut split);
    split
}

/// The groups that are to stay together.
fn groups<'a>(request: &SplitRequest<'a>) -> &'a [Vec<usize>] {
    match request.kind {
        SplitKind::Honest => request.groups,
        SplitKind::Random => &[],
    }
}

/// The side of each sample.
fn pick(request: &SplitRequest, count: usize) -> Vec<Side> {
    let SplitRequest { labels, classes, validation, seed, .. } = *request;
    let groups = groups(request);
    let mut group_of = vec![None; labels.len()];
    for (group, places) in groups.iter().enumerate() {
        places.iter().for_each(|place| group_of[*place] = Some(group));
    }
    let mut order: Vec<usize> = (0..labels.len()).collect();
    shuffle(&mut order, &mut Pcg64::seed_from_u64(seed.into()));
    let mut may_be_trained = vec![true; labels.len()];
    validation.iter().for_each(|place| may_be_trained[*place] = false);

    let mut left = vec![count; classes.len()];
    let mut used = vec![false; groups.len()];
    let mut sides = vec![Side::HeldOut; labels.len()];
    for place in order.into_iter().filter(|place| may_be_trained[*place]) {
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
    use super::super::rows::Rows;
    use super::*;

    /// `count` a class of these labels of two classes.
    fn run(labels: &[u32], groups: &[Vec<usize>], validation: &[usize], count: usize, seed: u32) -> Split {
        let classes = ["a".to_owned(), "b".to_owned()];
        let (embeddings, kind) = (Rows::new(&[], 1), SplitKind::Honest);
        let share = 0.2;
        shots(&SplitRequest { embeddings, labels, classes: &classes, validation, groups, kind, share, seed }, count)
    }

    #[test]
    fn so_many_of_each_class_and_none_like_them_held_out() {
        let labels: Vec<u32> = (0..40).map(|place| place % 2).collect();
        let groups = [vec![0, 2, 4, 6], vec![1, 3]];
        for seed in 0..20 {
            let split = run(&labels, &groups, &[], 5, seed);
            for class in 0..2 {
                assert_eq!(split.training.iter().filter(|place| labels[**place] == class).count(), 5);
            }
            for group in &groups {
                let on = |side: &[usize]| group.iter().filter(|place| side.contains(place)).count();
                assert!(on(&split.training) <= 1);
                assert!(on(&split.training) == 0 || on(&split.validation) == 0);
            }
            let aside = 40 - split.training.len() - split.validation.len();
            assert_eq!(split.notes.iter().any(|note| note.contains("neither side")), aside > 0);
        }
        assert_ne!(run(&labels, &[], &[], 5, 1), run(&labels, &[], &[], 5, 2));
    }

    #[test]
    fn a_class_that_has_no_more_is_trained_on_whole() {
        let split = run(&[0, 0, 0, 1, 1], &[], &[], 3, 0);
        assert_eq!((split.training.len(), split.validation.len()), (5, 0));
        assert!(split.notes.iter().any(|note| note.contains("“b” has 2 photos that differ, not 3")), "{split:?}");
        assert!(split.notes.iter().any(|note| note.contains("No photo of “a” is held out")), "{split:?}");
    }

    #[test]
    fn a_validation_folder_is_never_trained_on() {
        let labels: Vec<u32> = (0..20).map(|place| place % 2).collect();
        for seed in 0..10 {
            let split = run(&labels, &[], &[0, 1, 2, 3], 4, seed);
            assert_eq!((split.training.len(), split.validation.len()), (8, 12));
            assert!([0, 1, 2, 3].iter().all(|place| split.validation.contains(place)));
        }
    }
}
