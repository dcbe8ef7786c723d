//! "None of these".

use super::page::*;
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::teach::TeachEffect;
use crate::view::teach::judge::{Action, Judge, Range, STEPS, words};

#[test]
fn the_slider_goes_from_never_to_the_most_familiar() {
    let range = Range::of(&[0.4, 0.9, f32::NAN], Some(0.5)).expect("a range");
    assert_eq!(range.threshold(0), f32::MIN);
    assert!((range.threshold(1) - 0.15).abs() < 1e-6, "some room below the least");
    assert!((range.threshold(STEPS) - 0.9).abs() < 1e-6);
    for step in 0..=STEPS {
        assert_eq!(range.step(Some(range.threshold(step))), step);
    }
    assert_eq!(range.step(None), 0);
    assert_eq!(Range::of(&[], None), None);
    let one = Range::of(&[0.7], None).expect("a range");
    assert!(one.low < one.high && one.step(Some(0.7)) == STEPS);
}

#[test]
fn the_threshold_is_the_head_s_until_a_person_moves_it() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.trained(evaluation.clone(), &logits);
    assert_eq!(page.teach.judge.threshold(), Some(0.5));
    let cost = page.teach.judge.rejection_cost(page.teach.judge.validation.as_ref().expect("judged"));
    assert_eq!((cost.turned_away, cost.worst), (1, Some((0, 1, 2))));
    let names = page.teach.head_names();
    assert_eq!(
        words::cost(&cost, &names),
        "1 of 4 held-out photos (25.0\u{a0}%) would be turned away wrongly. Worst is Ants: 1 of 2 (50.0\u{a0}%)."
    );

    let send = |threshold| TeachEffect::Send(0, TeachCommand::SetThreshold { threshold });
    assert_eq!(page.act(Action::Threshold(0.95)), [send(0.95)]);
    let own = prediction("Ants", 0.9).own.expect("own");
    assert!(page.teach.judge.is_none(&own), "without asking the engine again");
    assert_eq!(page.act(Action::OwnThreshold), [send(0.5)]);
    assert!(!page.teach.judge.is_none(&own));

    page.act(Action::Threshold(f32::MIN));
    assert!(page.teach.judge.never_turns_away());
    page.trained(evaluation, &logits);
    assert_eq!(page.teach.judge.threshold(), Some(0.5), "another head, another threshold");
}

#[test]
fn a_chosen_threshold_and_confirmed_labels_are_there_after_a_reload() {
    let (mut page, evaluation, logits) = ants_and_bees();
    page.trained(evaluation, &logits);
    page.act(Action::Threshold(0.75));
    let json = page.teach.judge.to_json();

    let mut again = Page::new(&[("Ants", 4), ("Bees", 4)]);
    again.teach.judge = Judge::from_json(&json);
    let head = again.head();
    let effects = again.says(TeachEvent::HeadReady { head }, None);
    assert_eq!(effects, [TeachEffect::Send(0, TeachCommand::SetThreshold { threshold: 0.75 })]);
    assert_eq!(again.teach.judge.threshold(), Some(0.75));
    for bad in [serde_json::Value::Null, serde_json::json!({"threshold": "x"}), serde_json::json!([1, 2])] {
        assert_eq!(Judge::from_json(&bad), Judge::default());
    }
}
