//! One tab keeps the project; a person may want none kept.

use super::*;

#[test]
fn what_another_tab_keeps_is_not_overwritten() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    page.act(Action::Opened(Found::Elsewhere));
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty());
    // Nothing is here that would be lost: it is not asked.
    assert_eq!(kept(&page.act(Action::TakeOver)), [&Effect::Open { steal: true }]);
}

#[test]
fn taking_over_is_asked_where_something_would_go() {
    let mut page = Page::with(&[1]);
    page.act(Action::Taken);
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    assert!(page.message(Topic::Storage).contains("Another tab"));
    assert!(page.act(Action::TakeOver).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::TakeOver));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: true }]);
    let stored = Stored { project: project(&[7]), page: Value::Null, missing: vec![], embedded: vec![] };
    let effects = page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    assert_eq!(page.teach.project.samples[0].id, 7);
    assert_eq!(page.teach.keep.home, Home::Here);
    let at = |wanted: &TeachEffect| effects.iter().position(|effect| effect == wanted);
    let (taken, forgotten) =
        (at(&TeachEffect::Keep(Effect::TakeStored)), at(&TeachEffect::Send(0, TeachCommand::ForgetAll)));
    assert!(taken.is_some() && taken < forgotten, "nothing of the project before stays: {effects:?}");
}

#[test]
fn a_tab_that_keeps_nothing_cannot_lose_the_project_to_another() {
    let mut page = Page::with(&[1]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    page.act(Action::Taken);
    assert_eq!((&page.teach.keep.home, page.message(Topic::Storage)), (&Home::Off, String::new()));
}

#[test]
fn another_project_waits_until_training_is_over() {
    let mut page = Page::with(&[1]);
    page.act(Action::Taken);
    page.train();
    for action in [Action::TakeOver, Action::Delete] {
        assert!(page.act(action).is_empty());
        assert_eq!(page.teach.keep.question, None);
        assert!(page.message(Topic::Button).contains("training is under way"));
    }
    // It began after the question.
    page.teach.training = Default::default();
    page.act(Action::TakeOver);
    page.train();
    assert!(page.act(Action::Answer(true)).is_empty());
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
}

#[test]
fn keeping_can_be_switched_off_and_on() {
    let mut page = Page::with(&[1]);
    assert!(page.act(Action::Keep(false)).is_empty());
    assert_eq!(kept(&page.act(Action::Answer(false))), [] as [&Effect; 0]);
    assert_eq!(page.teach.keep.home, Home::Here);
    page.act(Action::Keep(false));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Remember(false), &Effect::Erase]);
    assert_eq!((&page.teach.keep.home, page.teach.project.samples.len()), (&Home::Off, 1));
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Measure]);

    assert_eq!(kept(&page.act(Action::Keep(true))), [&Effect::Remember(true), &Effect::Open { steal: false }]);
    let effects = page.act(Action::Opened(Found::Here(None)));
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)], "all of it is written");
}
