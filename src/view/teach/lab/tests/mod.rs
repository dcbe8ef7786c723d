//! The Lab without a browser, with an engine that is told about.

mod evidence;
mod network;

use super::choice::{Choice, Field, What};
use super::*;
use crate::error::ErrorKind;
use crate::project::{Class, Role, Sample, SplitKind, Way};
use crate::protocol::{
    BackboneCard, DeviceKind, Ended, EpochRow, HeadCard, SplitReport, TeachCommand, TeachEvent, TrainSummary, TuneEvent,
};
use crate::view::networks::{Listing, Networks};
use crate::view::notices::Notices;
use crate::view::teach::training::Phase;
use crate::view::teach::training::ready::Ask;
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect, intake, training};
use crate::view::tests::page;

/// Teach with two classes of twenty photos, all embedded, and an engine that is told about.
struct Room {
    teach: Teach,
    card: BackboneCard,
    /// Are engine and network there?
    is_ready: bool,
    /// Where the engine computes.
    device: DeviceKind,
    networks: Networks,
}

impl Room {
    fn new() -> Self {
        let mut teach = Teach::default();
        let project = teach.project_mut();
        for id in 1..=2 {
            project.classes.push(Class { id, name: format!("Class {id}") });
        }
        for id in 1..=40 {
            let (name, class, sha256) = (format!("{id}.jpg"), Some(1 + (id % 2) as u32), "f".repeat(64));
            let sample = Sample { id, name, class, role: Role::Auto, sha256, bytes: 1, size: [8, 8], grey: false };
            project.samples.push(Rc::new(sample));
        }
        let title = "MobileNetV2 1.0".to_owned();
        let card = BackboneCard { title, top1: None, ..page::card("mobilenet-v2") };
        let small = BackboneCard { name: "small".to_owned(), title: "Small".to_owned(), ..card.clone() };
        let mut networks = Networks::default();
        networks.listing = Listing::Ready(Rc::new(vec![card.clone(), small]));
        (networks.wanted, networks.loaded) = (card.name.clone(), Some(card.name.clone()));
        let mut room = Self { teach, card, is_ready: true, device: DeviceKind::Cpu, networks };
        room.does(TeachAction::Intake(intake::Action::Restored { embedded: (1..=40).collect() }));
        room
    }

    fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let mut notices = Notices::default();
        let device = self.is_ready.then_some(self.device);
        let backbone = self.is_ready.then_some(&self.card);
        let mut around = Around { now_ms: 0.0, notices: &mut notices, networks: &self.networks, backbone, device };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Lab(action))
    }

    fn add(&mut self, what: What, seeds: u32) {
        self.act(Action::Choose(Field::What, what.word().to_owned()));
        self.act(Action::Choose(Field::Seeds, seeds.to_string()));
        self.act(Action::Add);
        assert_eq!(self.teach.lab.problem, None);
    }

    fn says(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    /// The engine goes through the run in progress: first the epochs of the head alone, if any, then those of these accuracies. 32 photos are trained on,
    /// 8 held out.
    fn ends(&mut self, accuracies: &[f32], ended: Ended) -> Vec<TeachEffect> {
        self.ends_with(accuracies, ended, None)
    }

    fn ends_with(&mut self, accuracies: &[f32], ended: Ended, failed: Option<Error>) -> Vec<TeachEffect> {
        let run = self.teach.training.live().expect("a run").run;
        let split = SplitReport { training: (1..=32).collect(), validation: (33..=40).collect(), ..Default::default() };
        self.says(TeachEvent::TrainingStarted { run, split, parameters: 10 });
        let settings = self.teach.training.run(run).expect("a run").settings.clone();
        // The head alone takes all in one step.
        let (head, an_epoch) = (settings.head_epochs(), 32_usize.div_ceil(settings.batch));
        let mut rows: Vec<EpochRow> = (1..=head).map(|epoch| row(epoch, HEAD_ALONE)).collect();
        rows.extend(accuracies.iter().zip(1..).map(|(accuracy, epoch)| {
            let steps = (head + epoch * an_epoch) as u64;
            EpochRow { steps, ..row(head + epoch, *accuracy) }
        }));
        let (epochs, steps) = (rows.len(), rows.last().map_or(0, |row| row.steps));
        self.says(TeachEvent::Epochs { run, rows });
        let summary = TrainSummary {
            best_epoch: 1,
            epochs,
            ended,
            failed,
            val_accuracy: accuracies.first().copied(),
            parameters: 2562,
            trainable: 2562,
            steps,
            steps_per_second: 1.0,
            seconds: epochs as f64,
            device: Some(self.device),
        };
        let (backbone, classes) = ("mobilenet-v2".to_owned(), vec!["Class 1".to_owned(), "Class 2".to_owned()]);
        let head = HeadCard { backbone, classes, temperature: 1.0, rejection: None, network: None };
        self.says(TeachEvent::Trained { run, summary, head })
    }

    fn states(&self) -> Vec<&'static str> {
        self.teach.lab.entries.iter().map(|queued| queued.word(self.teach.lab.current)).collect()
    }
}

