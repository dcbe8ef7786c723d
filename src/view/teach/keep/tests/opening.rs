//! `.graft` files on their way in.

use super::*;
use crate::project::FORMAT_VERSION;
use crate::view::teach::keep::opening::Opening;

#[test]
fn a_file_is_opened_into_an_empty_page_at_once() {
    let mut page = Page::open();
    let effects = page.act(Action::Open("a.graft".to_owned()));
    assert_eq!(kept(&effects), [&Effect::SendFile(TeachCommand::OpenGraft { number: 1, name: "a.graft".to_owned() })]);
    assert!(page.teach.keep.is_opening());
    let effects = page.hear(graft(1, project(&[1, 2]), &[1, 2]));
    assert_eq!(sent(&effects), [&TeachCommand::Unpack { index: 0 }, &TeachCommand::Unpack { index: 1 }]);
    assert!(page.teach.is_empty(), "nothing is changed before all is here");
    page.hear(TeachEvent::Unpacked { index: 1 });
    let effects = page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(page.teach.intake.is_embedded(1));
    let replace = Effect::Replace { photos: vec![(1, 0), (2, 1)], embedded: [1, 2].into(), head_bytes: 8 };
    assert!(kept(&effects).contains(&&replace), "{effects:?}");
    let at = |wanted: &TeachEffect| effects.iter().position(|effect| effect == wanted);
    let embeddings = at(&TeachEffect::SendEmbeddings(vec![1, 2]));
    assert!(
        embeddings.is_some() && at(&TeachEffect::Keep(replace)) < embeddings,
        "the vault before what is sent of it"
    );
    assert!(kept(&effects).contains(&&Effect::Later(1000.0)), "it is kept");
    assert!(!page.teach.keep.is_opening());
}

#[test]
fn opening_asks_once_where_a_project_would_go() {
    let mut page = Page::with(&[9]);
    page.act(Action::Open("a.graft".to_owned()));
    assert!(sent(&page.hear(graft(1, project(&[1]), &[1]))).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Replace));
    let effects = page.act(Action::Answer(false));
    assert_eq!(sent(&effects), [&TeachCommand::CloseZip]);
    assert_eq!(page.teach.project.samples[0].id, 9);
    assert!(page.teach.keep.opening.is_none());

    page.act(Action::Open("a.graft".to_owned()));
    page.hear(graft(2, project(&[1]), &[1]));
    page.act(Action::Answer(true));
    assert!(matches!(page.teach.keep.opening, Some(Opening::Unpacking(_))));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples[0].id, 1);
}

#[test]
fn a_damaged_or_foreign_file_changes_nothing() {
    let unpack_failed = TeachEvent::UnpackFailed { index: 0, error: error() };
    let newer = Project { version: FORMAT_VERSION + 1, ..project(&[1]) };
    let mut no_class = project(&[1]);
    no_class.classes.clear();
    let twice = graft(1, project(&[1, 1]), &[1]);
    for events in [
        vec![TeachEvent::ZipFailed { number: 1, error: error() }],
        vec![graft(1, project(&[1]), &[1]), unpack_failed],
        vec![graft(1, newer, &[1])],
        vec![graft(1, no_class, &[1])],
        vec![twice],
    ] {
        let mut page = Page::open();
        let before = page.teach.project.clone();
        page.act(Action::Open("a.graft".to_owned()));
        let told = format!("{events:?}");
        events.into_iter().for_each(|event| drop(page.hear(event)));
        assert_eq!(page.teach.project, before, "{told}");
        assert!(page.teach.keep.opening.is_none(), "{told}");
        assert_ne!(page.message(Topic::Button), "", "{told}");
    }
}

#[test]
fn photos_that_a_file_lacks_leave_the_project_and_it_is_said() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    page.hear(graft(1, project(&[1, 2]), &[1]));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 1);
    assert!(page.message(Topic::Button).contains("not in a.graft"));
}

#[test]
fn opening_can_be_stopped_and_late_answers_do_no_harm() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    assert_eq!(sent(&page.act(Action::Stop)), [&TeachCommand::CloseZip]);
    page.hear(graft(1, project(&[1]), &[1]));
    assert!(page.teach.is_empty() && page.teach.keep.opening.is_none());

    // The same while the next file is being read.
    page.act(Action::Open("b.graft".to_owned()));
    for late in [
        graft(1, project(&[1]), &[1]),
        TeachEvent::ZipFailed { number: 1, error: error() },
        TeachEvent::UnpackFailed { index: 0, error: error() },
    ] {
        assert!(page.hear(late).is_empty());
        assert!(matches!(page.teach.keep.opening, Some(Opening::Reading { number: 2, .. })));
    }
    page.hear(graft(2, project(&[1, 2]), &[1]));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 1);
}

#[test]
fn one_file_is_on_its_way_at_a_time() {
    let mut page = Page::with(&[1]);
    page.act(Action::Pack);
    assert!(kept(&page.act(Action::Open("a.graft".to_owned()))).is_empty());
    assert!(page.message(Topic::Button).contains("another file"));
    assert!(page.teach.keep.packing.is_some());
}

#[test]
fn a_file_made_by_another_backbone_brings_that_backbone() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    let other = Project { backbone: "large".to_owned(), ..project(&[1]) };
    page.hear(graft(1, other, &[1]));
    let effects = page.hear(TeachEvent::Unpacked { index: 0 });
    let choose = Effect::Choose { name: "large".to_owned(), gently: false };
    assert!(kept(&effects).contains(&&choose), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, TeachEffect::SendEmbeddings(_))), "{effects:?}");
}
