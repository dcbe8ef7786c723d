//! Who is trained on and who is held out.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::cluster::shuffle;
use super::rows::{Rows, dot, hellinger};
use crate::project::{SplitKind, held_out_of};

/// A group of near-duplicates stays whole up to this share of its class.
const LARGEST_SHARE: f32 = 0.1;

/// Groups of so few stay whole in any class: otherwise a class of a dozen photos could keep nothing together.
const ALWAYS_WHOLE: usize = 3;

/// What is to be split.
#[derive(Debug, Clone, Copy)]
pub struct SplitRequest<'a> {
    /// Embeddings `[N, E]`, by which groups that are too large are cut.
    pub embeddings: Rows<'a>,
    /// Class of each sample, an index into `classes`.
    pub labels: &'a [u32],
    /// The classes' names.
    pub classes: &'a [String],
    /// Samples that must be held out; where there are any, no other is.
    pub validation: &'a [usize],
    /// Near-duplicates, as places of samples ([`super::near_duplicates()`]). Not looked at for [`SplitKind::Random`].
    pub groups: &'a [Vec<usize>],
    /// Do groups stay on one side?
    pub kind: SplitKind,
    /// Share of each class that is held out, 0–0.5.
    pub share: f32,
    /// Decides who is.
    pub seed: u32,
}

/// Who is on which side, as places of samples in ascending order. [`crate::protocol::SplitReport`] says the same with their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Trained on.
    pub training: Vec<usize>,
    /// Held out.
    pub validation: Vec<usize>,
    /// Groups of near-duplicates that were kept on one side.
    pub groups: usize,
    /// Groups that were too large to stay whole: the class's name and how many samples of it the group had.
    pub cut: Vec<(String, usize)>,
    /// What a person should know, full sentences.
    pub notes: Vec<String>,
}

/// Splits samples class by class, as near to the share as groups permit.
///
/// Of a class of two or more at least one sample is held out (unless the share is 0), and of every class at least one is trained on,
/// unless a validation folder was given. The same request gives the same split on every machine.
pub fn split(request: &SplitRequest) -> Split {
    let mut split = if request.validation.is_empty() { by_share(request) } else { as_given(request) };
    note_classes(request, &mut split);
    split
}

/// Adds what a person should know of each class's sides.
pub(super) fn note_classes(request: &SplitRequest, split: &mut Split) {
    let labels = request.labels;
    let mut counts = vec![[0usize; 2]; request.classes.len()];
    split.training.iter().for_each(|place| counts[labels[*place] as usize][0] += 1);
    split.validation.iter().for_each(|place| counts[labels[*place] as usize][1] += 1);
    for (name, [training, validation]) in request.classes.iter().zip(counts) {
        let note = match (training, validation) {
            (0, 0) => format!("“{name}” has no photos."),
            (0, _) => {
                format!("All photos of “{name}” are in the validation folder, so that nothing is learned about it.")
            }
            (1, 0) => format!("“{name}” has one photo: it is trained on, and none is held out to test it."),
            (_, 0) if request.share > 0.0 || !request.validation.is_empty() => {
                format!("No photo of “{name}” is held out, so that nothing tests it.")
            }
            _ => continue,
        };
        split.notes.push(note);
    }
}

fn as_given(request: &SplitRequest) -> Split {
    let validation: BTreeSet<usize> = request.validation.iter().copied().collect();
    let training = (0..request.labels.len()).filter(|place| !validation.contains(place)).collect();
    let mut split = Split { training, validation: validation.into_iter().collect(), ..Split::default() };
    let across = request.groups.iter().filter(|group| {
        let held_out = group.iter().filter(|place| split.validation.binary_search(place).is_ok()).count();
        held_out > 0 && held_out < group.len()
    });
    let across = across.count();
    if across > 0 && request.kind == SplitKind::Honest {
        split.notes.push(format!(
            "{across} {} in both the training and the validation photos; the figures flatter for it.",
            if across == 1 { "group of near-duplicates is" } else { "groups of near-duplicates are" }
        ));
    }
    split
}

