//! A run in progress.

use super::*;

#[test]
fn a_run_lives_from_start_to_end() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.starts(1);
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=3).map(row).collect() });
    let run = room.teach.training.current().expect("a run").clone();
    assert_eq!(run.sides.as_ref().map(|sides| (sides.training, sides.validation)), Some((10, 2)));
    assert_eq!(run.line().as_deref(), Some("epoch 3 of 50 · 0.3\u{a0}s · 83.3\u{a0}% / 84.0\u{a0}%"));
    assert_eq!((run.span(), run.best().map(|row| row.epoch)), (50, Some(3)));
    assert!((run.seconds_left().expect("a pace") - 4.7).abs() < 1e-9);
    assert_eq!(sent(&room.act(Action::Pause(true))), [&TeachCommand::PauseTraining { paused: true }]);
    assert!(room.teach.training.live().expect("live").paused);
    assert_eq!(sent(&room.act(Action::Stop)), [&TeachCommand::StopTraining]);
    // What an unknown run's engine says changes nothing.
    let before = room.teach.clone();
    room.says(TeachEvent::Epochs { run: 9, rows: vec![row(9)] });
    room.says(TeachEvent::TrainingFailed { run: 9, error: error() });
    assert_eq!(room.teach, before);

    room.says(TeachEvent::Trained { run: 1, summary: summary(3), head: room.head_card() });
    let training = &room.teach.training;
    assert_eq!(training.phase, Phase::Idle);
    assert_eq!(training.split().map(|split| split.validation.clone()), Some(vec![5, 10]));
    let head = training.head.as_ref().expect("a head");
    assert_eq!((head.run, head.classes.as_slice(), head.seen.len()), (1, &[1, 2][..], 10));
    assert_eq!(room.teach.training.current().map(|run| run.span()), Some(3));
}

#[test]
fn a_failure_is_shown_and_leaves_what_was_there() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.ends(1, 4);
    let head = room.teach.training.head.clone();
    room.train();
    room.says(TeachEvent::TrainingFailed { run: 2, error: error() });
    assert_eq!(room.teach.training.runs.len(), 1, "a run without an epoch is not kept");
    assert_eq!((room.teach.training.failure.as_deref(), &room.teach.training.head), (Some(&error()), &head));
    room.act(Action::Dismiss);
    assert_eq!(room.teach.training.failure, None);
    room.train();
    assert_eq!(room.teach.training.live().map(|live| live.run), Some(3), "numbers are not used again");
    room.act(Action::Stop);
    room.says(TeachEvent::TrainingFailed { run: 3, error: error() });
    assert_eq!((&room.teach.training.failure, room.teach.training.runs.len()), (&None, 1), "it was stopped");
    // One that fails in the middle: its best head is kept, and it says why.
    room.train();
    room.starts(4);
    room.says(TeachEvent::Epochs { run: 4, rows: vec![row(1), row(2)] });
    let failed = TrainSummary { ended: Ended::Failed, failed: Some(error()), ..summary(2) };
    room.says(TeachEvent::Trained { run: 4, summary: failed, head: room.head_card() });
    let training = &room.teach.training;
    assert!(training.failure.is_some() && training.head.as_ref().is_some_and(|head| head.run == 4));
    let run = training.run(4).expect("a run");
    assert_eq!((run.failed(), run.ended_words()), (Some(&error()), "went wrong after that"));
}

#[test]
fn a_lost_engine_trains_again_from_the_start() {
    let mut room = Room::new(&[6, 6]);
    let first = trained_on(&room.train());
    room.starts(1);
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=3).map(row).collect() });
    let backbone = room.backbone.take();
    room.does(TeachAction::EngineLost);
    assert!(matches!(room.teach.training.phase, Phase::Waiting { again: Some(1), .. }));
    assert!(room.teach.training.announcement().contains("begins again"));
    room.backbone = backbone;
    assert!(room.does(TeachAction::EngineReady).contains(&TeachEffect::Training(Effect::AskHeadFile)));
    let effects = room.act(Action::HeadFile(false));
    assert_eq!(trained_on(&effects), first);
    assert_eq!(room.teach.training.runs.len(), 1);
    assert!(room.teach.training.current().expect("a run").rows.is_empty());
    let words = room.teach.training.resumed_words().expect("it stays to be read");
    assert!(words.contains("after epoch 3") && words.contains("again from the start"), "{words}");
    room.ends(1, 5);
    assert_eq!(room.teach.training.resumed_words(), None);
    assert_eq!(room.teach.training.current().map(|run| run.rows.len()), Some(5));
}

#[test]
fn an_engine_that_stops_at_every_try_is_not_tried_for_ever() {
    let mut room = Room::new(&[6, 6]);
    let lose = |room: &mut Room| {
        let backbone = room.backbone.take();
        room.does(TeachAction::EngineLost);
        room.backbone = backbone;
        room.does(TeachAction::EngineReady);
        room.act(Action::HeadFile(false))
    };
    room.train();
    for _ in 0..2 {
        trained_on(&lose(&mut room));
        room.says(TeachEvent::Epochs { run: 1, rows: vec![row(1)] });
    }
    assert!(sent(&lose(&mut room)).iter().all(|command| !matches!(command, TeachCommand::Train { .. })));
    assert_eq!(room.teach.training.phase, Phase::Idle);
    let said = room.teach.training.failure.as_ref().map(|error| error.found.clone());
    assert_eq!(said.as_deref(), Some("that it stopped 3 times"));
    // A person may try again, and what was stopped is not begun anew.
    room.train();
    room.act(Action::Stop);
    lose(&mut room);
    assert_eq!(room.teach.training.phase, Phase::Idle);
    assert_eq!(room.teach.training.failure, None, "who stops before the first epoch knows that there is no head");
}

#[test]
fn an_epoch_trained_anew_takes_the_place_of_the_old() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=5).map(row).collect() });
    room.says(TeachEvent::Epochs { run: 1, rows: (4..=6).map(row).collect() });
    let epochs: Vec<usize> = room.teach.training.current().expect("a run").rows.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn what_is_announced_changes_at_the_quarters() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    let mut heard: Vec<String> = Vec::new();
    for epoch in 1..=50 {
        room.says(TeachEvent::Epochs { run: 1, rows: vec![row(epoch)] });
        let now = room.teach.training.announcement();
        if heard.last() != Some(&now) {
            heard.push(now);
        }
    }
    assert_eq!(heard.len(), 5, "{heard:?}");
    assert_eq!(heard[1], "Epoch 13 of 50: validation accuracy 76.0\u{a0}%.");
}
