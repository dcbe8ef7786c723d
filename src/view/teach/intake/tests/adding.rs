//! Photos and folders come, the queue is paused and stopped, photos fail or are there already.

use super::*;

#[test]
fn photos_wait_for_the_engine_and_go_to_it_two_at_a_time() {
    let mut room = Room::early();
    let effects = room.photos(4);
    assert_eq!(asked(&effects), [&Effect::Keep(vec![(1, 1), (2, 2), (3, 3), (4, 4)])]);
    assert_eq!((room.progress(), room.teach.intake.queue.waiting()), ((0, 4), 4));
    let effects = room.engine("mobilenet-v2");
    assert_eq!(sent_to(0, &effects), [1, 2]);
    assert_eq!(room.teach.project.backbone, "mobilenet-v2");
    let effects = room.embedded(0, 1);
    assert_eq!(sent_to(0, &effects), [3]);
    assert!(room.teach.intake.is_embedded(1) && !room.teach.intake.is_embedded(2));
    let sample = &room.teach.project.samples[0];
    assert_eq!((sample.size, sample.sha256.len()), ([300, 200], 64));
}

#[test]
fn a_folder_brings_classes_sorted_and_leaves_other_files_out() {
    let mut room = Room::ready(1);
    room.folder(&["pets/dogs/2.jpg", "pets/cats/1.jpg", "pets/cats/notes.txt", "pets/.DS_Store", "pets/3.jpg"]);
    assert_eq!(room.samples(), ["-:3.jpg", "cats:1.jpg", "dogs:2.jpg"]);
    let skipped: Vec<_> = room.teach.intake.report.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(skipped, ["pets/cats/notes.txt", "pets/.DS_Store"]);
    // Those of a second folder go into the class of the name.
    room.folder(&["more/cats/4.jpg", "more/birds/5.jpg"]);
    assert_eq!(room.samples()[3..], ["birds:5.jpg", "cats:4.jpg"]);
    assert_eq!(room.teach.project.classes.len(), 3);
}

#[test]
fn adding_is_one_step_that_is_undone_and_done_again() {
    let mut room = Room::ready(1);
    let effects = room.folder(&["cats/1.jpg", "dogs/2.jpg"]);
    room.finish(effects);
    room.does(TeachAction::Classes(classes::Action::Undo));
    assert!(room.samples().is_empty() && room.teach.project.classes.is_empty());
    let effects = room.does(TeachAction::Classes(classes::Action::Redo));
    assert_eq!(room.samples(), ["cats:1.jpg", "dogs:2.jpg"]);
    assert!(sent_to(0, &effects).is_empty(), "what was embedded stays so");
}

#[test]
fn photos_that_were_undone_before_they_were_sent_wait_again_when_they_come_back() {
    let mut room = Room::early();
    room.photos(3);
    room.does(TeachAction::Classes(classes::Action::Undo));
    assert_eq!(room.progress(), (0, 0));
    room.does(TeachAction::Classes(classes::Action::Redo));
    assert_eq!(sent_to(0, &room.engine("mobilenet-v2")), [1, 2]);
}

#[test]
fn two_folders_of_one_name_go_together_and_that_is_said() {
    let mut room = Room::ready(1);
    room.folder(&["Cats/1.jpg", "cats /2.jpg", "dogs/3.jpg"]);
    assert_eq!(room.samples(), ["Cats:1.jpg", "Cats:2.jpg", "dogs:3.jpg"]);
    assert!(room.message().is_some_and(|said| said.contains("“cats” into Cats")), "{:?}", room.message());
}

#[test]
fn a_validation_folder_is_validation_only() {
    let mut room = Room::ready(1);
    room.folder(&["cats/1.jpg", "dogs/2.jpg"]);
    let files = room.files(&["val/cats/3.jpg", "val/dogs/4.jpg"]);
    room.act(Action::Folder(files, Role::Validation));
    assert_eq!(room.samples(), ["cats:1.jpg", "dogs:2.jpg", "cats:3.jpg!", "dogs:4.jpg!"]);
}

#[test]
fn a_folder_without_photos_changes_nothing_and_says_so() {
    let mut room = Room::ready(1);
    for paths in [&[][..], &["a/notes.txt", "a/b.pdf"]] {
        room.folder(paths);
        assert!(room.samples().is_empty() && room.teach.project.classes.is_empty());
        assert!(room.message().is_some_and(|said| said.contains("sub-folder")));
    }
    assert!(room.message().is_some_and(|said| said.contains("2 files")));
}

