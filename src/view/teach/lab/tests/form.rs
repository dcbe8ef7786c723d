//! What the form says becomes entries of the list, which can be taken out again.

use super::*;
use crate::project::SplitKind;
use crate::view::teach::lab::choice::Choice;

#[test]
fn the_form_says_what_it_does_not_understand() {
    let base = TrainSettings { seed: 4, split: SplitKind::Random, ..TrainSettings::default() };
    let with = |what, blocks: &str, epochs: &str| Choice {
        what,
        blocks: blocks.to_owned(),
        epochs: epochs.to_owned(),
        seeds: 2,
        ..Choice::default()
    };
    let entries = with(What::LastBlocks, "2", "7").entries(&base, None).expect("entries");
    let short: Vec<_> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.settings.seed, entry.settings.epochs)).collect();
    assert_eq!(short, [("Last 2 blocks", 4, 7), ("Last 2 blocks", 5, 7)]);
    assert_eq!(entries[0].settings.split, SplitKind::Random);
    for (choice, word) in [
        (with(What::LastBlocks, "0", ""), "Blocks"),
        (with(What::LastBlocks, "two", ""), "Blocks"),
        (with(What::Frozen, "", "0"), "Epochs"),
        (with(What::Frozen, "", "1e9"), "Epochs"),
        (Choice { shots: "0".to_owned(), ..Choice::default() }, "Photos a class"),
        (Choice { shots: "few".to_owned(), ..Choice::default() }, "Photos a class"),
        (Choice { what: What::Scratch, architecture: "resnet".to_owned(), ..Choice::default() }, "resnet"),
    ] {
        let problem = choice.entries(&base, None).expect_err("wrong");
        assert!(problem.contains(word) && problem.ends_with('.'), "{problem}");
    }
    assert_eq!(with(What::Frozen, "", "").usual_epochs(&base), TrainSettings::default().epochs);
    let mut choice = Choice::default();
    choice.set(Field::Seeds, "99");
    choice.set(Field::What, "nonsense");
    assert_eq!((choice.seeds, choice.what), (Choice::MOST_SEEDS, What::Frozen));

    let mut room = Room::new();
    for _ in 0..MAX_ENTRIES {
        room.add(What::Frozen, 1);
    }
    room.act(Action::Add);
    assert!(room.teach.lab.problem.as_ref().is_some_and(|problem| problem.contains("60")));
    assert_eq!(room.teach.lab.entries.len(), MAX_ENTRIES);
}

#[test]
fn few_photos_a_class() {
    let mut room = Room::new();
    room.act(Action::Choose(Field::Shots, " 3 ".to_owned()));
    room.add(What::Frozen, 1);
    room.add(What::LastBlocks, 1);
    let effects = room.act(Action::Run);
    assert_eq!(trained(&effects).expect("a run").1.shots, Some(3));
    let effects = room.ends(&[0.8], Ended::Done);
    let settings = trained(&effects).expect("a run").1;
    assert_eq!((settings.shots, settings.batch), (Some(3), 4), "a batch that six photos suffice for");
    let names: Vec<&str> = room.teach.lab.entries.iter().map(|queued| queued.entry.name.as_str()).collect();
    assert_eq!(names, ["Frozen, 3 a class", "Last 3 blocks, 3 a class"]);
    // A class has twenty.
    for (shots, is_wrong) in [("19", false), ("20", true)] {
        room.act(Action::Choose(Field::Shots, shots.to_owned()));
        room.act(Action::Add);
        assert_eq!(room.teach.lab.problem.is_some(), is_wrong, "{shots}");
    }
    let choice = Choice { shots: "5".to_owned(), ..Choice::default() };
    assert_eq!(choice.usual_epochs(&TrainSettings::default()), TrainSettings::default().epochs);
}

#[test]
fn what_is_taken_out_can_be_brought_back() {
    let mut room = Room::new();
    room.add(What::Frozen, 3);
    room.act(Action::Remove(2));
    let ids = |room: &Room| room.teach.lab.entries.iter().map(|queued| queued.id).collect::<Vec<_>>();
    assert_eq!(ids(&room), [1, 3]);
    room.act(Action::Undo);
    assert_eq!(ids(&room), [1, 2, 3]);
    room.act(Action::Run);
    room.act(Action::Remove(1));
    room.act(Action::Clear);
    assert_eq!(ids(&room), [1], "what is being run stays");
}
