//! What the engine says of deep runs: photos that it wants, preparations, a lost GPU.

use super::*;
use crate::project::Way;
use crate::protocol::{NetworkCard, Preparing, TuneEvent};
use crate::view::teach::training::preparing::Progress;

fn preparing(run: u32, done: usize) -> TeachEvent {
    TeachEvent::Tune(TuneEvent::Preparing { run, stage: Preparing::Features, done, total: 64 })
}

fn deep() -> Room {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Way(Way::LastBlocks { blocks: 2 }));
    room
}

#[test]
fn photos_that_are_wanted_are_given() {
    let mut room = deep();
    room.train();
    let effects = room.says(TeachEvent::Tune(TuneEvent::Wanted { run: 1, samples: vec![3, 5] }));
    assert_eq!(effects, [3, 5].map(|sample| TeachEffect::Training(Effect::Supply(1, sample))));
    // An engine that waits gets its answer whatever became of the run.
    let effects = room.says(TeachEvent::Tune(TuneEvent::Wanted { run: 77, samples: vec![4] }));
    assert_eq!(effects, [TeachEffect::Training(Effect::Supply(77, 4))]);
}

#[test]
fn preparations_are_shown_until_the_first_epoch() {
    let mut room = deep();
    room.train();
    room.says(preparing(1, 16));
    let words = room.teach.training.preparing.as_ref().map(Progress::words);
    assert_eq!(words.as_deref(), Some("Looking at photos 16 of 64"));
    assert!(room.teach.training.announcement().contains("25 percent"));
    room.says(preparing(9, 60));
    assert_eq!(room.teach.training.preparing.as_ref().map(|progress| progress.done), Some(16), "another run's");
    room.says(preparing(1, 64));
    assert_eq!(room.teach.training.preparing, None);
    room.says(preparing(1, 20));
    room.says(TeachEvent::Epochs { run: 1, rows: vec![row(1)] });
    assert_eq!(room.teach.training.preparing, None);
    room.says(preparing(1, 20));
    room.says(TeachEvent::TrainingFailed { run: 1, error: error() });
    assert_eq!(room.teach.training.preparing, None);
}

#[test]
fn the_pace_is_that_of_this_stage() {
    let next = |before, done, ms| Some(Progress::next(before, 1, Preparing::Photos, (done, 500), ms));
    let begun = next(None, 20, 1000.0);
    assert_eq!(begun.as_ref().and_then(Progress::rate), None, "too soon");
    let later = next(begun, 120, 11_000.0).expect("progress");
    assert_eq!(later.words(), "Opening photos 120 of 500 · 10 photos/s · 38\u{a0}s left");
    let other = Progress::next(Some(later), 1, Preparing::Features, (4, 500), 12_000.0);
    assert_eq!(other.rate(), None);
}

#[test]
fn a_lost_gpu_goes_on_from_the_last_epoch() {
    let mut room = deep();
    room.train();
    room.starts(1);
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=5).map(row).collect() });
    room.says(TeachEvent::Tune(TuneEvent::Resumed { run: 1, epoch: 4 }));
    assert_eq!(room.teach.training.current().map(|run| run.rows.len()), Some(4));
    assert!(room.teach.training.announcement().contains("from the end of epoch 4"));
    room.says(TeachEvent::Epochs { run: 1, rows: vec![row(5)] });
    room.says(TeachEvent::Trained { run: 1, summary: summary(5), head: room.head_card() });
    let words = room.teach.training.resumed_words().expect("it stays to be read");
    assert!(words.ends_with("from the end of epoch 4."), "{words}");
    assert!(room.teach.training.announcement().starts_with("Training is over"));
    room.train();
    assert_eq!(room.teach.training.resumed_words(), None, "of another run");
}

#[test]
fn photos_that_are_left_out_are_told_with_the_run_by_their_names() {
    let mut room = deep();
    room.train();
    for sample in [3, 5, 3] {
        room.says(TeachEvent::Tune(TuneEvent::LeftOut { run: 1, sample, error: error() }));
    }
    room.says(TeachEvent::Tune(TuneEvent::LeftOut { run: 9, sample: 4, error: error() }));
    room.ends(1, 3);
    let run = room.teach.training.current().expect("a run").clone();
    let names: Vec<&str> = run.left_out.iter().map(|(_, error)| error.subject.as_str()).collect();
    assert_eq!((names, run.left_out_words().as_deref()), (vec!["3.jpg", "5.jpg"], Some("2\u{a0}photos were left out")));
    assert!(room.teach.intake.failed().is_empty(), "they are embedded");
    let back = Training::from_json(&room.teach.training.to_json());
    assert_eq!(back.runs, room.teach.training.runs, "it is kept");
}

