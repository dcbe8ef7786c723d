//! Photos and camera pictures that are tried.

use super::page::*;
use crate::error::{Error, ErrorKind};
use crate::protocol::TeachEvent;
use crate::view::teach::judge::{Action, Effect, FIRST_PHOTO, KEPT, TryState};
use crate::view::teach::{TeachAction, TeachEffect};

const A: u64 = FIRST_PHOTO;
const B: u64 = FIRST_PHOTO + 1;

#[test]
fn one_photo_at_a_time_goes_to_the_engine() {
    let mut page = Page::new(&[("Ants", 2), ("Bees", 2)]);
    assert_eq!(sent(&page.try_photos(&[A, B])), [A]);
    assert_eq!(page.teach.judge.tries.shown, Some(A));
    assert_eq!(sent(&page.found(A)), [B]);
    assert!(sent(&page.found(B)).is_empty());
    let states: Vec<_> = page.teach.judge.tries.list.iter().map(|tried| (tried.photo, tried.state)).collect();
    assert_eq!(states, [(A, TryState::Done), (B, TryState::Done)]);
}

#[test]
fn nothing_is_sent_before_the_engine_is_ready() {
    let mut page = Page::new(&[("Ants", 2)]);
    page.ready = false;
    assert!(sent(&page.try_photos(&[A])).is_empty());
    page.ready = true;
    assert_eq!(sent(&page.does(TeachAction::EngineReady)), [A]);
}

#[test]
fn the_oldest_are_let_go() {
    let mut page = Page::new(&[("Ants", 2)]);
    for photo in (A..).take(KEPT) {
        page.try_photos(&[photo]);
        page.found(photo);
    }
    let effects = page.try_photos(&[A + 100]);
    assert!(effects.contains(&TeachEffect::Judge(Effect::Forget(vec![A]))));
    assert_eq!(page.teach.judge.tries.list.len(), KEPT);
}

#[test]
fn a_refused_photo_says_why_and_the_next_goes_on() {
    let mut page = Page::new(&[("Ants", 2)]);
    page.try_photos(&[A, B]);
    let error = Error::new(ErrorKind::NotAnImage, "x", "an image", "a text", "Choose another.");
    assert_eq!(sent(&page.act(Action::TryFailed { photo: A, error: error.clone() })), [B]);
    assert_eq!(page.teach.judge.tries.shown().and_then(|tried| tried.error.as_deref()), Some(&error));
}

#[test]
fn the_camera_never_queues_a_picture() {
    let mut page = Page::new(&[("Ants", 2)]);
    let let_go = |photo| TeachEffect::Judge(Effect::Forget(vec![photo]));
    assert_eq!(page.act(Action::Frame(A)), [let_go(A)], "the camera is off");
    page.act(Action::Live(true));
    assert_eq!(sent(&page.act(Action::Frame(A))), [A]);
    assert_eq!(page.act(Action::Frame(B)), [let_go(B)], "the engine is busy");
    assert_eq!(page.found(A), [let_go(A)]);
    let live = page.teach.judge.tries.live.as_ref().expect("on");
    assert!(live.prediction.is_some() && live.rate().is_none());
    page.act(Action::Frame(B));
    page.found(B);
    let rate = page.teach.judge.tries.live.as_ref().and_then(|live| live.rate()).expect("two pictures");
    assert!((rate - 5.0).abs() < 0.1, "{rate}");
    assert!(page.teach.judge.tries.list.is_empty(), "pictures of the camera are not kept");
}

#[test]
fn a_photo_waits_for_no_more_than_one_picture_of_the_camera() {
    let mut page = Page::new(&[("Ants", 2)]);
    page.act(Action::Live(true));
    page.act(Action::Frame(A));
    assert!(sent(&page.try_photos(&[B])).is_empty());
    assert_eq!(sent(&page.found(A)), [B]);
}

#[test]
fn another_head_tries_what_is_shown_again_and_the_rest_when_looked_at() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.try_photos(&[A]);
    page.found(A);
    page.try_photos(&[B]);
    page.found(B);
    assert_eq!(sent(&page.trained(evaluation, &logits)), [B]);
    assert!(page.teach.judge.tries.shown().is_some_and(|tried| tried.prediction.is_some()), "the old result stays");
    page.found(B);
    assert_eq!(sent(&page.act(Action::Show(A))), [A]);
    page.found(A);
    assert!(sent(&page.act(Action::Show(B))).is_empty());
}

#[test]
fn a_photo_that_stops_the_engine_twice_is_given_up() {
    let mut page = Page::new(&[("Ants", 2)]);
    page.try_photos(&[A, B]);
    page.does(TeachAction::EngineLost);
    assert_eq!(sent(&page.does(TeachAction::EngineReady)), [A]);
    page.does(TeachAction::EngineLost);
    assert_eq!(page.teach.judge.tries.shown().map(|tried| tried.state), Some(TryState::Failed));
}

#[test]
fn a_tried_photo_joins_a_class_once_it_is_there() {
    let mut page = Page::new(&[("Ants", 2)]);
    page.try_photos(&[A]);
    page.found(A);
    assert_eq!(page.act(Action::AddTo(A, 1)), [TeachEffect::Judge(Effect::AddTo(A, 1))]);
    assert_eq!(page.teach.judge.tries.list[0].added, Some(1));
    assert_eq!(page.act(Action::AddTo(A, 77)), [], "no such class");
}

#[test]
fn a_refused_head_leaves_none() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.trained(evaluation, &logits);
    let error = Error::new(ErrorKind::WeightFile, "head", "a head", "something else", "Train again.");
    page.says(TeachEvent::HeadFailed { error }, None);
    assert!(page.teach.judge.head.is_none() && page.teach.judge.validation.is_none());
    assert_eq!(page.notices.list.len(), 1);
}
