//! What the Lab's runs say reaches the advice.

use super::*;
use crate::advice::{Advice, NegativeTransfer};
use crate::project::Edit;

impl Room {
    /// How alike the photos are was asked and answered.
    fn with_likeness() -> Self {
        let mut room = Self::new();
        room.says(TeachEvent::Tune(TuneEvent::Likeness { confidence: 0.8, samples: 40 }));
        room
    }

    fn advice(&self) -> Advice {
        self.teach.advice(Some(&self.card)).expect("advice")
    }

    fn harm(&self) -> Option<NegativeTransfer> {
        self.advice().negative_transfer
    }

    /// A pretrained start that does far worse than the random one.
    fn harmful_pair(&mut self) {
        self.add(What::Frozen, 1);
        self.add(What::Scratch, 1);
        self.act(Action::Run);
        self.ends(&[0.3, 0.35], Ended::Done);
        assert_eq!(self.harm(), None, "there is nothing to compare it with");
        // While a run is under way it says nothing yet.
        let run = self.teach.training.live().expect("a run").run;
        self.says(TeachEvent::Epochs { run, rows: vec![row(1, 0.9), row(2, 0.95)] });
        assert_eq!(self.harm(), None, "it is not over");
        self.ends(&[0.9, 0.95], Ended::Done);
    }
}

#[test]
fn a_pair_of_the_lab_names_negative_transfer() {
    let mut room = Room::with_likeness();
    room.harmful_pair();
    // Two epochs of one step against the first epoch of two.
    assert_eq!(room.harm(), Some(NegativeTransfer { pretrained: 0.35, random: 0.9, steps: 2 }));
    assert!(room.advice().why.iter().any(|why| why.starts_with("Negative transfer: within the same 2 steps")));

    // The same after the page was closed.
    room.teach.lab = Lab::from_json(&room.teach.lab.to_json());
    assert!(room.harm().is_some());
    // With another network in use there is no pretrained start to compare.
    let small = BackboneCard { name: "small".to_owned(), ..room.card.clone() };
    assert_eq!(room.teach.advice(Some(&small)).expect("advice").negative_transfer, None);
}

#[test]
fn runs_on_other_photos_or_classes_say_nothing() {
    let mut room = Room::with_likeness();
    room.harmful_pair();
    for edit in [Edit::MoveSamples(vec![4], Some(2)), Edit::SetRole(vec![4], Role::Validation)] {
        let before = room.teach.project.clone();
        room.teach.try_edit("another", edit.clone()).expect("a change that can be made");
        assert_eq!(room.harm(), None, "{edit:?}");
        room.teach.project = before;
        assert!(room.harm().is_some());
    }
    // Names are no data.
    room.teach.project_mut().classes[0].name = "Ants".to_owned();
    assert!(room.harm().is_some());
    // Few photos a class are others than all.
    let mut room = Room::with_likeness();
    room.act(Action::Choose(Field::Shots, "5".to_owned()));
    room.harmful_pair();
    assert_eq!(room.harm(), None);
}

#[test]
fn a_run_of_the_training_panel_and_one_of_the_lab_are_compared() {
    let mut room = Room::with_likeness();
    room.does(TeachAction::Training(training::Action::Train(Ask::default())));
    room.ends(&[0.3, 0.35], Ended::Done);
    room.add(What::Scratch, 1);
    room.act(Action::Run);
    room.ends(&[0.9, 0.95], Ended::Done);
    assert_eq!(room.harm().map(|found| found.steps), Some(2));
}