/// Validation accuracy of the head alone before the blocks: better than what any of these runs comes to.
const HEAD_ALONE: f32 = 0.99;

fn row(epoch: usize, accuracy: f32) -> EpochRow {
    EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.5,
        val_loss: Some(1.0 - accuracy),
        val_accuracy: Some(accuracy),
        seconds: epoch as f64,
        steps: epoch as u64,
    }
}

fn trained(effects: &[TeachEffect]) -> Option<(u32, TrainSettings)> {
    effects.iter().find_map(|effect| match effect {
        TeachEffect::Send(0, TeachCommand::Train { run, settings, .. }) => Some((*run, settings.clone())),
        _ => None,
    })
}

fn position(effects: &[TeachEffect], is: impl Fn(&TeachEffect) -> bool) -> usize {
    effects.iter().position(is).unwrap_or_else(|| panic!("not among {effects:?}"))
}

#[test]
fn runs_go_one_after_another_and_the_head_in_use_stays() {
    let mut room = Room::new();
    room.does(TeachAction::Training(training::Action::Train(Ask::default())));
    room.ends(&[0.7], Ended::Done);
    let head = room.teach.training.head.clone().expect("a head");

    room.add(What::Frozen, 2);
    room.add(What::LastBlocks, 1);
    assert_eq!(room.states(), ["waiting"; 3]);
    let effects = room.act(Action::Run);
    let aside = TeachEffect::Training(training::Effect::SetHeadAside);
    let train = position(&effects, |effect| matches!(effect, TeachEffect::Send(0, TeachCommand::Train { .. })));
    assert!(position(&effects, |effect| *effect == aside) < train, "the head is put aside first");
    assert_eq!(trained(&effects).expect("a run").1.seed, 0);
    assert_eq!(room.states(), ["running", "waiting", "waiting"]);
    assert!(
        room.teach.training.current().is_some_and(|run| run.number == 1),
        "the person's own run is the current one"
    );

    let effects = room.ends(&[0.8, 0.9, 0.85], Ended::Done);
    let back = position(&effects, |effect| *effect == TeachEffect::Training(training::Effect::TakeHeadBack));
    assert!(position(&effects, |effect| *effect == aside) > back, "taken back before it is put aside again");
    assert_eq!(trained(&effects).expect("the next one").1.seed, 1);
    assert_eq!(room.states(), ["done", "running", "waiting"]);
    room.ends(&[0.8], Ended::Done);
    let settings = room.teach.lab.settings(3).cloned().expect("settings");
    assert_eq!((settings.way, settings.batch), (Way::LastBlocks { blocks: 3 }, 16));
    let effects = room.ends(&[0.8], Ended::Done);
    assert!(trained(&effects).is_none());
    assert_eq!((room.states(), room.teach.lab.on), (vec!["done"; 3], false));

    let numbers: Vec<u32> = room.teach.training.runs.iter().map(|run| run.number).collect();
    assert_eq!(numbers, [1], "the Lab has taken its runs");
    assert_eq!(room.teach.training.head, Some(head));
    assert_eq!(room.teach.training.phase, Phase::Idle);

    let record = &room.teach.lab.records()[0];
    assert_eq!((record.best(), record.last(), record.training, record.validation), (Some((2, 0.9)), Some(0.85), 32, 8));
    assert_eq!((record.model.as_str(), record.depth), ("MobileNetV2 1.0", Some(53)));
    // The network's numbers without its classifier, batch norm folded in, with a head for two classes.
    assert_eq!((record.parameters, record.trainable), (2_206_816 + 2562, 2562));
}

