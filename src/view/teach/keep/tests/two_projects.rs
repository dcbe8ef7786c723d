//! A project on the page and another one in the browser.

use super::*;

/// A page that kept nothing wants its project kept, and finds another one in storage, of samples with the same numbers.
fn two_projects() -> Page {
    let mut page = Page::with(&[1, 2]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    page.act(Action::Erased(Ok(())));
    page.act(Action::Keep(true));
    let effects = page.act(found());
    assert_eq!(kept(&effects), [&Effect::LeaveStored], "nothing of it comes onto the page");
    page
}

fn found() -> Action {
    let project = Project { name: "Wasps".to_owned(), ..project(&[1]) };
    Action::Opened(Found::Here(Some(Box::new(Stored {
        project,
        page: Value::Null,
        missing: vec![],
        embedded: vec![1],
    }))))
}

#[test]
fn a_project_in_storage_does_not_take_the_place_of_one_on_the_page() {
    let mut page = two_projects();
    assert_eq!(page.teach.keep.home, Home::Another { name: "Wasps".into(), photos: 1 });
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(!page.teach.intake.is_embedded(1), "what the other's photo was embedded to is not this one's");
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty(), "nor is it written over");
}

#[test]
fn of_two_projects_the_kept_one_is_used_if_a_person_says_so() {
    let mut page = two_projects();
    assert!(page.act(Action::TakeOver).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::TakeOver));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: false }], "no tab has it");
    let effects = page.act(found());
    assert!(kept(&effects).contains(&&Effect::TakeStored), "{effects:?}");
    assert_eq!((page.teach.project.name.as_str(), &page.teach.keep.home), ("Wasps", &Home::Here));
    assert!(page.teach.intake.is_embedded(1));
}

#[test]
fn of_two_projects_the_one_on_the_page_is_kept_if_a_person_says_so() {
    let mut page = two_projects();
    assert!(page.act(Action::Keep(true)).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Supersede));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: false }]);
    assert_eq!(kept(&page.act(found())), [&Effect::Supersede, &Effect::Later(1000.0)]);
    assert_eq!((page.teach.project.samples.len(), &page.teach.keep.home), (2, &Home::Here));
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
}

#[test]
fn of_two_projects_another_tab_may_have_opened_the_kept_one() {
    let mut page = two_projects();
    page.act(Action::Keep(true));
    page.act(Action::Answer(true));
    page.act(Action::Opened(Found::Elsewhere));
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    // What was wanted then is not wanted for ever.
    page.act(Action::TakeOver);
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: true }]);
    page.act(found());
    assert_eq!(page.teach.project.name, "Wasps");
}

#[test]
fn of_two_projects_both_are_deleted_after_a_question_even_from_an_empty_page() {
    let mut page = two_projects();
    *page.teach.project_mut() = Project::default();
    assert!(page.act(Action::Delete).is_empty());
    let effects = page.act(Action::Answer(true));
    assert!(kept(&effects).contains(&&Effect::Erase) && page.teach.would_lose());
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
    page.act(Action::Opened(Found::Here(None)));
    assert_eq!(page.teach.keep.home, Home::Here);
}
