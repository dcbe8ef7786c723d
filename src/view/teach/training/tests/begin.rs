//! When a run begins, and what stands in its way.

use super::*;

#[test]
fn train_sends_embedded_photos_of_classes_in_their_order() {
    let mut room = Room::new(&[2, 3]);
    room.add_photo(None);
    room.change_sample(4, |sample| sample.role = Role::Validation);
    let effects = room.train();
    let (run, data, settings, go_on) = trained_on(&effects);
    assert_eq!((run, go_on, settings), (1, false, TrainSettings::default()));
    assert_eq!(data.classes, ["Class 1", "Class 2"]);
    assert_eq!((data.samples, data.labels, data.validation), (vec![1, 2, 3, 4, 5], vec![0, 0, 1, 1, 1], vec![4]));
    assert!(room.train().is_empty(), "one at a time");
}

#[test]
fn what_stands_in_the_way_is_said_and_goes_when_it_is_gone() {
    let mut room = Room::new(&[]);
    assert!(room.train().is_empty());
    assert_eq!(room.problem(), Problem::NoClass);
    room.add_class(3);
    assert_eq!(room.problem(), Problem::OneClass("Class 1".to_owned()));
    room.add_class(0);
    assert_eq!(room.problem(), Problem::EmptyClasses(vec!["Class 2".to_owned()], false));
    room.add_class(2);
    assert_eq!(room.problem(), Problem::EmptyClasses(vec!["Class 2".to_owned()], true));
    let effects = room.act(Action::Train(Ask { without_empty: true, ..Ask::default() }));
    assert_eq!(trained_on(&effects).1.classes, ["Class 1", "Class 3"]);
    assert_eq!(room.teach.training.refused, None);

    let mut room = Room::new(&[3, 0]);
    room.train();
    assert!(room.teach.training.refused.is_some());
    room.add_photo(Some(2));
    room.act(Action::LogLoss(true));
    assert_eq!(room.teach.training.refused, None, "the message went with its cause");
    let warning = room.teach.obstacle(Ask::default(), None).expect("enough");
    assert!(warning.expect("one photo").contains("“Class 2” has one photo"));
    for problem in [
        Problem::NoClass,
        Problem::OneClass("A".to_owned()),
        Problem::EmptyClasses(vec!["A".to_owned(); 6], true),
        Problem::Embedding(1, 2),
        Problem::NotReady,
        Problem::Setting("Seed", "expected a whole number.".to_owned()),
    ] {
        assert!(problem.words().ends_with('.') && !problem.words().contains('!'), "{}", problem.words());
    }
}

#[test]
fn a_run_waits_for_photos_and_engine() {
    let mut room = Room::new(&[2, 2]);
    room.waits_for(2, true);
    assert!(room.train().is_empty());
    assert!(matches!(room.teach.training.phase, Phase::Waiting { .. }));
    assert_eq!(room.teach.material(Ask::default(), None), Err(Problem::Embedding(1, 4)));
    let effects = room.waits_for(2, false);
    assert_eq!(trained_on(&effects).1.samples.len(), 4);

    let mut room = Room::new(&[2, 2]);
    room.waits_for(2, true);
    let some = Ask { only_embedded: true, ..Ask::default() };
    assert_eq!(trained_on(&room.act(Action::Train(some))).1.samples, [1, 3, 4]);

    let mut room = Room::new(&[2, 2]);
    let backbone = room.backbone.take();
    assert!(room.train().is_empty());
    room.backbone = backbone;
    // The head of an earlier visit goes to the engine first.
    assert!(room.does(TeachAction::EngineReady).contains(&TeachEffect::Training(Effect::AskHeadFile)));
    let effects = room.act(Action::HeadFile(true));
    assert!(matches!(sent(&effects)[..], [TeachCommand::LoadHead, TeachCommand::Train { run: 1, .. }]), "{effects:?}");

    let mut room = Room::new(&[2, 2]);
    room.backbone = None;
    room.train();
    room.act(Action::DoNotWait);
    assert_eq!(room.teach.training.phase, Phase::Idle);
}
