//! Zip files of photos.

use super::*;
use crate::protocol::{Skipped, ZipEntry};

/// The engine's answer to the first question.
fn entries(paths: &[&str]) -> TeachEvent {
    entries_of(1, paths)
}

/// The same to a question of this number.
fn entries_of(number: u32, paths: &[&str]) -> TeachEvent {
    let entry = |(index, path): (usize, &&str)| ZipEntry { index, path: (*path).to_owned(), bytes: 1000 };
    let skipped = vec![Skipped { path: "notes.txt".to_owned(), reason: "its name is not a photo's".to_owned() }];
    TeachEvent::ZipOpened { number, entries: paths.iter().enumerate().map(entry).collect(), skipped }
}

fn asked_for(effects: &[TeachEffect]) -> Vec<usize> {
    let asked = effects.iter().filter_map(|effect| match effect {
        TeachEffect::Send(0, TeachCommand::Unpack { index }) => Some(*index),
        _ => None,
    });
    asked.collect()
}

fn opens(effects: &[TeachEffect]) -> bool {
    asked(effects).iter().any(|effect| matches!(effect, Effect::OpenZip { .. }))
}

fn closes(effects: &[TeachEffect]) -> bool {
    effects.contains(&TeachEffect::Send(0, TeachCommand::CloseZip))
}

/// A zip file with six photos in two classes was opened.
fn opened() -> (Room, Vec<TeachEffect>) {
    let mut room = Room::ready(1);
    let files = room.files(&["pets.zip"]);
    assert!(opens(&room.act(Action::Zips(files, Role::Auto))));
    let effects = room.says(
        0,
        entries(&["p/cats/1.jpg", "p/cats/2.jpg", "p/cats/3.jpg", "p/dogs/4.jpg", "p/dogs/5.jpg", "p/dogs/6.jpg"]),
    );
    (room, effects)
}

#[test]
fn entries_are_unpacked_a_few_at_a_time_and_embedded_as_they_come() {
    let (mut room, effects) = opened();
    assert_eq!(room.samples().len(), 6);
    assert_eq!(room.samples()[5], "dogs:6.jpg");
    assert_eq!((asked_for(&effects), room.progress()), (vec![0, 1, 2, 3], (0, 6)));
    assert!(sent_to(0, &effects).is_empty(), "nothing is here yet");
    let effects = room.says(0, TeachEvent::Unpacked { index: 1 });
    assert_eq!((asked_for(&effects), sent_to(0, &effects)), (vec![4], vec![2]));
    for index in [0, 2, 3, 4] {
        assert!(!closes(&room.says(0, TeachEvent::Unpacked { index })));
    }
    assert!(closes(&room.says(0, TeachEvent::Unpacked { index: 5 })));
    assert!(!room.teach.intake.is_unpacking());
    assert_eq!(room.teach.intake.report.skipped.len(), 1);
}

#[test]
fn all_of_a_zip_file_is_one_step() {
    let (mut room, _) = opened();
    room.does(TeachAction::Classes(classes::Action::Undo));
    assert!(room.samples().is_empty());
    // What still comes is kept for the case that the step is done again, and not embedded until then.
    let effects = room.says(0, TeachEvent::Unpacked { index: 0 });
    assert!(sent_to(0, &effects).is_empty());
    let effects = room.does(TeachAction::Classes(classes::Action::Redo));
    assert_eq!(sent_to(0, &effects), [1]);
}

#[test]
fn an_entry_that_cannot_be_unpacked_is_listed_and_the_others_come() {
    let (mut room, _) = opened();
    let error = Error::new(ErrorKind::Archive, "1.jpg", "its checksum", "another", "Make the zip file again.");
    room.says(0, TeachEvent::UnpackFailed { index: 0, error });
    assert_eq!(room.samples().len(), 5);
    assert!(room.teach.intake.report.skipped.iter().any(|skipped| skipped.path == "1.jpg"));
    assert_eq!(room.progress(), (0, 5));
}

