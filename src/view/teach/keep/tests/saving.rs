//! When the project is written, and what of it.

use super::*;
use crate::view::teach::keep::ledger::{Held, Ledger, Plan};
use crate::view::teach::keep::saving::{Outcome, Saving};

#[test]
fn a_change_is_written_once_it_rests_and_one_write_follows_another() {
    let mut saving = Saving::default();
    assert_eq!(saving.touch(), Some(1000.0));
    assert_eq!(saving.touch(), None, "a timer runs");
    assert!(saving.due());
    assert_eq!(saving.touch(), None, "a write is under way");
    assert!(!saving.due());
    assert!(saving.is_unsaved());
    assert_eq!(saving.wrote(Outcome::Saved("1".to_owned()), 2000.0), Some(8000.0), "a slow write leaves the page room");
    assert!(saving.due());
    assert_eq!(saving.wrote(Outcome::Saved("2".to_owned()), 1.0), None);
    assert!(!saving.is_unsaved());
    assert!(!saving.due(), "there is nothing to write");
}

#[test]
fn a_failed_write_is_tried_again_later_or_at_once_if_asked() {
    let mut saving = Saving::default();
    saving.touch();
    saving.due();
    assert_eq!(saving.wrote(Outcome::Failed(Rc::new(error())), 1.0), Some(30_000.0));
    assert!(saving.is_unsaved());
    assert_eq!(saving.touch(), None);
    assert_eq!(saving.again(), Some(1000.0));
    assert!(saving.due());
}

#[test]
fn a_plan_holds_what_storage_lacks_and_what_the_project_dropped() {
    let mut ledger = Ledger::default();
    let held = |id| Held { photo: true, thumbnail: id != 2, embedding: id == 1 };
    let plan = ledger.plan(&project(&[1, 2]), held);
    let expected = Plan { photos: vec![1, 2], thumbnails: vec![1], embeddings: vec![1], gone: vec![] };
    assert_eq!(plan, expected);
    ledger.photos.extend(plan.photos);
    ledger.thumbnails.extend(plan.thumbnails);
    ledger.embeddings.extend(plan.embeddings);

    let plan = ledger.plan(&project(&[2, 3]), held);
    assert_eq!(plan, Plan { photos: vec![3], thumbnails: vec![3], gone: vec![1], ..Plan::default() });
    ledger.forget(&plan.gone);
    assert!(!ledger.embeddings.contains(&1));

    // Undone: it is put again.
    assert_eq!(ledger.plan(&project(&[1, 2]), held).photos, [1]);
}

#[test]
fn embeddings_of_another_backbone_are_put_anew() {
    let held = |_| Held { photo: true, thumbnail: true, embedding: true };
    let all = || [1].into_iter().collect();
    let mut ledger = Ledger {
        photos: all(),
        thumbnails: all(),
        embeddings: all(),
        backbone: "large".to_owned(),
        ..Ledger::default()
    };
    assert_eq!(ledger.plan(&project(&[1]), held), Plan { embeddings: vec![1], ..Plan::default() });
}

#[test]
fn a_photo_that_cannot_be_read_is_not_tried_again() {
    let mut ledger = Ledger { unreadable: [1].into_iter().collect(), ..Ledger::default() };
    let held = |_| Held { photo: true, ..Held::default() };
    assert_eq!(ledger.plan(&project(&[1, 2]), held).photos, [2]);
}

#[test]
fn every_change_of_the_project_is_written() {
    let mut page = Page::open();
    let effects = page.act(Action::Rename("Bees".to_owned()));
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)]);
    assert!(page.teach.would_lose());
    let effects = page.act(Action::Due);
    let [Effect::Save { project, page: beside }] = kept(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(project.name, "Bees");
    assert!(beside["training"].is_object() && beside["judge"].is_object(), "{beside}");
    let effects = page.act(Action::Wrote(written(), 5.0));
    assert_eq!(kept(&effects), [&Effect::Measure]);
    assert_eq!(page.teach.keep.saving.outcome, Outcome::Saved("14:03".to_owned()));
    assert!(!page.teach.would_lose());
}

#[test]
fn nothing_is_written_before_it_is_known_what_is_kept() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    assert!(!page.teach.keep.is_open());
    assert_eq!(kept(&page.act(Action::Start)), [&Effect::Open { steal: false }]);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty());
}