#[test]
fn a_run_has_the_device_it_was_trained_on() {
    let gpu = Some(DeviceKind::Gpu);
    let cpu = Some(DeviceKind::Cpu);
    let of = |ended_on, resumed| {
        let mut run = Run { device: gpu, ..run_of(&[row(1), row(2), row(3)]) };
        run.ended_on(ended_on, resumed);
        (run.began_on, run.device)
    };
    assert_eq!(of(gpu, None), (None, gpu));
    assert_eq!(of(None, None), (None, gpu), "an engine that does not say");
    assert_eq!(of(cpu, None), (None, cpu), "a head is trained again from the start");
    assert_eq!(of(cpu, Some(0)), (None, cpu));
    assert_eq!(of(cpu, Some(2)), (gpu, cpu), "two epochs stayed");
    assert_eq!(of(cpu, Some(3)), (None, gpu), "lost after the last epoch, when only judging was left");
}

#[test]
fn time_left_is_that_of_the_blocks() {
    let mut run = run_of(&[]);
    run.settings = TrainSettings::suited_to(Way::Everything);
    let timed = |epoch: usize, seconds: f64| EpochRow { seconds, ..row(epoch) };
    run.rows = (1..=20).map(|epoch| timed(epoch, epoch as f64 / 64.0)).collect();
    assert_eq!(run.seconds_left(), None, "the head alone says nothing of the blocks");
    run.rows.extend([timed(21, 5.3125), timed(22, 10.3125), timed(23, 15.3125)]);
    assert_eq!(run.pace().seconds_an_epoch(), Some(5.0));
    assert_eq!(run.seconds_left(), Some(35.0));
    assert!((run.progress() - 23.0 / 30.0).abs() < 1e-9);
}

#[test]
fn going_on_skips_the_epochs_of_the_head_alone() {
    let mut room = deep();
    room.train();
    room.ends(1, 6);
    let (_, _, settings, go_on) = trained_on(&room.act(Action::Train(Ask { go_on: true, ..Ask::default() })));
    assert_eq!((settings.head_first, go_on), (0, true));
    assert_eq!(room.teach.project.settings.head_first, 20, "as it was set for the next new run");
    assert_eq!(
        room.teach.training.runs[0].outcome().as_deref(),
        Some("Epoch 6 of 6 is in use: 90.0\u{a0}% of the photos held out are right.")
    );
    let mut run = (*room.teach.training.runs[0]).clone();
    run.summary = Some(summary(9));
    assert!(run.outcome().expect("words").starts_with("Epoch 6 of 9 was the best; it is the one in use"));
}

#[test]
fn a_network_that_no_epoch_beats_stays_in_use() {
    let mut room = deep();
    room.train();
    room.ends(1, 6);
    let seen = room.teach.training.head.as_ref().expect("a head").seen.clone();
    let [_, new] = [1, 1].map(|class| room.add_photo(Some(class)));
    room.act(Action::Train(Ask { go_on: true, ..Ask::default() }));
    room.starts(2);
    assert!(room.teach.training.live().and_then(|live| live.split.clone()).expect("a split").training.contains(&new));
    room.says(TeachEvent::Epochs { run: 2, rows: (1..=4).map(row).collect() });
    room.says(TeachEvent::Trained {
        run: 2,
        summary: TrainSummary { best_epoch: 0, ..summary(4) },
        head: room.head_card(),
    });
    let run = room.teach.training.current().expect("a run");
    assert_eq!(
        run.outcome().as_deref(),
        Some(
            "No epoch of 4 was better than the network from before, which stays in use: 90.0\u{a0}% of the photos held out are right."
        )
    );
    assert_eq!(run.best(), None, "no point of the curves is in use");
    assert!(room.teach.training.announcement().ends_with("the network from before stays in use."));
    assert_eq!(room.teach.training.head.as_ref().expect("a head").seen, seen, "it was trained on no photo of this run");
}

#[test]
fn the_network_in_use_is_named() {
    let mut room = Room::new(&[40, 40]);
    room.train();
    room.ends(1, 6);
    assert_eq!(room.teach.training.own_network(), None, "the backbone as it is");
    room.act(Action::Way(Way::LastBlocks { blocks: 2 }));
    let mut named = |features_at, trained_from| {
        room.train();
        let run = room.teach.training.live().expect("a run").run;
        let network = NetworkCard { design: "mobilenet-v2-1-224".to_owned(), features_at, trained_from };
        let head = HeadCard { network: Some(network), ..room.head_card() };
        room.says(TeachEvent::Trained { run, summary: summary(3), head });
        room.teach.training.own_network().expect("words")
    };
    assert_eq!(named(None, 16), "Photos are judged by MobileNetV2 1.0, trained from blocks.15 on.");
    assert_eq!(named(None, 0), "Photos are judged by MobileNetV2 1.0, trained from end to end.");
    assert_eq!(named(Some(12), 13), "Photos are judged by MobileNetV2 1.0 up to blocks.11, as it is.");
}