#[test]
fn a_zip_file_that_is_refused_changes_nothing() {
    let mut room = Room::ready(1);
    let files = room.files(&["bomb.zip", "good.zip"]);
    room.act(Action::Zips(files, Role::Auto));
    let error = Error::new(ErrorKind::Archive, "bomb.zip", "at most 4 GB", "40 GB", "Give fewer photos.");
    let effects = room.says(0, TeachEvent::ZipFailed { number: 1, error });
    assert!(room.samples().is_empty());
    assert!(room.message().is_some_and(|said| said.contains("bomb.zip")));
    assert!(opens(&effects), "the next one has its turn");
}

#[test]
fn a_zip_file_without_photos_is_closed_again() {
    let mut room = Room::ready(1);
    let files = room.files(&["texts.zip"]);
    room.act(Action::Zips(files, Role::Auto));
    assert!(closes(&room.says(0, entries(&[]))));
    assert!(room.message().is_some_and(|said| said.contains("texts.zip")));
}

#[test]
fn stop_leaves_out_what_was_not_unpacked() {
    let (mut room, _) = opened();
    room.says(0, TeachEvent::Unpacked { index: 0 });
    let effects = room.act(Action::Stop);
    assert!(closes(&effects));
    assert_eq!(room.samples(), ["cats:1.jpg"]);
    // A late answer about an entry that is no more wanted.
    room.says(0, TeachEvent::Unpacked { index: 1 });
    assert_eq!(room.samples(), ["cats:1.jpg"]);
    assert!(room.message().is_some());
}

#[test]
fn an_engine_that_stops_goes_on_where_it_was() {
    let (mut room, _) = opened();
    room.says(0, TeachEvent::Unpacked { index: 0 });
    room.does(TeachAction::EngineLost);
    let effects = room.engine("mobilenet-v2");
    assert!(opens(&effects) && asked_for(&effects).is_empty());
    let again = ["p/cats/1.jpg", "p/cats/2.jpg", "p/cats/3.jpg", "p/dogs/4.jpg", "p/dogs/5.jpg", "p/dogs/6.jpg"];
    let effects = room.says(0, entries_of(2, &again));
    assert_eq!(asked_for(&effects), [1, 2, 3, 4]);
    assert_eq!(room.samples().len(), 6);
}

#[test]
fn a_pause_asks_for_no_more_entries() {
    let (mut room, _) = opened();
    room.act(Action::Pause(true));
    assert!(asked_for(&room.says(0, TeachEvent::Unpacked { index: 0 })).is_empty());
    assert_eq!(asked_for(&room.act(Action::Pause(false))), [4]);
}

#[test]
fn photos_of_a_zip_file_are_worth_another_engine_before_they_are_unpacked() {
    let mut room = Room::ready(2);
    let files = room.files(&["pets.zip"]);
    room.act(Action::Zips(files, Role::Auto));
    let paths: Vec<String> = (0..40).map(|number| format!("p/{}/{number}.jpg", number % 2)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let effects = room.says(0, entries(&paths));
    assert!(asked(&effects).iter().any(|effect| matches!(effect, Effect::StartEmbedder(1, _))));
}

#[test]
fn what_is_said_of_a_zip_file_that_was_given_up_is_not_taken_for_the_next_one() {
    let mut room = Room::ready(1);
    let files = room.files(&["a.zip"]);
    room.act(Action::Zips(files, Role::Auto));
    room.act(Action::Stop);
    let files = room.files(&["b.zip"]);
    assert!(opens(&room.act(Action::Zips(files, Role::Auto))));
    assert!(room.says(0, entries(&["a/cats/1.jpg", "a/dogs/2.jpg"])).is_empty());
    let error = Error::new(ErrorKind::Archive, "a.zip", "a zip file", "a text", "Give another.");
    assert!(room.says(0, TeachEvent::ZipFailed { number: 1, error }).is_empty());
    assert!(room.samples().is_empty() && room.teach.intake.is_unpacking());
    room.says(0, entries_of(2, &["b/ants/1.jpg", "b/bees/2.jpg"]));
    assert_eq!(room.samples(), ["ants:1.jpg", "bees:2.jpg"]);
}
