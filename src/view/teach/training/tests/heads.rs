//! The head in use, and what a careless split would claim.

use super::*;

#[test]
fn the_head_knows_what_changed_and_names_follow() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.ends(1, 4);
    let changes = |room: &Room| {
        let head = room.teach.training.head.clone().expect("a head");
        head.changes(&room.teach.project, |_| true)
    };
    assert!(changes(&room).is_empty());
    room.teach.project_mut().classes[0].name = "Ants".to_owned();
    assert!(changes(&room).is_empty(), "a new name changes nothing");
    let head = room.teach.training.head.clone().expect("a head");
    assert_eq!(head.names(&room.teach.project), ["Ants", "Class 2"]);

    room.add_class(2);
    room.change_sample(1, |sample| sample.class = Some(2));
    room.change_sample(2, |sample| sample.class = None);
    let found = changes(&room);
    assert_eq!((found.added, found.removed, found.moved), (2, 1, 1));
    assert_eq!(
        found.words(),
        "class “Class 3” is new, 2\u{a0}photos were added, 1\u{a0}photo was removed, 1\u{a0}photo was moved"
    );

    // Training on: the head's own names for what it knows, so that the engine finds them, renamed or not.
    let classes = &mut room.teach.project_mut().classes;
    classes[2].name = "Class 1".to_owned();
    classes.rotate_right(1);
    let effects = room.act(Action::Train(Ask { go_on: true, ..Ask::default() }));
    let (run, data, _, go_on) = trained_on(&effects);
    assert_eq!((run, go_on), (2, true));
    assert_eq!(data.classes, ["Class 1 (2)", "Class 1", "Class 2"]);
    room.says(TeachEvent::TrainingStarted {
        run: 2,
        split: SplitReport { training: vec![1, 5], validation: vec![2, 3, 10, 13], ..SplitReport::default() },
        parameters: 10,
    });
    let sides = room.teach.training.current().and_then(|run| run.sides.clone()).expect("sides");
    assert_eq!(sides.seen_before, 2, "2 and 3 were trained on before");
}

#[test]
fn without_a_head_of_this_network_nothing_goes_on() {
    let mut room = Room::new(&[6, 6]);
    let ask = Ask { go_on: true, ..Ask::default() };
    assert!(!trained_on(&room.act(Action::Train(ask))).3);
    room.ends(1, 4);
    room.backbone = Some(card("mobilenet-v1"));
    assert!(!trained_on(&room.act(Action::Train(ask))).3);
    // In the middle of a run another network comes: its head and numbers are no use.
    room.backbone = Some(card("mobilenet-v2"));
    room.does(TeachAction::EngineReady);
    let effects = room.act(Action::HeadFile(true));
    assert!(matches!(sent(&effects)[..], [TeachCommand::LoadHead, TeachCommand::Train { run: 2, .. }]));
}

#[test]
fn a_careless_split_is_shown_beside_the_honest_one_and_its_head_not_kept() {
    let mut room = Room::new(&[10, 10]);
    room.train();
    room.ends(1, 4);
    assert!(room.teach.training.can_compare());
    let head = room.teach.training.head.clone();
    let effects = room.act(Action::Train(Ask { careless_of: Some(1), ..Ask::default() }));
    let (run, _, settings, go_on) = trained_on(&effects);
    assert_eq!((run, settings.split, go_on), (2, SplitKind::Random, false));
    assert_eq!(room.teach.training.current().map(|run| run.number), Some(1));
    assert!(room.teach.training.is_comparison(2) && !room.teach.training.is_comparison(1));
    assert_eq!(room.teach.training.claims().map(|claims| claims.careless), Some(None));
    room.starts(2);
    room.says(TeachEvent::Epochs { run: 2, rows: vec![row(1)] });
    let better = TrainSummary { val_accuracy: Some(0.97), ..summary(1) };
    let effects = room.says(TeachEvent::Trained { run: 2, summary: better, head: room.head_card() });
    assert!(!effects.contains(&TeachEffect::Training(Effect::UseTrained)), "the file of the head in use stays");
    let [TeachCommand::LoadHead, TeachCommand::Evaluate { run: 1, data }] = sent(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((&data.samples[..], &data.labels[..]), (&[5, 10, 15, 20][..], &[0, 0, 1, 1][..]));
    assert_eq!(room.teach.training.head, head);
    let claims = room.teach.training.claims().expect("claims");
    assert_eq!((claims.honest, claims.careless), (0.9, Some(0.97)));
    assert!(claims.sentence.contains("claims more"), "{}", claims.sentence);
    assert!(!room.teach.training.can_compare());
}