fn by_share(request: &SplitRequest) -> Split {
    let labels = request.labels;
    let mut split = Split::default();
    let mut sizes = vec![0usize; request.classes.len()];
    labels.iter().for_each(|label| sizes[*label as usize] += 1);
    let target = |size: usize| held_out_of(request.share, size);
    // How many of each class are still to be held out.
    let mut left: Vec<usize> = sizes.iter().map(|size| target(*size)).collect();

    let mut units = units(request, &sizes, &mut split);
    shuffle(&mut units, &mut Pcg64::seed_from_u64(request.seed.into()));
    let mut held_out = vec![false; labels.len()];
    let mut hold = |unit: &[usize], left: &mut [usize]| {
        for place in unit {
            held_out[*place] = true;
            left[labels[*place] as usize] = left[labels[*place] as usize].saturating_sub(1);
        }
    };
    units.retain(|unit| {
        let fits = counts(unit, labels).iter().all(|(class, count)| *count <= left[*class as usize]);
        if fits {
            hold(unit, &mut left);
        }
        !fits
    });
    // A class whose every group is larger than its share still needs one held out: the smallest that leaves a sample to each class.
    for class in 0..sizes.len() {
        if left[class] == 0 || left[class] < target(sizes[class]) {
            continue;
        }
        let mut kept = vec![0usize; sizes.len()];
        units.iter().flatten().for_each(|place| kept[labels[*place] as usize] += 1);
        let candidates = units.iter().enumerate().filter(|(_, unit)| {
            unit.iter().any(|place| labels[*place] as usize == class)
                && counts(unit, labels).iter().all(|(class, count)| *count < kept[*class as usize])
        });
        let Some((smallest, _)) = candidates.min_by_key(|(_, unit)| unit.len()) else { continue };
        let unit = units.swap_remove(smallest);
        hold(&unit, &mut left);
    }
    (split.validation, split.training) = (0..labels.len()).partition(|place| held_out[*place]);
    split
}

/// What stays together: groups of near-duplicates (cut where they are too large), and every other sample for itself.
fn units(request: &SplitRequest, sizes: &[usize], split: &mut Split) -> Vec<Vec<usize>> {
    let mut units = Vec::new();
    let mut grouped = vec![false; request.labels.len()];
    let groups = if request.kind == SplitKind::Honest { request.groups } else { &[] };
    for group in groups.iter().filter(|group| group.len() > 1) {
        group.iter().for_each(|place| grouped[*place] = true);
        let limit = |class: u32| ((sizes[class as usize] as f32 * LARGEST_SHARE) as usize).max(ALWAYS_WHOLE);
        let counts = counts(group, request.labels);
        let too_large: Vec<_> = counts.iter().filter(|(class, count)| *count > limit(*class)).collect();
        if too_large.is_empty() {
            split.groups += 1;
            units.push(group.clone());
            continue;
        }
        let name = |class: u32| request.classes[class as usize].clone();
        split.cut.extend(too_large.into_iter().map(|(class, count)| (name(*class), *count)));
        let most = counts.iter().map(|(class, _)| limit(*class)).min().unwrap_or(ALWAYS_WHOLE);
        units.extend(cut(request.embeddings, group, most));
    }
    units.extend((0..grouped.len()).filter(|place| !grouped[*place]).map(|place| vec![place]));
    units
}

/// How many of some samples are of which class.
fn counts(places: &[usize], labels: &[u32]) -> Vec<(u32, usize)> {
    let mut counts: Vec<(u32, usize)> = Vec::new();
    for place in places {
        match counts.iter_mut().find(|(class, _)| *class == labels[*place]) {
            Some((_, count)) => *count += 1,
            None => counts.push((labels[*place], 1)),
        }
    }
    counts
}

/// Cuts a group into pieces of at most `most`, again and again in half between two of its samples that are far apart.
fn cut(embeddings: Rows, group: &[usize], most: usize) -> Vec<Vec<usize>> {
    let values = hellinger(Rows::new(&embeddings.select(group), embeddings.width));
    let unit = Rows::new(&values, embeddings.width);
    let mut whole: Vec<Vec<usize>> = vec![(0..group.len()).collect()];
    let mut pieces = Vec::new();
    while let Some(mut piece) = whole.pop() {
        if piece.len() <= most {
            pieces.push(piece.into_iter().map(|place| group[place]).collect());
            continue;
        }
        let least_like = |row: usize, piece: &[usize]| {
            let like = |other: &usize| dot(unit.row(row), unit.row(*other));
            piece.iter().copied().min_by(|a, b| like(a).total_cmp(&like(b)).then(a.cmp(b))).unwrap_or(row)
        };
        let one = least_like(piece[0], &piece);
        let other = least_like(one, &piece);
        let side = |place: &usize| dot(unit.row(*place), unit.row(one)) - dot(unit.row(*place), unit.row(other));
        piece.sort_by(|a, b| side(b).total_cmp(&side(a)).then(a.cmp(b)));
        let second = piece.split_off(piece.len() / 2);
        whole.extend([second, piece]);
    }
    pieces
}

