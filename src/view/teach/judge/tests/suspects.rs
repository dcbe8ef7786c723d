//! Labels that look wrong.

use super::page::*;
use crate::error::{Error, ErrorKind};
use crate::protocol::{Suspect, TeachCommand, TeachEvent};
use crate::view::teach::judge::{Action, Judge, Looking};
use crate::view::teach::{TeachAction, TeachEffect};

fn suspect(sample: u64, label: u32, suggested: u32) -> Suspect {
    Suspect { sample, label, suggested, own_probability: 0.1, suggested_probability: 0.8, neighbours: 0.0, score: 1.0 }
}

/// Ants 1 to 4, bees 5 to 8, of which 2, 3 and 7 look wrong.
fn looked() -> Page {
    let mut page = Page::new(&[("Ants", 4), ("Empty", 0), ("Bees", 4)]);
    let effects = page.act(Action::FindSuspects);
    let [TeachEffect::Send(0, TeachCommand::FindSuspects { data, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((data.classes.len(), data.samples.len()), (2, 8), "a class without photos is left out");
    assert_eq!(data.labels, [0, 0, 0, 0, 1, 1, 1, 1]);
    assert!(matches!(page.teach.judge.suspects.looking, Looking::Busy { photos: 8, .. }));
    page.says(
        TeachEvent::Suspects { number: 1, suspects: vec![suspect(2, 0, 1), suspect(7, 1, 0), suspect(3, 0, 1)] },
        None,
    );
    page
}

fn open(page: &Page) -> Vec<u64> {
    page.teach.judge.suspects.open(&page.teach.project).iter().map(|(row, _)| row.sample).collect()
}

#[test]
fn what_is_decided_is_shown_no_more() {
    let mut page = looked();
    assert_eq!(open(&page), [2, 7, 3]);
    page.act(Action::Keep(7));
    assert_eq!(open(&page), [2, 3]);
    page.act(Action::Move(2));
    assert_eq!((open(&page), sample(&page, 2).class), (vec![3], Some(3)), "Bees have the id 3");
    page.act(Action::Remove(3));
    assert!(open(&page).is_empty() && page.teach.project.sample(3).is_none());
    assert_eq!(page.teach.history.undo_label(), Some("Remove 3.jpg"));
}

#[test]
fn every_step_can_be_undone() {
    let mut page = looked();
    page.act(Action::Move(2));
    page.act(Action::Remove(3));
    for _ in 0..2 {
        let project = std::rc::Rc::make_mut(&mut page.teach.project);
        page.teach.history.undo(project).expect("a step").expect("undone");
    }
    assert_eq!(open(&page), [2, 7, 3]);
    page.act(Action::Keep(2));
    page.act(Action::UndoKeep);
    assert_eq!(open(&page), [2, 7, 3]);
}

#[test]
fn confirmed_labels_stay_confirmed_until_the_photo_moves() {
    let mut page = looked();
    page.act(Action::Keep(2));
    let kept = Judge::from_json(&page.teach.judge.to_json());
    assert!(kept.suspects.is_kept(2, 1) && !kept.suspects.is_kept(2, 3));
    page.act(Action::FindSuspects);
    page.says(TeachEvent::Suspects { number: 2, suspects: vec![suspect(2, 0, 1), suspect(3, 0, 1)] }, None);
    assert_eq!(open(&page), [3]);
    page.act(Action::AskAgain);
    assert_eq!(open(&page), [2, 3]);
}

#[test]
fn a_search_that_fails_ends() {
    let mut page = looked();
    page.act(Action::FindSuspects);
    let error = Error::new(ErrorKind::Engine, "x", "y", "z", "Do it again.");
    page.says(TeachEvent::Failed { error }, None);
    assert_eq!(page.teach.judge.suspects.looking, Looking::Done, "the earlier list stays");
    let mut page = Page::new(&[("Ants", 1), ("Bees", 1)]);
    page.act(Action::FindSuspects);
    page.does(TeachAction::EngineLost);
    assert_eq!(page.teach.judge.suspects.looking, Looking::Idle);
}

#[test]
fn one_class_has_no_wrong_labels() {
    let mut page = Page::new(&[("Ants", 4), ("Bees", 0)]);
    assert_eq!(page.act(Action::FindSuspects), []);
    assert_eq!(page.notices.list.len(), 1);
}

#[test]
fn answers_to_an_earlier_question_are_passed_over() {
    let mut page = looked();
    page.act(Action::FindSuspects);
    page.says(TeachEvent::Suspects { number: 1, suspects: vec![suspect(1, 0, 1)] }, None);
    assert!(matches!(page.teach.judge.suspects.looking, Looking::Busy { .. }));
    // Of a project that is gone.
    page.teach.judge = Judge::default();
    page.says(TeachEvent::Suspects { number: 2, suspects: vec![suspect(1, 0, 1)] }, None);
    assert_eq!((page.teach.judge.suspects.looking.clone(), open(&page)), (Looking::Idle, vec![]));
}
