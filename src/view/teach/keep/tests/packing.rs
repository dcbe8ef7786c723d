//! `.graft` files on their way out.

use super::*;
use crate::view::teach::keep::packing::{Next, Packing, file_name};

#[test]
fn a_file_is_packed_a_few_photos_at_a_time() {
    let mut packing = Packing::new((1..=5).collect(), 0.0);
    assert_eq!(packing.more(), [1, 2, 3].map(Next::Photo));
    assert!(packing.more().is_empty());
    packing.photo_done();
    assert_eq!(packing.more(), [Next::Photo(4)]);
    packing.photo_done();
    assert_eq!(packing.more(), [Next::Photo(5)]);
    (0..2).for_each(|_| packing.photo_done());
    assert!(packing.more().is_empty());
    packing.photo_done();
    assert_eq!(packing.more(), [Next::End]);
    assert!(packing.more().is_empty());
}

#[test]
fn packing_ends_with_a_download() {
    let mut page = Page::with(&[1, 2]);
    let effects = page.act(Action::Pack);
    assert!(matches!(sent(&effects)[..], [TeachCommand::PackBegin { keep_metadata: false, .. }]), "{effects:?}");
    assert_eq!(kept(&effects), [&Effect::DropParts, &Effect::PackPhoto(1), &Effect::PackPhoto(2)]);
    assert!(page.teach.would_lose());
    page.hear(TeachEvent::Packed { sample: Some(1), done: false });
    let effects = page.act(Action::NoPhoto(2));
    assert_eq!(sent(&effects), [&TeachCommand::PackEnd]);
    let effects = page.hear(TeachEvent::Packed { sample: None, done: true });
    assert_eq!(kept(&effects), [&Effect::Download("Ants - bees.graft".to_owned()), &Effect::DropParts]);
    assert!(page.teach.keep.packing.is_none());
}

#[test]
fn packing_can_be_stopped_and_fails_aloud() {
    let mut page = Page::with(&[1]);
    page.act(Action::Pack);
    assert!(page.act(Action::Stop).is_empty(), "an answer is on its way, which the next file must not get");
    assert!(page.act(Action::Pack).is_empty());
    assert_eq!(kept(&page.hear(TeachEvent::Packed { sample: Some(1), done: false })), [&Effect::DropParts]);
    assert!(page.teach.keep.packing.is_none());

    page.act(Action::Pack);
    page.hear(TeachEvent::Failed { error: error() });
    assert!(page.teach.keep.packing.is_some(), "a photo that cannot be packed is left out");
    page.hear(TeachEvent::Packed { sample: Some(1), done: false });
    let stopped_late = page.teach.keep.clone();
    page.act(Action::Stop);
    assert_eq!(kept(&page.hear(TeachEvent::Packed { sample: None, done: true })), [&Effect::DropParts]);
    page.teach.keep = stopped_late;
    page.hear(TeachEvent::Failed { error: error() });
    assert!(page.teach.keep.packing.is_none(), "the end failed");
    assert!(page.message(Topic::Teach).contains("none"));

    page.act(Action::Pack);
    page.do_(TeachAction::EngineLost);
    assert!(page.teach.keep.packing.is_none());
    assert!(page.message(Topic::Button).contains(".graft"));
}

#[test]
fn file_names_are_what_file_systems_take() {
    assert_eq!(file_name("Ants & bees"), "Ants & bees.graft");
    assert_eq!(file_name("../a:b\n"), "-a-b-.graft");
    assert_eq!(file_name(" . "), "project.graft");
    assert_eq!(file_name(&"ä".repeat(300)).chars().count(), 86);
}