/// Sorts samples into `folds` folds class by class: the fold of each, 0 to `folds` − 1. Seeded.
pub fn folds(labels: &[u32], folds: usize, seed: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    shuffle(&mut order, &mut Pcg64::seed_from_u64(seed.into()));
    order.sort_by_key(|place| labels[*place]);
    let mut result = vec![0; labels.len()];
    // Dealt out in turn across the classes' ends too, so that folds of many small classes are of one size.
    for (turn, place) in order.into_iter().enumerate() {
        result[place] = turn % folds.max(1);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::clouds;
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|class| format!("class {class}")).collect()
    }

    /// Splits samples of these labels with these groups, a fifth held out.
    fn run(labels: &[u32], groups: &[Vec<usize>], kind: SplitKind, seed: u32) -> Split {
        let classes = names(labels.iter().max().map_or(1, |label| *label as usize + 1));
        let (values, _) = clouds(1, labels.len(), 8, 1.0, 1);
        let embeddings = Rows::new(&values, 8);
        split(&SplitRequest { embeddings, labels, classes: &classes, validation: &[], groups, kind, share: 0.2, seed })
    }

    fn held_out(split: &Split, labels: &[u32], class: u32) -> usize {
        split.validation.iter().filter(|place| labels[**place] == class).count()
    }

    #[test]
    fn classes_are_split_evenly_and_by_the_seed() {
        let labels: Vec<u32> = (0..100).map(|place| u32::from(place >= 70)).collect();
        let split = run(&labels, &[], SplitKind::Random, 1);
        assert_eq!((held_out(&split, &labels, 0), held_out(&split, &labels, 1)), (14, 6));
        assert_eq!(split.training.len() + split.validation.len(), 100);
        assert_eq!(split, run(&labels, &[], SplitKind::Random, 1));
        assert_ne!(split, run(&labels, &[], SplitKind::Random, 2));
        assert!(split.notes.is_empty());
    }

    #[test]
    fn groups_stay_on_one_side_of_an_honest_split() {
        let labels: Vec<u32> = (0..200).map(|place| u32::from(place >= 100)).collect();
        // Groups of four within the classes, and one across both.
        let mut groups: Vec<Vec<usize>> = (0..22).map(|g| (4 * g..4 * g + 4).collect()).collect();
        groups.push(vec![98, 99, 100, 101]);
        for seed in 0..5 {
            let split = run(&labels, &groups, SplitKind::Honest, seed);
            assert_eq!((split.groups, split.cut.len()), (23, 0));
            for group in &groups {
                let count = group.iter().filter(|place| split.validation.contains(place)).count();
                assert!(count == 0 || count == group.len());
            }
            assert!((17..=20).contains(&held_out(&split, &labels, 0)));
            assert_eq!(held_out(&split, &labels, 1), 20);
        }
    }

    #[test]
    fn a_class_of_one_burst_is_cut() {
        let labels = [0; 40];
        let split = run(&labels, &[(0..40).collect()], SplitKind::Honest, 0);
        assert_eq!((split.groups, split.cut), (0, vec![("class 0".to_owned(), 40)]));
        assert!((6..=8).contains(&split.validation.len()), "{:?}", split.validation);
        // Five photos of one burst: pieces of two and three, of which the smaller is held out.
        let split = run(&[0; 5], &[(0..5).collect()], SplitKind::Honest, 0);
        assert_eq!(split.validation.len(), 2);
    }

    #[test]
    fn small_classes() {
        let labels = [0, 1, 1, 2, 2, 2];
        let split = run(&labels, &[vec![1, 2], vec![3, 4, 5]], SplitKind::Random, 0);
        assert_eq!([0, 1, 2].map(|class| held_out(&split, &labels, class)), [0, 1, 1]);
        assert_eq!(split.notes.len(), 1);
        // Two near-duplicates make the whole class: one side must have both.
        let split = run(&labels, &[vec![1, 2]], SplitKind::Honest, 0);
        assert_eq!([0, 1, 2].map(|class| held_out(&split, &labels, class)), [0, 0, 1]);
        assert_eq!(split.notes.len(), 2);
    }

    #[test]
    fn a_validation_folder_is_taken_as_it_is() {
        let classes = names(3);
        let (values, _) = clouds(1, 4, 8, 1.0, 1);
        let request = SplitRequest {
            embeddings: Rows::new(&values, 8),
            labels: &[0, 0, 1, 1],
            classes: &classes,
            validation: &[3, 1, 3],
            groups: &[vec![0, 1]],
            kind: SplitKind::Honest,
            share: 0.2,
            seed: 0,
        };
        let split = split(&request);
        assert_eq!((split.training, split.validation), (vec![0, 2], vec![1, 3]));
        assert_eq!(split.notes.len(), 2, "a group on both sides; a class without photos");
    }

    #[test]
    fn nothing_is_held_out_for_a_share_of_zero() {
        let classes = names(1);
        let request = SplitRequest {
            embeddings: Rows::new(&[1.0, 2.0, 3.0], 1),
            labels: &[0, 0, 0],
            classes: &classes,
            validation: &[],
            groups: &[],
            kind: SplitKind::Honest,
            share: 0.0,
            seed: 0,
        };
        assert_eq!(split(&request).training.len(), 3);
    }

    #[test]
    fn folds_are_even() {
        let labels: Vec<u32> = (0..53).map(|place| place % 5).collect();
        let folds = folds(&labels, 5, 9);
        for fold in 0..5 {
            assert!((10..=11).contains(&folds.iter().filter(|f| **f == fold).count()));
            for class in 0..5 {
                let both = folds.iter().zip(&labels).filter(|(f, l)| **f == fold && **l == class).count();
                assert!((1..=4).contains(&both));
            }
        }
    }
}