#[test]
fn without_a_head_before_none_is_left() {
    let mut room = Room::new();
    room.add(What::Frozen, 1);
    room.act(Action::Run);
    let effects = room.ends(&[0.8], Ended::Done);
    let back = position(&effects, |effect| *effect == TeachEffect::Training(training::Effect::TakeHeadBack));
    let drop = position(&effects, |effect| *effect == TeachEffect::Send(0, TeachCommand::DropHead));
    assert!(back < drop);
    assert_eq!(room.teach.training.head, None);
}

#[test]
fn stop_ends_the_run_and_the_list() {
    let mut room = Room::new();
    room.add(What::Frozen, 3);
    room.act(Action::Run);
    let effects = room.act(Action::Stop);
    assert!(effects.contains(&TeachEffect::Send(0, TeachCommand::StopTraining)));
    let effects = room.ends(&[0.8, 0.9], Ended::Stopped);
    assert!(trained(&effects).is_none());
    assert_eq!(room.states(), ["done", "waiting", "waiting"], "what it has is kept");

    room.act(Action::Run);
    let run = room.teach.training.live().expect("a run").run;
    room.act(Action::Stop);
    let error = Error::new(ErrorKind::Usage, "training", "an epoch", "none", "Train again.");
    room.says(TeachEvent::TrainingFailed { run, error });
    assert_eq!(room.states(), ["done", "waiting", "waiting"], "stopped before there was anything to show");
    assert!(!room.teach.lab.on && room.teach.training.runs.is_empty() && room.teach.training.failure.is_none());
}

#[test]
fn one_that_goes_wrong_does_not_stop_the_others() {
    let mut room = Room::new();
    room.add(What::Frozen, 2);
    room.act(Action::Run);
    let run = room.teach.training.live().expect("a run").run;
    let error = Error::new(ErrorKind::Usage, "the loss", "a number", "NaN", "Choose a smaller learning rate.");
    let effects = room.says(TeachEvent::TrainingFailed { run, error: error.clone() });
    assert!(trained(&effects).is_some());
    assert_eq!(room.states(), ["failed", "running"]);
    assert_eq!(room.teach.training.failure, None, "it is said in the Lab");
    room.ends(&[0.8], Ended::Done);
    room.act(Action::Run);
    assert_eq!(room.states(), ["running", "done"], "and is tried again when asked");
}

#[test]
fn one_that_goes_wrong_after_an_epoch_keeps_what_it_has_and_says_why() {
    let mut room = Room::new();
    room.add(What::LastBlocks, 2);
    room.act(Action::Run);
    let run = room.teach.training.live().expect("a run").run;
    let gone = Error::new(ErrorKind::NotAnImage, "a photo", "a photo", "a text", "Give another.");
    room.says(TeachEvent::Tune(TuneEvent::LeftOut { run, sample: 7, error: gone }));
    let error =
        Error::new(ErrorKind::Usage, "training", "a loss that falls", "none", "Choose a smaller learning rate.");
    let effects = room.ends_with(&[0.8, 0.7], Ended::Failed, Some(error.clone()));
    assert!(trained(&effects).is_some(), "the next one begins");
    assert_eq!((room.states(), room.teach.lab.on), (vec!["done", "running"], true));
    let first = room.teach.lab.entries[0].clone();
    assert_eq!(first.errors[0], error);
    assert_eq!((first.errors.len(), first.errors[1].subject.as_str()), (2, "7.jpg"));
    assert_eq!(first.state(None), "80.00\u{a0}% at epoch 21, then went wrong");
    assert_eq!(room.teach.training.failure, None, "it is said in the Lab");
    room.ends(&[0.9], Ended::Done);
    assert_eq!((room.states(), room.teach.lab.on), (vec!["done", "done"], false));
    assert!(room.teach.lab.entries[1].errors.is_empty());
    let back = Lab::from_json(&room.teach.lab.to_json());
    assert_eq!(back.entries, room.teach.lab.entries, "and is kept");
}

