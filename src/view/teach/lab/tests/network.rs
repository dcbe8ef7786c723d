//! Runs of another pretrained network than the one in use.

use super::*;
use crate::view::teach::keep;

impl Room {
    fn choose(&mut self, network: &str) {
        self.act(Action::Choose(Field::Network, network.to_owned()));
    }

    /// The page begins to fetch a network.
    fn wants(&mut self, network: &str) -> Vec<TeachEffect> {
        self.networks.wanted = network.to_owned();
        self.does(TeachAction::EngineLost)
    }

    /// It is in use; the photos are embedded by it.
    fn has(&mut self, network: &str) -> Vec<TeachEffect> {
        let card = self.networks.card(network).expect("a network that there is").clone();
        (self.card, self.networks.loaded) = (card, Some(network.to_owned()));
        let mut effects = self.does(TeachAction::EngineReady);
        effects.extend(self.does(TeachAction::Training(training::Action::HeadFile(true))));
        effects.extend(self.does(TeachAction::Intake(intake::Action::Restored { embedded: (1..=40).collect() })));
        effects
    }
}

fn asked(effects: &[TeachEffect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        TeachEffect::Keep(keep::Effect::Choose { name, .. }) => Some(name.as_str()),
        _ => None,
    })
}

#[test]
fn another_network_comes_for_its_runs_and_the_one_before_comes_back() {
    let mut room = Room::new();
    room.does(TeachAction::Training(training::Action::Train(Ask::default())));
    room.ends(&[0.7], Ended::Done);
    room.choose("small");
    room.add(What::Frozen, 2);
    room.choose("");
    room.add(What::Frozen, 1);
    let of = |room: &Room| -> Vec<String> {
        room.teach.lab.entries.iter().filter_map(|queued| queued.entry.backbone.clone()).collect()
    };
    assert_eq!(of(&room), ["small", "small", "mobilenet-v2"]);

    // First what the network in use serves.
    let effects = room.act(Action::Run);
    assert_eq!((asked(&effects), trained(&effects).is_some()), (None, true));
    assert_eq!(room.states(), ["waiting", "waiting", "running"]);
    let effects = room.ends(&[0.9], Ended::Done);
    assert_eq!((asked(&effects), trained(&effects).is_some()), (Some("small"), false));
    assert!(room.teach.lab.coming_line(&room.networks).expect("a line").starts_with("Small comes into use"));
    assert_eq!(asked(&room.does(TeachAction::Lab(Action::Choose(Field::Epochs, String::new())))), None, "asked once");

    assert!(trained(&room.wants("small")).is_none());
    let effects = room.has("small");
    assert!(trained(&effects).is_some());
    assert_eq!(room.states(), ["running", "waiting", "done"]);
    let load = TeachEffect::Send(0, TeachCommand::LoadHead);
    let effects = room.ends(&[0.8], Ended::Done);
    assert_eq!(
        (trained(&effects).is_some(), asked(&effects)),
        (true, None),
        "the second seed, with no network in between"
    );
    assert!(!effects.contains(&load), "the head in use is of the other network");
    let effects = room.ends(&[0.8], Ended::Done);
    assert_eq!((room.states(), asked(&effects)), (vec!["done"; 3], Some("mobilenet-v2")));

    room.wants("mobilenet-v2");
    let effects = room.has("mobilenet-v2");
    assert!(effects.contains(&load), "the head from before is in use again");
    assert_eq!(asked(&effects), None);
    let models: Vec<String> = room.teach.lab.records().iter().map(|record| record.model.clone()).collect();
    assert_eq!(models, ["Small", "Small", "MobileNetV2 1.0"]);
}

#[test]
fn a_network_that_cannot_be_had_costs_its_runs_only() {
    let mut room = Room::new();
    for network in ["gone", "small", ""] {
        room.choose(network);
        room.add(What::Frozen, 1);
    }
    room.act(Action::Run);
    let effects = room.ends(&[0.9], Ended::Done);
    assert_eq!((room.states(), asked(&effects)), (vec!["failed", "waiting", "done"], Some("small")));
    room.wants("small");
    // The page could not fetch it, and stays with the one in use.
    room.networks.failed = Some("small".to_owned());
    room.networks.wanted = "mobilenet-v2".to_owned();
    room.does(TeachAction::EngineReady);
    assert_eq!((room.states(), room.teach.lab.on), (vec!["failed", "failed", "done"], false));
    assert_eq!(room.teach.lab.coming, None);
    let Outcome::Failed(error) = &room.teach.lab.entries[1].outcome else { panic!("it failed") };
    assert_eq!((error.kind, error.to_string().contains("“small”")), (ErrorKind::Registry, true));
}

#[test]
fn who_chooses_another_network_ends_the_runs() {
    let mut room = Room::new();
    room.add(What::Frozen, 2);
    room.act(Action::Run);
    room.wants("small");
    assert_eq!((room.states(), room.teach.lab.on), (vec!["waiting"; 2], false));
    assert!(room.teach.lab.problem.as_ref().expect("a problem").starts_with("Another network was chosen"));
    assert_eq!(room.teach.training.phase, Phase::Idle);
    assert_eq!(asked(&room.has("small")), None, "it stays");

    // The same while one is on its way.
    let effects = room.act(Action::Run);
    assert_eq!(asked(&effects), Some("mobilenet-v2"));
    room.wants("mobilenet-v2");
    room.networks.wanted = "small".to_owned();
    let effects = room.does(TeachAction::EngineReady);
    assert_eq!((asked(&effects), room.teach.lab.on, room.teach.lab.home.clone()), (None, false, None));
    assert_eq!(room.states(), ["waiting"; 2]);
}

#[test]
fn a_page_closed_in_between_goes_home() {
    let mut room = Room::new();
    room.choose("small");
    room.add(What::Frozen, 1);
    assert_eq!(asked(&room.act(Action::Run)), Some("small"));
    room.teach.lab = Lab::from_json(&room.teach.lab.to_json());
    assert_eq!(room.teach.lab.home.as_deref(), Some("mobilenet-v2"));
    room.networks.wanted = "small".to_owned();
    assert_eq!(asked(&room.has("small")), Some("mobilenet-v2"));
}
