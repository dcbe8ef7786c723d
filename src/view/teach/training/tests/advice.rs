//! Advice on the way, and the question it rests on.

use super::*;
use crate::project::Way;
use crate::protocol::{TuneCommand, TuneEvent};
use crate::view::teach::training::advice::heading;

fn likened(effects: &[TeachEffect]) -> Option<Vec<u64>> {
    sent(effects).into_iter().find_map(|command| match command {
        TeachCommand::Tune(TuneCommand::Likeness { samples }) => Some(samples.clone()),
        _ => None,
    })
}

fn asked(effects: &[TeachEffect]) -> Option<usize> {
    likened(effects).map(|samples| samples.len())
}

fn answer(confidence: f32) -> TeachEvent {
    TeachEvent::Tune(TuneEvent::Likeness { confidence, samples: 10 })
}

#[test]
fn the_engine_is_asked_once_for_the_photos_there_are() {
    let mut room = Room::new(&[1, 2]);
    assert_eq!(asked(&room.settle()), None, "too few");
    let id = room.add_photo(Some(1));
    room.waits_for(id, true);
    assert_eq!(asked(&room.settle()), None);
    let mut room = Room::new(&[]);
    room.backbone = None;
    room.add_class(105);
    room.add_class(105);
    assert_eq!(asked(&room.settle()), None, "no network");
    room.backbone = Some(card("mobilenet-v2"));
    assert_eq!(asked(&room.settle()), Some(210), "all");
    assert_eq!(asked(&room.settle()), None);
    assert_eq!(room.teach.advice(room.backbone.as_ref()), None, "not answered yet");
    room.says(answer(0.8));
    assert!(room.teach.advice(room.backbone.as_ref()).is_some());
    // Another network sees them differently.
    room.backbone = Some(card("mobilenet-v1"));
    assert!(asked(&room.settle()).is_some());
    assert_eq!(room.teach.advice(room.backbone.as_ref()), None);
    // An engine that cannot say leaves the count.
    room.says(TeachEvent::Failed { error: error() });
    let advice = room.teach.advice(room.backbone.as_ref()).expect("advice");
    assert!(advice.why.iter().any(|why| why.contains("not measured")), "{advice:?}");
}

#[test]
fn of_many_photos_some_are_looked_at_evenly() {
    let mut room = Room::new(&[]);
    room.backbone = None;
    room.add_class(400);
    room.add_class(350);
    room.backbone = Some(card("mobilenet-v2"));
    let samples = likened(&room.settle()).expect("a question");
    assert_eq!((samples.len(), samples[0], samples[599]), (600, 1, 749));
    assert!(samples.windows(2).all(|pair| (1..=2).contains(&(pair[1] - pair[0]))), "{samples:?}");
}

#[test]
fn advice_is_taken_with_one_press() {
    let mut room = Room::new(&[20, 20]);
    room.says(answer(0.8));
    let backbone = room.backbone.clone();
    let advice = room.teach.advice(backbone.as_ref()).expect("advice");
    assert_eq!((&advice.way, heading(&advice).as_str()), (&Way::Frozen, "keep it frozen"));
    assert!(room.teach.follows(&advice));
    room.act(Action::Way(Way::Everything));
    assert!(!room.teach.follows(&advice));
    room.act(Action::UseAdvice);
    assert!(room.teach.follows(&advice));
    // Unlike and few: earlier features.
    room.says(answer(0.02));
    let advice = room.teach.advice(backbone.as_ref()).expect("advice");
    assert!(advice.features_at.is_some() && heading(&advice).contains("earlier block"), "{advice:?}");
    room.act(Action::UseAdvice);
    assert_eq!(room.teach.project.settings.features_at, advice.features_at);
    // Many and alike: the last blocks, with what suits them.
    let mut room = Room::new(&[105, 105]);
    room.says(answer(0.8));
    room.act(Action::UseAdvice);
    let settings = &room.teach.project.settings;
    assert!(matches!(settings.way, Way::LastBlocks { .. }) && settings.head_first > 0, "{settings:?}");
}