#[test]
fn one_at_which_the_engine_stops_each_time_is_given_up() {
    let mut room = Room::new();
    room.add(What::LastBlocks, 2);
    room.act(Action::Run);
    for _ in 0..3 {
        assert_eq!(room.states(), ["running", "waiting"]);
        room.is_ready = false;
        room.does(TeachAction::EngineLost);
        room.is_ready = true;
        room.does(TeachAction::EngineReady);
        room.does(TeachAction::Training(training::Action::HeadFile(false)));
    }
    assert_eq!(room.states(), ["failed", "running"]);
}

#[test]
fn the_engine_may_be_lost_in_between() {
    let mut room = Room::new();
    room.add(What::LastBlocks, 1);
    room.act(Action::Run);
    room.is_ready = false;
    room.does(TeachAction::EngineLost);
    assert_eq!(room.states(), ["running"]);
    room.is_ready = true;
    let mut effects = room.does(TeachAction::EngineReady);
    effects.extend(room.does(TeachAction::Training(training::Action::HeadFile(false))));
    assert_eq!(trained(&effects).expect("again").1.way, Way::LastBlocks { blocks: 3 });
    room.ends(&[0.8], Ended::Done);
    assert_eq!(room.states(), ["done"]);
}

#[test]
fn what_cannot_be_run_is_said() {
    let mut room = Room::new();
    room.teach.project_mut().classes.pop();
    room.add(What::Frozen, 1);
    assert!(room.act(Action::Run).is_empty());
    assert!(room.teach.lab.problem.as_ref().expect("a problem").contains("only class"));
    assert_eq!((room.states(), room.teach.lab.on, room.teach.training.refused), (vec!["waiting"], false, None));

    // More memory than there is: that entry fails, the next is run.
    let mut room = Room::new();
    room.act(Action::Choose(Field::Architecture, "mobilenet-v2-4-1024".to_owned()));
    room.add(What::Scratch, 1);
    room.add(What::Frozen, 1);
    let effects = room.act(Action::Run);
    assert_eq!(trained(&effects).expect("the other").1.way, Way::Frozen);
    assert_eq!(room.states(), ["failed", "running"]);
}

#[test]
fn the_form_says_what_it_does_not_understand() {
    let base = TrainSettings { seed: 4, split: SplitKind::Random, ..TrainSettings::default() };
    let with = |what, blocks: &str, epochs: &str| Choice {
        what,
        blocks: blocks.to_owned(),
        epochs: epochs.to_owned(),
        seeds: 2,
        ..Choice::default()
    };
    let entries = with(What::LastBlocks, "2", "7").entries(&base, None).expect("entries");
    let short: Vec<_> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.settings.seed, entry.settings.epochs)).collect();
    assert_eq!(short, [("Last 2 blocks", 4, 7), ("Last 2 blocks", 5, 7)]);
    assert_eq!(entries[0].settings.split, SplitKind::Random);
    for (choice, word) in [
        (with(What::LastBlocks, "0", ""), "Blocks"),
        (with(What::LastBlocks, "two", ""), "Blocks"),
        (with(What::Frozen, "", "0"), "Epochs"),
        (with(What::Frozen, "", "1e9"), "Epochs"),
        (Choice { shots: "0".to_owned(), ..Choice::default() }, "Photos a class"),
        (Choice { shots: "few".to_owned(), ..Choice::default() }, "Photos a class"),
        (Choice { what: What::Scratch, architecture: "resnet".to_owned(), ..Choice::default() }, "resnet"),
    ] {
        let problem = choice.entries(&base, None).expect_err("wrong");
        assert!(problem.contains(word) && problem.ends_with('.'), "{problem}");
    }
    assert_eq!(with(What::Frozen, "", "").usual_epochs(&base), TrainSettings::default().epochs);
    let mut choice = Choice::default();
    choice.set(Field::Seeds, "99");
    choice.set(Field::What, "nonsense");
    assert_eq!((choice.seeds, choice.what), (Choice::MOST_SEEDS, What::Frozen));

    let mut room = Room::new();
    for _ in 0..MAX_ENTRIES {
        room.add(What::Frozen, 1);
    }
    room.act(Action::Add);
    assert!(room.teach.lab.problem.as_ref().is_some_and(|problem| problem.contains("60")));
    assert_eq!(room.teach.lab.entries.len(), MAX_ENTRIES);
}

