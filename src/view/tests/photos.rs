//! The queue: order, Stop, duplicates, removal and Undo.

use super::page::*;
use crate::error::ErrorKind;
use crate::protocol::{DeviceKind, Event, Skipped};
use crate::view::notices::{Offer, Topic};
use crate::view::photos::PhotoState::{Done, Failed, Waiting, Working};
use crate::view::spoken;
use crate::view::state::{Action, Effect, Focus};

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
    let told = page.message(Topic::Duplicates).expect("a message");
    assert!(
        told.starts_with("1.jpg: expected ") && told.contains(", found ") && told.contains(". It is kept once"),
        "{told}"
    );

    page.add(3..9);
    page.add(1..9);
    let told = page.message(Topic::Duplicates).expect("a message");
    assert!(told.starts_with("1.jpg, 2.jpg, 3.jpg and 5 more: ") && told.contains("Each is kept once"), "{told}");
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
    let effects = page.act(Action::Expire(message));
    assert_eq!(effects, [Effect::Forget(vec![1, 2, 3])], "and the focus stays where it is");
}

#[test]
fn the_focus_goes_on_when_what_had_it_goes() {
    let mut page = Page::ready();
    page.add(1..4);
    page.finish();
    let focus = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| if let Effect::Focus(focus) = effect { Some(focus) } else { None })
    };
    assert_eq!(focus(page.act(Action::Remove(2))), Some(Focus::Photo(3)));
    assert_eq!(focus(page.act(Action::Remove(3))), Some(Focus::Photo(1)), "the last one: the one before");
    let alone = focus(page.act(Action::Remove(1)));
    let undo = page.state.notices.about(Topic::Removed).expect("a message").id;
    assert_eq!(alone, Some(Focus::Offer(undo)));
    assert_eq!(focus(page.act(Action::Take(Offer::Undo))), Some(Focus::Photo(1)));
    let cleared = focus(page.act(Action::Clear));
    let undo = page.state.notices.about(Topic::Removed).expect("a message").id;
    assert_eq!(cleared, Some(Focus::Offer(undo)));

    page.act(Action::Say("Done.".to_owned()));
    let said = page.state.notices.about(Topic::Button).expect("a message").id;
    assert_eq!(focus(page.act(Action::Dismiss(undo))), Some(Focus::Close(said)), "the next message");
    assert_eq!(focus(page.act(Action::Dismiss(said))), Some(Focus::Place));
    page.act(Action::Camera(true));
    assert_eq!(focus(page.act(Action::Camera(false))), Some(Focus::Camera));
    assert_eq!(focus(page.act(Action::Clear)), None, "nothing is there to be removed");
}

#[test]
fn a_screen_reader_hears_of_a_single_photo_what_was_found_and_of_many_who_failed() {
    let mut page = Page::ready();
    let heard = |page: &Page| spoken::now(&page.state.photos, None).replace('\u{a0}', " ");
    assert_eq!(heard(&page), "");
    page.add(1..2);
    assert_eq!(heard(&page), "0 percent");
    page.finish();
    assert_eq!(heard(&page), "1.jpg: Dalmatian, 97.0 %");

    page.add(2..3);
    page.says(Event::PhotoFailed { photo: 2, error: error(ErrorKind::NotAnImage, "2.jpg") });
    assert_eq!(heard(&page), "2.jpg: expected this, found that. Do something.");

    page.add(3..7);
    page.says(Event::PhotoFailed { photo: 3, error: error(ErrorKind::NotAnImage, "3.jpg") });
    assert_eq!(heard(&page), "20 percent. Not classified: 3.jpg");
    page.finish();
    assert_eq!(heard(&page), "4 photos done. Not classified: 3.jpg", "those of this run");
    assert_eq!(spoken::now(&page.state.photos, Some(3)), "Reading the folder");
}

#[test]
fn what_of_a_folder_is_no_photo_is_said_by_name() {
    let mut page = Page::ready();
    let skipped = |path: &str, reason: &str| Skipped { path: path.to_owned(), reason: reason.to_owned() };
    let read = |photos, left_out: &[Skipped], unread: &[Skipped]| Action::FolderRead {
        photos,
        left_out: left_out.to_vec(),
        unread: unread.to_vec(),
    };
    page.act(Action::Reading(Some(3)));
    page.act(read(3, &[], &[]));
    assert_eq!(page.state.reading, None);
    assert!(page.state.notices.list.is_empty());

    let notes = [skipped("trip/notes.txt", "its name is not a photo's")];
    page.act(read(3, &notes, &[]));
    let told = page.message(Topic::LeftOut).expect("a message").replace('\u{a0}', " ");
    assert_eq!(
        told,
        "trip/notes.txt: expected photos, found another file (its name is not a photo's). It was left out; 3 photos of the folder went on."
    );

    page.act(read(0, &notes, &[]));
    assert!(page.message(Topic::LeftOut).is_some_and(|told| told.contains("found only trip/notes.txt. Drop")));
    page.act(read(0, &[], &[]));
    assert!(page.message(Topic::LeftOut).is_some_and(|told| told.contains("found no file")));

    page.act(read(1, &[], &[skipped("trip/locked.jpg", "it cannot be read: denied")]));
    let told = page.message(Topic::Unreadable).expect("a message");
    assert!(told.starts_with("trip/locked.jpg: expected ") && told.contains("denied. The rest goes on"), "{told}");
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
