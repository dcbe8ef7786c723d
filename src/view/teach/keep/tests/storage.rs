//! What an earlier visit kept; storage that is full, or is none.

use super::*;
use crate::view::teach::keep::Room;

#[test]
fn a_reload_brings_everything_back() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    let stored = Stored { project: project(&[3, 4]), page: Value::Null, missing: vec![], embedded: vec![3] };
    let effects = page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(page.teach.intake.is_embedded(3) && !page.teach.intake.is_embedded(4));
    assert!(page.notices.list.is_empty());
    let choose = Effect::Choose { name: "small".to_owned(), gently: true };
    assert!(kept(&effects).contains(&&Effect::TakeStored) && kept(&effects).contains(&&choose), "{effects:?}");

    // When the engine is there, it is told.
    page.backbone = Some(card("small"));
    let effects = page.do_(TeachAction::EngineReady);
    assert!(effects.contains(&TeachEffect::SendEmbeddings(vec![3])), "{effects:?}");
}

#[test]
fn photos_missing_from_storage_leave_the_project_and_it_is_said() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    let stored = Stored { project: project(&[3, 4, 5]), page: Value::Null, missing: vec![4], embedded: vec![3] };
    page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    let ids: Vec<SampleId> = page.teach.project.samples.iter().map(|sample| sample.id).collect();
    assert_eq!(ids, [3, 5]);
    assert!(page.message(Topic::Storage).contains("could not be found"));
    page.act(Action::Due);
    page.act(Action::Wrote(written(), 1.0));
    assert!(page.message(Topic::Storage).contains("could not be found"), "it stays until it was read");
}

#[test]
fn full_storage_is_said_and_nothing_is_lost() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    let effects = page.act(Action::Wrote(Err(error()), 5.0));
    assert_eq!(kept(&effects), [&Effect::Later(30_000.0), &Effect::Measure]);
    assert!(page.message(Topic::Storage).contains("Make some."));
    assert_eq!(page.teach.project.name, "Bees");
    assert!(page.teach.would_lose());
    page.act(Action::Room(Room { used: 9, quota: 10 }));

    // Room was made.
    let effects = page.act(Action::Again);
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)]);
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
    page.act(Action::Wrote(written(), 5.0));
    assert_eq!(page.message(Topic::Storage), "");
}

#[test]
fn photos_whose_files_went_are_named() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    let unreadable = ["a.jpg", "b.jpg", "c.jpg"].map(str::to_owned).to_vec();
    page.act(Action::Wrote(Ok(Written { at: String::new(), unreadable }), 5.0));
    assert!(page.message(Topic::Storage).contains("a.jpg, b.jpg and 1 more"), "{}", page.message(Topic::Storage));
}

#[test]
fn without_storage_everything_works_and_it_is_said_once() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    page.act(Action::Opened(Found::Denied(error())));
    assert!(page.message(Topic::Storage).contains("none"));
    page.notices.clear(Topic::Storage);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.notices.list.is_empty() && !page.teach.would_lose());
    // Where what is kept could not be read, deleting it begins anew. Nothing is on the page, but something may be in the browser.
    assert!(page.act(Action::Delete).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Delete));
    let effects = page.act(Action::Answer(true));
    assert_eq!(kept(&effects).last(), Some(&&Effect::Erase), "{effects:?}");
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
}
