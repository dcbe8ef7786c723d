//! What is drawn from an evaluation.

use super::page::*;
use crate::project::Edit;
use crate::protocol::{Evaluation, TeachCommand, TeachEvent};
use crate::view::teach::judge::{Action, Column, Table, Validation, tables, words};
use crate::view::teach::{TeachAction, TeachEffect, training};

fn judged() -> Page {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.trained(evaluation, &logits);
    page
}

fn validation(page: &Page) -> &Validation {
    page.teach.judge.validation.as_ref().expect("a validation")
}

#[test]
fn counts_probabilities_and_the_worst_first() {
    let page = judged();
    let validation = validation(&page);
    assert_eq!((validation.right, validation.accuracy()), (3, 0.75));
    assert_eq!(validation.confusion.count(0, 1), 1);
    assert_eq!(validation.worst[0], 1, "the ant that is taken for a bee");
    let pair = validation.pair(1);
    assert_eq!((pair.sample, pair.label, pair.said), (2, 0, 1));
    assert!((pair.of_label + pair.of_said - 1.0).abs() < 1e-6 && pair.of_label < 0.2);
    assert_eq!(validation.cell(0, 1), [pair]);
    let of_bees: Vec<_> = validation.cell(1, 1).iter().map(|pair| pair.sample).collect();
    assert_eq!(of_bees, [5, 6], "the least probable truth first");
    assert_eq!(words::headline(validation), "75.0\u{a0}% of 4 held-out photos are right");
    assert!(words::interval(validation).contains("so few"));
}

#[test]
fn the_head_s_temperature_comes_after_the_logits() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.does(TeachAction::Training(training::Action::Train(Default::default())));
    page.says(TeachEvent::Evaluated { run: 1, evaluation: evaluation.clone() }, Some(&logits));
    assert!(page.teach.judge.validation.is_none(), "no head yet");
    let mut head = page.head();
    head.temperature = 2.0;
    page.says(TeachEvent::HeadReady { head }, None);
    let soft = validation(&page).pair(0).of_label;
    assert!((soft - 1.0 / (1.0 + (-1.5f32).exp())).abs() < 1e-6, "{soft}");
    assert!(validation(&page).after.is_some());
}

#[test]
fn numbers_that_do_not_fit_are_not_drawn() {
    let (mut page, evaluation, logits) = ants_and_bees();
    let wrong = [
        (Evaluation { labels: vec![0, 0, 1, 2], ..evaluation.clone() }, &logits[..]),
        (Evaluation { labels: vec![0], ..evaluation.clone() }, &logits[..]),
        (evaluation.clone(), &logits[..7]),
        (
            Evaluation::clone(&Evaluation {
                samples: vec![],
                labels: vec![],
                familiarity: vec![],
                temperatures: vec![],
            }),
            &[],
        ),
    ];
    for (evaluation, logits) in wrong {
        page.trained(evaluation, logits);
        assert!(page.teach.judge.validation.is_none());
    }
    let unsure = Evaluation { temperatures: vec![0.0; 4], familiarity: vec![], ..evaluation };
    page.trained(unsure, &logits);
    assert!(validation(&page).after.is_none() && validation(&page).familiarity.is_empty());
}

#[test]
fn a_head_of_an_earlier_visit_is_judged_again() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.trained(evaluation, &logits);
    let mut again = Page::new(&[("Ants", 4), ("Bees", 4)]);
    again.teach.training.head = page.teach.training.head.clone();
    let head = again.head();
    let effects = again.says(TeachEvent::HeadReady { head: head.clone() }, None);
    let [TeachEffect::Send(0, TeachCommand::Evaluate { data, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((&data.samples[..], &data.labels[..]), (&[1, 2, 5, 6][..], &[0, 0, 1, 1][..]));
    // What the engine still says of a run of the same number is not about this head, which it has yet to load.
    let mut late = Page::new(&[("Ants", 4), ("Bees", 4)]);
    late.teach.training.head = page.teach.training.head.clone();
    let run = late.teach.training.head.as_ref().map_or(0, |head| head.run);
    let other = Evaluation { samples: vec![1], labels: vec![0], familiarity: vec![], temperatures: vec![1.0] };
    late.says(TeachEvent::Evaluated { run, evaluation: other }, Some(&[1.0, 0.0]));
    assert_eq!(late.says(TeachEvent::HeadReady { head: head.clone() }, None).len(), 1, "it is judged");
    // A new engine that is given the head again need not judge it again.
    assert_eq!(page.says(TeachEvent::HeadReady { head }, None), []);
}

#[test]
fn without_held_out_photos_nothing_of_the_head_before_is_shown() {
    let mut page = judged();
    let nothing = Evaluation { samples: vec![], labels: vec![], familiarity: vec![], temperatures: vec![] };
    page.trained(nothing, &[]);
    assert!(page.teach.judge.validation.is_none() && page.teach.judge.head.is_some());
}

#[test]
fn renamed_classes_keep_their_places() {
    let mut page = judged();
    page.teach.project_mut().apply(Edit::RenameClass { class: 2, name: "Wasps".to_owned() }).expect("renamed");
    assert_eq!(page.teach.head_names(), ["Ants", "Wasps"]);
    page.teach.project_mut().apply(Edit::RemoveClass { class: 1, with_samples: false }).expect("removed");
    assert_eq!(page.teach.head_names(), ["Ants", "Wasps"], "as it was called then");
}

#[test]
fn changes_since_training_are_said() {
    let mut page = judged();
    let stale = |page: &Page| page.teach.head_is_stale();
    assert_eq!(stale(&page), None);
    page.teach.project_mut().apply(Edit::MoveSamples(vec![1, 2], Some(2))).expect("moved");
    page.teach.project_mut().apply(Edit::RemoveSamples(vec![8])).expect("removed");
    let text = stale(&page).expect("stale");
    assert!(text.contains("1\u{a0}photo was removed, 2\u{a0}photos were moved"), "{text}");
}

#[test]
fn tables_hold_what_is_shown_and_no_formula() {
    let mut page = judged();
    page.teach.project_mut().apply(Edit::RenameClass { class: 1, name: "=1+1, ants".to_owned() }).expect("renamed");
    let names = page.teach.head_names();
    let rows = |table| tables::rows(table, validation(&page), &names, &page.teach.project);
    let confusion = tables::comma_separated(&rows(Table::Confusion));
    assert_eq!(confusion, "\u{feff}true class,\"'=1+1, ants\",Bees\r\n\"'=1+1, ants\",1,1\r\nBees,0,2\r\n");
    assert!(tables::tab_separated(&rows(Table::Classes)).contains("Bees\t0.666667\t1.000000\t0.800000\t2\n"));
    assert_eq!(rows(Table::Photos)[1][..3], ["2.jpg", "'=1+1, ants", "Bees"]);
}

#[test]
fn a_heading_pressed_twice_turns_the_order_round() {
    let mut page = judged();
    let order = |page: &Page| {
        let showing = &page.teach.judge.showing;
        validation(page).order(showing.sort, showing.descending)
    };
    assert_eq!(order(&page), [0, 1]);
    page.act(Action::Sort(Column::Recall));
    assert_eq!(order(&page), [0, 1], "the worst first");
    page.act(Action::Sort(Column::Recall));
    assert_eq!(order(&page), [1, 0]);
}
