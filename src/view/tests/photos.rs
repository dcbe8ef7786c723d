//! The queue: order, Stop, duplicates, removal and Undo.

use super::page::*;
use crate::error::ErrorKind;
use crate::protocol::{DeviceKind, Event};
use crate::view::notices::{Offer, Topic};
use crate::view::photos::PhotoState::{Done, Failed, Waiting, Working};
use crate::view::state::{Action, Effect};

#[test]
fn two_photos_are_in_flight_and_the_next_follows_an_answer() {
    let mut page = Page::ready();
    assert_eq!(sent_in(&page.add(1..5)), [1, 2]);
    assert_eq!(page.states(), [Working, Working, Waiting, Waiting]);
    assert_eq!(sent_in(&page.predicted(1)), [3]);
    assert_eq!(page.states(), [Done, Working, Working, Waiting]);
}

#[test]
fn photos_wait_for_device_and_network() {
    let (mut page, _) = Page::opened(crate::protocol::DeviceChoice::Auto, None);
    assert!(sent_in(&page.add(1..3)).is_empty());
    page.says(Event::Started);
    let fetch = page.act(Action::Networks(Ok(cards())));
    assert!(sent_in(&page.weights_come(&fetch)).is_empty());
    assert_eq!(sent_in(&page.device_is(DeviceKind::Cpu)), [1, 2]);
}

#[test]
fn a_refused_photo_leaves_the_others_alone() {
    let mut page = Page::ready();
    page.add(1..4);
    page.says(Event::PhotoFailed { photo: 1, error: error(ErrorKind::NotAnImage, "1.jpg") });
    page.finish();
    assert_eq!(page.states(), [Failed, Done, Done]);
    let run = page.state.photos.run.expect("a run");
    assert_eq!((run.done, run.total), (3, 3));
    assert!(run.ended_ms.is_some());
}

#[test]
fn the_same_file_is_kept_once() {
    let mut page = Page::ready();
    page.add(1..3);
    let again = crate::view::photos::NewPhoto { id: 9, ..photo(1) };
    let effects = page.act(Action::Add(vec![again]));
    assert!(effects.contains(&Effect::Forget(vec![9])));
    assert_eq!(page.state.photos.list.len(), 2);
    assert!(page.message(Topic::Duplicates).is_some());
}

#[test]
fn stop_holds_the_queue_and_going_on_ends_it() {
    let mut page = Page::ready();
    page.add(1..6);
    page.act(Action::Stop(true));
    page.finish();
    assert_eq!(page.states(), [Done, Done, Waiting, Waiting, Waiting]);
    let rate = page.state.photos.run.expect("a run").rate(page.now_ms);
    page.now_ms += 60_000.0;
    assert_eq!(page.state.photos.run.expect("a run").rate(page.now_ms), rate, "a pause is not counted");
    page.act(Action::Stop(false));
    page.finish();
    assert_eq!(page.states(), [Done; 5]);
}

#[test]
fn clear_can_be_undone_and_is_forgotten_with_its_message() {
    let mut page = Page::ready();
    page.add(1..4);
    page.predicted(1);
    page.act(Action::Clear);
    assert!(page.state.photos.list.is_empty());
    // An answer to a photo that is away changes nothing.
    page.predicted(2);
    page.act(Action::Take(Offer::Undo));
    page.finish();
    assert_eq!(page.states(), [Done; 3]);

    page.act(Action::Clear);
    let message = page.state.notices.about(Topic::Removed).expect("a message").id;
    let effects = page.act(Action::Dismiss(message));
    assert_eq!(effects, [Effect::Forget(vec![1, 2, 3])]);
}

#[test]
fn a_removed_photo_comes_back_to_its_place() {
    let mut page = Page::ready();
    page.add(1..4);
    page.finish();
    page.act(Action::Remove(2));
    page.act(Action::Take(Offer::Undo));
    let ids: Vec<u64> = page.state.photos.list.iter().map(|photo| photo.id).collect();
    assert_eq!(ids, [1, 2, 3]);
}

#[test]
fn rate_and_time_left_follow_the_clock() {
    let mut page = Page::ready();
    page.add(1..5);
    let start_ms = page.now_ms;
    page.now_ms = start_ms + 499.0;
    page.predicted(1);
    let run = page.state.photos.run.expect("a run");
    assert_eq!(run.rate(start_ms + 500.0), Some(2.0));
    assert_eq!(run.seconds_left(start_ms + 500.0), Some(1.5));
    assert_eq!(page.state.photos.rate(), Some(40.0)); // 25 ms a photo
}