#[test]
fn few_photos_a_class() {
    let mut room = Room::new();
    room.act(Action::Choose(Field::Shots, " 3 ".to_owned()));
    room.add(What::Frozen, 1);
    room.add(What::LastBlocks, 1);
    let effects = room.act(Action::Run);
    assert_eq!(trained(&effects).expect("a run").1.shots, Some(3));
    let effects = room.ends(&[0.8], Ended::Done);
    let settings = trained(&effects).expect("a run").1;
    assert_eq!((settings.shots, settings.batch), (Some(3), 4), "a batch that six photos suffice for");
    let names: Vec<&str> = room.teach.lab.entries.iter().map(|queued| queued.entry.name.as_str()).collect();
    assert_eq!(names, ["Frozen, 3 a class", "Last 3 blocks, 3 a class"]);
    // A class has twenty.
    for (shots, is_wrong) in [("19", false), ("20", true)] {
        room.act(Action::Choose(Field::Shots, shots.to_owned()));
        room.act(Action::Add);
        assert_eq!(room.teach.lab.problem.is_some(), is_wrong, "{shots}");
    }
    let choice = Choice { shots: "5".to_owned(), ..Choice::default() };
    assert_eq!(choice.usual_epochs(&TrainSettings::default()), TrainSettings::default().epochs);
}

#[test]
fn a_run_that_loses_its_gpu_says_where_it_ran() {
    let mut room = Room::new();
    room.device = DeviceKind::Gpu;
    room.add(What::Frozen, 2);
    room.add(What::LastBlocks, 1);
    room.act(Action::Run);
    room.ends(&[0.8], Ended::Done);
    // A head is trained again from the start, the blocks go on from the last epoch.
    room.device = DeviceKind::Cpu;
    room.ends(&[0.8], Ended::Done);
    room.device = DeviceKind::Gpu;
    let run = room.teach.training.live().expect("a run").run;
    room.teach.training.runs.iter_mut().for_each(|run| Rc::make_mut(run).device = Some(DeviceKind::Gpu));
    room.says(TeachEvent::Tune(TuneEvent::Resumed { run, epoch: 21 }));
    room.device = DeviceKind::Cpu;
    room.ends(&[0.8, 0.9], Ended::Done);
    let on: Vec<_> = room.teach.lab.records().iter().map(|record| (record.began_on, record.device)).collect();
    let (gpu, cpu) = (DeviceKind::Gpu, DeviceKind::Cpu);
    assert_eq!(on, [(None, gpu), (None, cpu), (Some(gpu), cpu)]);
}

#[test]
fn what_is_taken_out_can_be_brought_back() {
    let mut room = Room::new();
    room.add(What::Frozen, 3);
    room.act(Action::Remove(2));
    let ids = |room: &Room| room.teach.lab.entries.iter().map(|queued| queued.id).collect::<Vec<_>>();
    assert_eq!(ids(&room), [1, 3]);
    room.act(Action::Undo);
    assert_eq!(ids(&room), [1, 2, 3]);
    room.act(Action::Run);
    room.act(Action::Remove(1));
    room.act(Action::Clear);
    assert_eq!(ids(&room), [1], "what is being run stays");
}

