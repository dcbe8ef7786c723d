//! Runs go one after another; the head in use stays what it was.

use super::*;

fn position(effects: &[TeachEffect], is: impl Fn(&TeachEffect) -> bool) -> usize {
    effects.iter().position(is).unwrap_or_else(|| panic!("not among {effects:?}"))
}

#[test]
fn runs_go_one_after_another_and_the_head_in_use_stays() {
    let mut room = Room::new();
    room.does(TeachAction::Training(training::Action::Train(Ask::default())));
    room.ends(&[0.7], Ended::Done);
    let head = room.teach.training.head.clone().expect("a head");

    room.add(What::Frozen, 2);
    room.add(What::LastBlocks, 1);
    assert_eq!(room.states(), ["waiting"; 3]);
    let effects = room.act(Action::Run);
    assert_eq!(trained(&effects).expect("a run").1.seed, 0);
    assert_eq!(room.states(), ["running", "waiting", "waiting"]);
    assert!(
        room.teach.training.current().is_some_and(|run| run.number == 1),
        "the person's own run is the current one"
    );

    let effects = room.ends(&[0.8, 0.9, 0.85], Ended::Done);
    assert!(
        !effects.contains(&TeachEffect::Training(training::Effect::UseTrained)),
        "the file of the head in use stays"
    );
    let back = position(&effects, |effect| *effect == TeachEffect::Send(0, TeachCommand::LoadHead));
    let train = position(&effects, |effect| matches!(effect, TeachEffect::Send(0, TeachCommand::Train { .. })));
    assert!(back < train, "the engine has it back before it trains another");
    assert_eq!(trained(&effects).expect("the next one").1.seed, 1);
    assert_eq!(room.states(), ["done", "running", "waiting"]);
    room.ends(&[0.8], Ended::Done);
    let settings = room.teach.lab.settings(3).cloned().expect("settings");
    assert_eq!((settings.way, settings.batch), (Way::LastBlocks { blocks: 3 }, 16));
    let effects = room.ends(&[0.8], Ended::Done);
    assert!(trained(&effects).is_none());
    assert_eq!((room.states(), room.teach.lab.on), (vec!["done"; 3], false));

    let numbers: Vec<u32> = room.teach.training.runs.iter().map(|run| run.number).collect();
    assert_eq!(numbers, [1], "the Lab has taken its runs");
    assert_eq!(room.teach.training.head, Some(head));
    assert_eq!(room.teach.training.phase, Phase::Idle);

    let record = &room.teach.lab.records()[0];
    assert_eq!((record.best(), record.last(), record.training, record.validation), (Some((2, 0.9)), Some(0.85), 32, 8));
    assert_eq!((record.model.as_str(), record.depth), ("MobileNetV2 1.0", Some(53)));
    // The network's numbers without its classifier, batch norm folded in, with a head for two classes.
    assert_eq!((record.parameters, record.trainable), (2_206_816 + 2562, 2562));
}

#[test]
fn without_a_head_before_none_is_left() {
    let mut room = Room::new();
    room.add(What::Frozen, 1);
    room.act(Action::Run);
    let effects = room.ends(&[0.8], Ended::Done);
    assert!(effects.contains(&TeachEffect::Send(0, TeachCommand::DropHead)));
    assert_eq!(room.teach.training.head, None);
}

#[test]
fn stop_ends_the_run_and_the_list() {
    let mut room = Room::new();
    room.add(What::Frozen, 3);
    room.act(Action::Run);
    let effects = room.act(Action::Stop);
    assert!(effects.contains(&TeachEffect::Send(0, TeachCommand::StopTraining)));
    let effects = room.ends(&[0.8, 0.9], Ended::Stopped);
    assert!(trained(&effects).is_none());
    assert_eq!(room.states(), ["done", "waiting", "waiting"], "what it has is kept");

    room.act(Action::Run);
    let run = room.teach.training.live().expect("a run").run;
    room.act(Action::Stop);
    let error = Error::new(ErrorKind::Usage, "training", "an epoch", "none", "Train again.");
    room.says(TeachEvent::TrainingFailed { run, error });
    assert_eq!(room.states(), ["done", "waiting", "waiting"], "stopped before there was anything to show");
    assert!(!room.teach.lab.on && room.teach.training.runs.is_empty() && room.teach.training.failure.is_none());
}

#[test]
fn time_left_is_told_from_runs_like_those_to_come() {
    let mut room = Room::new();
    room.act(Action::Choose(Field::Epochs, "10".to_owned()));
    room.add(What::Frozen, 3);
    room.act(Action::Run);
    let left = |room: &Room| room.teach.lab.left(&room.teach.training);
    assert!(!left(&room).is_all, "nobody knows yet");
    room.ends(&[0.5; 10], Ended::Done);
    // One second an epoch: ten of the run that waits; that in progress has no epoch yet.
    assert_eq!((left(&room).seconds, left(&room).is_all), (10.0, false));
    let run = room.teach.training.live().expect("a run").run;
    room.says(TeachEvent::Epochs { run, rows: (1..=4).map(|epoch| row(epoch, 0.5)).collect() });
    assert_eq!((left(&room).seconds, left(&room).is_all), (16.0, true));
    let line = room.teach.lab.line(&room.teach.training).expect("a line");
    assert_eq!(line, "Run 2 of 3: Frozen, seed 1 · epoch 4 of 10 · about 16\u{a0}s left in all");
    assert!((room.teach.lab.share(&room.teach.training) - 1.4 / 3.0).abs() < 1e-9);
}
