//! Deleting everything.

use super::*;

#[test]
fn everything_can_be_deleted_after_one_question() {
    let mut page = Page::with(&[1, 2]);
    assert!(page.act(Action::Delete).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Delete));
    assert!(page.act(Action::Answer(false)).is_empty());
    assert_eq!(page.teach.project.samples.len(), 2);
    page.act(Action::Delete);
    let effects = page.act(Action::Answer(true));
    assert!(page.teach.is_empty());
    assert_eq!(page.teach.project.next_sample, 3, "numbers are not used again");
    assert!(kept(&effects).contains(&&Effect::Erase) && kept(&effects).contains(&&Effect::ForgetAll), "{effects:?}");
    assert!(sent(&effects).contains(&&TeachCommand::ForgetAll));
    assert!(!kept(&effects).iter().any(|effect| matches!(effect, Effect::Later(_))), "nothing is written again");
}

#[test]
fn until_everything_is_deleted_the_tab_is_not_to_be_closed_and_nothing_is_written() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    page.act(Action::Delete);
    page.act(Action::Answer(true));
    assert!(page.teach.keep.deleting && page.teach.would_lose());
    assert!(page.act(Action::Wrote(Err(error()), 5.0)).is_empty(), "the write that was cut off is no failure");
    assert_eq!(page.message(Topic::Storage), "");
    assert_eq!(kept(&page.act(Action::Rename("Wasps".to_owned()))), [&Effect::Later(1000.0)]);
    assert!(page.act(Action::Due).is_empty());
    assert!(page.act(Action::Keep(false)).is_empty(), "one thing after another");

    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Later(1000.0), &Effect::Measure]);
    assert!(!page.teach.keep.deleting);
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
}

#[test]
fn what_could_not_be_deleted_is_said_and_not_written_over() {
    let mut page = Page::with(&[1]);
    page.act(Action::Delete);
    page.act(Action::Answer(true));
    assert_eq!(kept(&page.act(Action::Erased(Err(error())))), [&Effect::Measure]);
    assert!(page.message(Topic::Storage).contains("none"));
    assert!(matches!(page.teach.keep.home, Home::Denied(_)) && !page.teach.would_lose());
    assert!(kept(&page.act(Action::Rename("Wasps".to_owned()))).is_empty());
}

#[test]
fn a_page_that_wants_to_keep_again_waits_until_all_is_deleted() {
    let mut page = Page::with(&[1]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    assert_eq!(kept(&page.act(Action::Keep(true))), [&Effect::Remember(true)]);
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
}
