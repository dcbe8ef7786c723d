//! The learning-rate finder, and the course of the rate.

use super::*;
use crate::project::{Augmentation, Schedule};
use crate::protocol::{TuneCommand, TuneEvent};
use crate::view::teach::training::rates::course;

fn rates(run: u32, steps: usize, suggested: Option<f32>, done: bool) -> TeachEvent {
    let points = (0..steps).map(|step| (1e-7 * 1.3_f32.powi(step as i32), 1.0 / (step + 1) as f32)).collect();
    TeachEvent::Tune(TuneEvent::Rates { run, points, suggested, done })
}

fn searched(effects: &[TeachEffect]) -> (u32, TrainSettings) {
    let find = sent(effects).into_iter().find_map(|command| match command {
        TeachCommand::Tune(TuneCommand::FindRate { run, settings, .. }) => Some((*run, settings.clone())),
        _ => None,
    });
    find.expect("a search")
}

#[test]
fn a_rate_is_found_and_taken() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Way(Way::Everything));
    let (run, settings) = searched(&room.act(Action::FindRate));
    assert_eq!(settings, room.teach.project.settings);
    assert!(room.act(Action::FindRate).is_empty(), "one at a time");
    assert!(room.train().is_empty(), "not while a rate is looked for");
    room.says(rates(run + 1, 5, None, true));
    assert!(room.teach.training.searching().is_some(), "another search's answer changes nothing");
    room.says(rates(run, 20, None, false));
    assert_eq!(room.teach.training.search.as_ref().map(|search| search.points.len()), Some(20));
    room.act(Action::TakeRate);
    assert_eq!(room.teach.project.settings.learning_rate, settings.learning_rate, "nothing is suggested yet");
    room.says(rates(run, 60, Some(2.87e-4), true));
    let chart = room.teach.training.search.as_ref().and_then(|search| search.chart(400.0)).expect("a chart");
    assert_eq!(chart.call_outs[0].text, "0.0003");
    assert!(chart.scene().to_svg().contains("0.0003"));
    room.act(Action::TakeRate);
    assert_eq!(room.teach.project.settings.learning_rate, 3e-4);
    // A run after it has another number.
    assert_eq!(trained_on(&room.train()).0, run + 1);
}

#[test]
fn a_search_ends_by_hand_by_failure_and_with_the_engine() {
    let mut room = Room::new(&[40, 40]);
    assert!(room.act(Action::FindRate).is_empty(), "a head's rate suits all photos");
    room.act(Action::FeaturesAt(8));
    assert!(room.act(Action::FindRate).is_empty(), "on an earlier block's features, too");
    assert_eq!(room.teach.training.search, None);
    room.act(Action::Augment(Augmentation::moderate()));
    assert_eq!(
        searched(&room.act(Action::FindRate)).1.features_at,
        Some(8),
        "but for photos that change at every step"
    );
    room.act(Action::EndSearch);
    room.act(Action::FeaturesAt(usize::MAX));
    room.act(Action::Augment(Augmentation::default()));
    room.act(Action::Way(Way::Everything));
    let (run, _) = searched(&room.act(Action::FindRate));
    assert_eq!(sent(&room.act(Action::EndSearch)), [&TeachCommand::StopTraining]);
    assert_eq!(room.teach.training.search, None);
    room.says(rates(run, 20, Some(0.1), true));
    assert_eq!(room.teach.training.search, None, "what is still said of it concerns nobody");

    let (run, _) = searched(&room.act(Action::FindRate));
    room.says(TeachEvent::TrainingFailed { run, error: error() });
    assert_eq!((room.teach.training.failure.as_deref(), &room.teach.training.search), (Some(&error()), &None));

    searched(&room.act(Action::FindRate));
    room.does(TeachAction::EngineLost);
    assert_eq!(room.teach.training.search, None);

    let mut room = Room::new(&[40]);
    room.act(Action::Way(Way::Everything));
    assert!(room.act(Action::FindRate).is_empty());
    assert_eq!(room.problem(), Problem::OneClass("Class 1".to_owned()));
}

#[test]
fn odd_rates_draw_nothing_odd() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Way(Way::Everything));
    let (run, _) = searched(&room.act(Action::FindRate));
    let points = vec![(0.0, 1.0), (1e-5, f32::NAN), (1e-4, 1.0), (1e-3, 0.5), (1e-2, f32::INFINITY), (1e-1, 1e9)];
    room.says(TeachEvent::Tune(TuneEvent::Rates { run, points, suggested: Some(f32::NAN), done: true }));
    let search = room.teach.training.search.as_ref().expect("a search");
    assert_eq!((search.rate(), search.words().contains("fell nowhere")), (None, true));
    let svg = search.chart(300.0).expect("a chart").scene().to_svg();
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}

#[test]
fn the_course_is_drawn_where_it_is_no_straight_line() {
    let constant = TrainSettings::default();
    assert!(course(&constant, 400.0).is_none());
    let schedules = [Schedule::Cosine, Schedule::OneCycle, Schedule::Step { every: 2, factor: 0.1 }];
    for schedule in schedules {
        for epochs in [1, 10, 10_000] {
            let chart = course(&TrainSettings { schedule, epochs, ..constant.clone() }, 400.0).expect("a chart");
            let points = &chart.series[0].points;
            assert!((2..=1000).contains(&points.len()), "{schedule:?} {epochs}: {}", points.len());
            let highest = f64::from(constant.learning_rate) * (1.0 + 1e-6);
            assert!(points.iter().all(|(x, y)| (0.0..=epochs as f64).contains(x) && (0.0..=highest).contains(y)));
        }
    }
    let warm = TrainSettings { warm_up: 1.0, ..constant };
    let points = course(&warm, 400.0).expect("a chart").series[0].points.clone();
    assert!(points[0].1 < points[5].1);
}