#[test]
fn the_number_of_blocks_is_looked_for() {
    let mut room = Room::new();
    let mut effects = room.act(Action::HowManyBlocks);
    let mut ways = Vec::new();
    for accuracy in [0.80, 0.85, 0.9, 0.88] {
        ways.push(trained(&effects).expect("a run").1.way);
        effects = room.ends(&[accuracy], Ended::Done);
    }
    assert!(trained(&effects).is_none(), "four blocks were no better than two");
    let last = |blocks| Way::LastBlocks { blocks };
    assert_eq!(ways, [Way::Frozen, last(1), last(2), last(4)]);
    let search = room.teach.lab.search().expect("a search");
    assert_eq!((search.best(), room.teach.lab.searching, room.teach.lab.on), (Some((2, 0.9)), false, false));
    assert_eq!(room.teach.lab.entries[1].entry.name, "1 block trained");

    // Once more: from the start.
    room.act(Action::HowManyBlocks);
    assert_eq!(room.states(), ["running"]);
    room.act(Action::Stop);
    room.ends(&[0.8], Ended::Stopped);
    assert_eq!((room.teach.lab.entries.len(), room.teach.lab.searching), (1, false));

    room.teach.project_mut().settings.validation = 0.0;
    assert!(room.act(Action::HowManyBlocks).is_empty());
    assert!(room.teach.lab.problem.is_some());
    room.teach.project_mut().settings.validation = 0.2;
    room.card.design.clear();
    room.act(Action::HowManyBlocks);
    assert!(room.teach.lab.problem.as_ref().is_some_and(|problem| problem.contains("not known")));
}

#[test]
fn time_left_is_told_from_runs_like_those_to_come() {
    let mut room = Room::new();
    room.act(Action::Choose(Field::Epochs, "10".to_owned()));
    room.add(What::Frozen, 3);
    room.act(Action::Run);
    let left = |room: &Room| room.teach.lab.left(&room.teach.training);
    assert!(!left(&room).is_all, "nobody knows yet");
    room.ends(&[0.5; 10], Ended::Done);
    // One second an epoch: ten of the run that waits; that in progress has no epoch yet.
    assert_eq!((left(&room).seconds, left(&room).is_all), (10.0, false));
    let run = room.teach.training.live().expect("a run").run;
    room.says(TeachEvent::Epochs { run, rows: (1..=4).map(|epoch| row(epoch, 0.5)).collect() });
    assert_eq!((left(&room).seconds, left(&room).is_all), (16.0, true));
    let line = room.teach.lab.line(&room.teach.training).expect("a line");
    assert_eq!(line, "Run 2 of 3: Frozen, seed 1 · epoch 4 of 10 · about 16\u{a0}s left in all");
    assert!((room.teach.lab.share(&room.teach.training) - 1.4 / 3.0).abs() < 1e-9);
}

#[test]
fn what_is_kept_comes_back_and_hostile_values_do_no_harm() {
    let mut room = Room::new();
    room.add(What::Frozen, 3);
    room.act(Action::Run);
    room.ends(&[0.8, 0.9], Ended::Done);
    let kept = room.teach.lab.to_json();
    let back = Lab::from_json(&serde_json::from_str(&kept.to_string()).expect("JSON"));
    assert_eq!(back.entries, room.teach.lab.entries);
    assert_eq!((back.on, back.current), (false, None));
    assert!(
        room.teach.training.to_json()["runs"].as_array().expect("runs").is_empty(),
        "a run of the Lab is the Lab's"
    );
    for hostile in [
        serde_json::Value::Null,
        serde_json::json!({"entries": 7, "last_id": -3}),
        serde_json::json!({"entries": [7, {"id": -1}, {"id": 1}]}),
    ] {
        assert_eq!(Lab::from_json(&hostile), Lab::default());
    }
    let mut twice = kept.clone();
    let entry = twice["entries"][0].clone();
    twice["entries"].as_array_mut().expect("entries").push(entry);
    assert_eq!(Lab::from_json(&twice).entries.len(), 3);
}

#[test]
fn files_are_of_what_is_over() {
    let mut room = Room::new();
    room.add(What::Frozen, 2);
    assert!(room.act(Action::Save(File::Csv, 600.0)).is_empty());
    room.act(Action::Run);
    room.ends(&[0.8, 0.9], Ended::Done);
    let mut saved = |file| match &room.act(Action::Save(file, 600.0))[..] {
        [TeachEffect::Training(training::Effect::SaveText(name, _, text))] => (name.clone(), text.clone()),
        other => panic!("{other:?}"),
    };
    let (name, csv) = saved(File::Csv);
    assert!(name == "graft-lab.csv" && csv.starts_with('\u{feff}') && csv.lines().count() == 2 && csv.contains("Frozen,0,MobileNetV2 1.0"), "{csv}");
    assert!(saved(File::Markdown).1.starts_with("| run | seed |"));
    assert!(saved(File::Svg).1.starts_with("<svg"));
}
