use super::*;
use crate::project::TrainSettings;
use crate::protocol::EpochRow;

fn facts(photos: usize, likeness: f32) -> Facts {
    Facts {
        per_class: vec![photos, photos + 10, photos * 4, 0],
        likeness: Some(likeness),
        own_kind: None,
        blocks: 19,
        tried: Vec::new(),
    }
}

/// Where the line is for a network of which nothing is known.
const LINE: f32 = ALIKE * 0.8;

fn given(photos: usize, likeness: f32) -> (String, Way, Option<usize>) {
    // The middle one of three classes.
    let advice = advise(&facts(photos.saturating_sub(10), likeness)).expect("advice");
    (advice.case.word().to_owned(), advice.way, advice.features_at)
}

fn tried(way: Way, accuracies: &[f32]) -> Tried {
    let curve = accuracies.iter().enumerate().map(|(epoch, accuracy)| (10 * (epoch as u64 + 1), *accuracy)).collect();
    Tried { way, features_at: None, curve, head_steps: 0, held_out: 500 }
}

fn scratch() -> Way {
    Way::Scratch { architecture: "user-net".to_owned() }
}

#[test]
fn the_four_cases_of_the_field() {
    assert_eq!(given(LITTLE - 1, LINE), ("little-alike".to_owned(), Way::Frozen, None));
    assert_eq!(given(LITTLE - 1, LINE - 0.01), ("little-unlike".to_owned(), Way::Frozen, Some(12)));
    assert_eq!(given(LITTLE, LINE), ("much-alike".to_owned(), Way::LastBlocks { blocks: 3 }, None));
    assert_eq!(given(LITTLE, LINE - 0.01), ("much-unlike".to_owned(), Way::Everything, None));
    assert_eq!(given(MANY, 0.1), ("much-unlike".to_owned(), scratch(), None));
}

#[test]
fn advice_needs_two_classes_and_gets_by_without_a_measurement() {
    assert_eq!(advise(&Facts::default()), None);
    assert_eq!(advise(&Facts { per_class: vec![0, 7, 0], ..Facts::default() }), None);
    let advice = advise(&Facts { per_class: vec![7, 8], ..Facts::default() }).expect("advice");
    assert_eq!((advice.way, advice.case.word()), (Way::Frozen, "little-alike"));
    assert!(advice.why[1].contains("not measured yet"), "{:?}", advice.why);
    let advice = advise(&Facts { per_class: vec![7, 8], likeness: Some(f32::NAN), ..Facts::default() });
    assert_eq!(advice.expect("advice").case.word(), "little-alike");
}

#[test]
fn a_weaker_network_is_less_sure_of_its_own_kind() {
    let of = |own_kind| advise(&Facts { own_kind, ..facts(50, 0.27) }).expect("advice").case.word();
    assert_eq!((of(Some(0.86)), of(Some(0.42))), ("little-unlike", "little-alike"));
    assert_eq!((of(None), of(Some(0.0)), of(Some(f32::NAN))), ("little-unlike", "little-unlike", "little-unlike"));
}

#[test]
fn sentences_are_whole() {
    for photos in [1, 11, 109, 110, 6000] {
        for likeness in [0.05, 0.9] {
            let mut facts = facts(photos, likeness);
            facts.tried =
                vec![tried(Way::Frozen, &[0.5, 0.6]), tried(scratch(), &[0.7, 0.9]), tried(Way::Everything, &[0.4])];
            let advice = advise(&facts).expect("advice");
            assert!(advice.why.len() >= 3);
            for sentence in advice.why {
                assert!(sentence.ends_with('.') && !sentence.contains('!'), "{sentence}");
                assert!(sentence.chars().next().is_some_and(char::is_uppercase), "{sentence}");
            }
        }
    }
}