#[test]
fn two_hundred_classes_are_as_good_as_two() {
    let mut room = Room::ready(1);
    let paths: Vec<String> = (0..200).map(|class| format!("data/class {class:03}/1.jpg")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let effects = room.folder(&paths);
    room.finish(effects);
    assert_eq!((room.teach.project.classes.len(), room.progress()), (200, (200, 200)));
    assert_eq!(room.message(), None);
}

#[test]
fn ten_thousand_photos_are_taken_at_once() {
    let mut room = Room::ready(1);
    let effects = room.photos(10_000);
    assert_eq!((sent_to(0, &effects).len(), room.progress()), (2, (0, 10_000)));
}

#[test]
fn a_pause_holds_the_queue_and_its_clock() {
    let mut room = Room::ready(1);
    room.photos(6);
    room.act(Action::Pause(true));
    assert!(sent_to(0, &room.embedded(0, 1)).is_empty());
    room.embedded(0, 2);
    room.now_ms += 60_000.0;
    let effects = room.act(Action::Pause(false));
    assert_eq!(sent_to(0, &effects), [3, 4]);
    room.finish(effects);
    let run = room.teach.intake.queue.run.clone().expect("a run");
    assert_eq!(run.done, 6);
    assert!(run.seconds(room.now_ms) < 1.0, "{}", run.seconds(room.now_ms));
}

#[test]
fn what_was_stopped_goes_on_when_asked_or_when_photos_come() {
    let mut room = Room::ready(1);
    room.photos(6);
    room.act(Action::Stop);
    room.embedded(0, 1);
    room.embedded(0, 2);
    assert_eq!((room.progress(), room.teach.intake.queue.pace), ((2, 6), Pace::Stopped));
    let effects = room.photos(1);
    assert_eq!(sent_to(0, &effects), [3, 4]);
    room.act(Action::Stop);
    room.finish(effects);
    let effects = room.act(Action::Pause(false));
    room.finish(effects);
    assert_eq!(room.progress(), (7, 7));
}

#[test]
fn a_photo_that_fails_is_listed_and_does_not_stop_the_rest() {
    let mut room = Room::ready(1);
    room.photos(3);
    room.failed(0, 1);
    room.embedded(0, 2);
    room.embedded(0, 3);
    assert_eq!(room.progress(), (3, 3));
    assert_eq!(room.teach.intake.failed().keys().copied().collect::<Vec<_>>(), [1]);
    let effects = room.act(Action::Retry(Some(1)));
    assert_eq!(sent_to(0, &effects), [1]);
    room.failed(0, 1);
    room.act(Action::Remove(vec![1]));
    assert_eq!(room.samples(), ["-:1.jpg", "-:2.jpg"]);
}

#[test]
fn the_same_file_is_kept_once_a_class() {
    let mut room = Room::ready(1);
    room.folder(&["cats/1.jpg", "cats/2.jpg"]);
    room.embedded_as(0, 2, "same");
    let effects = room.embedded_as(0, 1, "same");
    assert_eq!(room.samples(), ["cats:1.jpg"], "the one that came first stays, whichever was embedded first");
    assert!(asked(&effects).contains(&&Effect::Forget(2)));
    assert_eq!(room.teach.intake.report.duplicates[0].name, "2.jpg");
}

#[test]
fn an_unsorted_copy_of_a_sorted_photo_is_left_out() {
    let mut room = Room::ready(1);
    room.photos(1);
    room.folder(&["cats/1.jpg", "dogs/2.jpg"]);
    room.embedded_as(0, 1, "same");
    room.embedded_as(0, 2, "same");
    assert_eq!(room.samples(), ["cats:1.jpg", "dogs:2.jpg"]);
}

#[test]
fn the_same_file_in_two_classes_or_on_both_sides_is_a_conflict_until_it_is_settled() {
    let mut room = Room::ready(1);
    room.folder(&["train/cats/1.jpg", "train/dogs/2.jpg", "val/cats/3.jpg", "val/dogs/4.jpg"]);
    for sample in 1..=3 {
        room.embedded_as(0, sample, "same");
    }
    let conflicts = |room: &Room| room.teach.intake.report.conflicts(&room.teach.project).len();
    assert_eq!((conflicts(&room), room.samples().len()), (3, 4));
    room.act(Action::Remove(vec![1]));
    assert_eq!(conflicts(&room), 1);
    room.does(TeachAction::Classes(classes::Action::Undo));
    assert_eq!(conflicts(&room), 3);
}