#[test]
fn negative_transfer_is_named_at_equal_steps_only() {
    let with = |tried: Vec<Tried>| advise(&Facts { tried, ..facts(50, 0.9) }).expect("advice");
    // The random start is better in the end, but was given three times the steps.
    let fair = with(vec![tried(Way::Everything, &[0.60, 0.80]), tried(scratch(), &[0.3, 0.5, 0.7, 0.8, 0.85, 0.95])]);
    assert_eq!(fair.negative_transfer, None);
    let harm = with(vec![tried(Way::Everything, &[0.4, 0.5]), tried(scratch(), &[0.55, 0.7, 0.9])]);
    let found = harm.negative_transfer.expect("harm");
    assert_eq!((found.pretrained, found.random, found.steps), (0.5, 0.7, 20));
    assert!(
        harm.why.iter().any(|why| why.starts_with("Negative transfer: within the same 20 steps")),
        "{:?}",
        harm.why
    );
    // One pretrained start that keeps up clears the weights; so does a difference that chance makes.
    let one = tried(Way::LastBlocks { blocks: 2 }, &[0.6, 0.72]);
    assert_eq!(
        with(vec![one, tried(Way::Frozen, &[0.4, 0.5]), tried(scratch(), &[0.55, 0.7])]).negative_transfer,
        None
    );
    assert_eq!(with(vec![tried(Way::Frozen, &[0.70]), tried(scratch(), &[0.72])]).negative_transfer, None);
}

#[test]
fn runs_go_before_the_rule() {
    let mut facts = facts(30, 0.9);
    facts.tried = vec![tried(Way::Frozen, &[0.80]), tried(Way::LastBlocks { blocks: 4 }, &[0.70, 0.91])];
    let advice = advise(&facts).expect("advice");
    assert_eq!(advice.way, Way::LastBlocks { blocks: 4 });
    assert_eq!(advice.case.word(), "little-alike", "the case stays what it is");
    assert!(
        advice.why.iter().any(|why| why.contains("training the last 4 blocks too reached 91.0")),
        "{:?}",
        advice.why
    );

    facts.tried = vec![tried(Way::Frozen, &[0.97]), tried(Way::LastBlocks { blocks: 4 }, &[0.98])];
    assert_eq!(advise(&facts).expect("advice").way, Way::Frozen, "a point on 500 photos is chance");

    facts.tried = vec![tried(Way::Frozen, &[0.97]), tried(scratch(), &[0.62])];
    let advice = advise(&facts).expect("advice");
    assert_eq!((advice.way, advice.negative_transfer), (Way::Frozen, None));
    assert!(advice.why.iter().any(|why| why.contains("from scratch reached 62.0")), "{:?}", advice.why);
}

#[test]
fn steps_are_those_that_were_taken() {
    // Of a hundred photos the head alone takes batches of 32, the blocks of 16: four steps an epoch, then seven.
    let settings = TrainSettings { head_first: 2, ..TrainSettings::suited_to(Way::LastBlocks { blocks: 1 }) };
    let row = |epoch: usize, steps: u64, accuracy: f32| EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: accuracy,
        val_loss: Some(0.5),
        val_accuracy: Some(accuracy),
        seconds: epoch as f64,
        steps,
    };
    let rows = [row(1, 4, 0.6), row(2, 8, 0.9), row(3, 15, 0.7), row(4, 22, 0.8)];
    let run = Tried::of(&settings, &rows, 500).expect("a run");
    assert_eq!((&run.curve[..], run.head_steps), (&[(4, 0.6), (8, 0.9), (15, 0.7), (22, 0.8)][..], 8));
    assert_eq!(run.best(), Some(0.8), "the best of the epochs in which blocks were trained");
    // A random start that was better within seven steps an epoch, but not within those that were taken.
    let with = |tried: Vec<Tried>| advise(&Facts { tried, ..facts(50, 0.9) }).expect("advice").negative_transfer;
    let random = |steps: u64| Tried { curve: vec![(steps, 0.85)], ..tried(scratch(), &[]) };
    assert_eq!(with(vec![run.clone(), random(14)]), None, "0.9 after eight steps");
    let harmed = Tried { curve: vec![(4, 0.6), (8, 0.65), (15, 0.7)], ..run.clone() };
    assert_eq!(with(vec![harmed, random(14)]).map(|found| (found.steps, found.pretrained)), Some((14, 0.65)));

    assert_eq!(Tried::of(&settings, &rows, 0), None, "nothing was held out");
    assert_eq!(Tried::of(&settings, &rows[..2], 500).expect("a run").best(), None, "no block was trained yet");
    assert_eq!(Tried::of(&settings, &[row(1, 0, 0.6)], 500), None, "an earlier version counted no steps");
}
