use std::rc::Rc;

use super::fields::{Entry, Field};
use super::ready::{Ask, Problem};
use super::run::{Run, in_one_line, loss, number};
use super::{Action, Effect, MAX_RUNS, Phase, Training};
use crate::error::{Error, ErrorKind};
use crate::project::{Class, HeadKind, OptimizerKind, Role, Sample, SplitKind, TrainSettings};
use crate::protocol::{
    BackboneCard, DeviceKind, Ended, EpochRow, HeadCard, SplitReport, TeachCommand, TeachEvent, TrainSummary,
};
use crate::view::notices::Notices;
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect};

/// Teach with an engine that is told about.
struct Room {
    teach: Teach,
    backbone: Option<BackboneCard>,
}

impl Room {
    /// With classes of so many photos each, all embedded.
    fn new(counts: &[usize]) -> Self {
        let mut room = Self { teach: Teach::default(), backbone: Some(card("mobilenet-v2")) };
        for count in counts {
            room.add_class(*count);
        }
        room
    }

    fn add_class(&mut self, photos: usize) {
        let project = self.teach.project_mut();
        let id = project.next_class;
        project.next_class += 1;
        project.classes.push(Class { id, name: format!("Class {id}") });
        for _ in 0..photos {
            self.add_photo(Some(id));
        }
    }

    fn add_photo(&mut self, class: Option<u32>) -> u64 {
        let project = self.teach.project_mut();
        let id = project.next_sample;
        project.next_sample += 1;
        let name = format!("{id}.jpg");
        let (role, sha256) = (Role::Auto, "f".repeat(64));
        let sample = Sample { id, name, class, role, sha256, bytes: 1000, size: [8, 8], grey: false };
        project.samples.push(Rc::new(sample));
        id
    }

    fn change_sample(&mut self, id: u64, change: impl FnOnce(&mut Sample)) {
        let samples = &mut self.teach.project_mut().samples;
        let place = samples.iter().position(|sample| sample.id == id).expect("a sample");
        change(Rc::make_mut(&mut samples[place]));
    }

    fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let mut notices = Notices::default();
        let device = self.backbone.as_ref().map(|_| DeviceKind::Cpu);
        let mut around = Around { now_ms: 0.0, notices: &mut notices, backbone: self.backbone.as_ref(), device };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Training(action))
    }

    fn says(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    fn train(&mut self) -> Vec<TeachEffect> {
        self.act(Action::Train(Ask::default()))
    }

    fn problem(&self) -> Problem {
        self.teach.material(self.teach.training.refused.expect("refused"), None).expect_err("a problem")
    }

    /// The engine begins the run; every fifth photo is held out.
    fn starts(&mut self, run: u32) {
        let taught = self.teach.training.live().expect("a run").taught.clone();
        let (validation, training) = taught.iter().map(|(sample, _)| *sample).partition(|sample| sample % 5 == 0);
        let split = SplitReport { training, validation, groups: 3, ..SplitReport::default() };
        self.says(TeachEvent::TrainingStarted { run, split, parameters: 10 });
    }

    /// The run goes through so many epochs and ends.
    fn ends(&mut self, run: u32, epochs: usize) -> Vec<TeachEffect> {
        self.starts(run);
        self.says(TeachEvent::Epochs { run, rows: (1..=epochs).map(row).collect() });
        self.says(TeachEvent::Trained { run, summary: summary(epochs), head: self.head_card() })
    }

    fn head_card(&self) -> HeadCard {
        let classes = self.teach.project.classes.iter().map(|class| class.name.clone()).collect();
        HeadCard { backbone: "mobilenet-v2".to_owned(), classes, temperature: 1.0, rejection: None }
    }
}

fn card(name: &str) -> BackboneCard {
    BackboneCard {
        name: name.to_owned(),
        title: name.to_owned(),
        classes: String::new(),
        input: 224,
        parameters: 1,
        depth: 1,
        embedding: 1280,
        top1: None,
        top5: None,
        file: String::new(),
        bytes: 0,
        sha256: String::new(),
        licence: String::new(),
        source: String::new(),
    }
}

fn row(epoch: usize) -> EpochRow {
    let x = epoch as f32;
    EpochRow {
        epoch,
        train_loss: 1.0 / x,
        train_accuracy: 1.0 - 0.5 / x,
        // Best at the sixth epoch.
        val_loss: Some(0.5 + (x - 6.0).abs() / 50.0),
        val_accuracy: Some(0.9 - (x - 6.0).abs() / 50.0),
        seconds: epoch as f64 / 10.0,
    }
}

fn summary(epochs: usize) -> TrainSummary {
    TrainSummary {
        best_epoch: epochs.min(6),
        epochs,
        ended: Ended::Done,
        val_accuracy: Some(0.9),
        parameters: 10,
        steps_per_second: 1000.0,
        seconds: epochs as f64 / 10.0,
    }
}

fn sent(effects: &[TeachEffect]) -> Vec<&TeachCommand> {
    let command = |effect| match effect {
        &TeachEffect::Send(0, ref command) => Some(command),
        _ => None,
    };
    effects.iter().filter_map(command).collect()
}

fn trained_on(effects: &[TeachEffect]) -> (u32, crate::protocol::Labelled, TrainSettings, bool) {
    let train = sent(effects).into_iter().find_map(|command| match command {
        TeachCommand::Train { run, data, settings, go_on } => Some((*run, data.clone(), settings.clone(), *go_on)),
        _ => None,
    });
    train.expect("a Train command")
}

#[test]
fn train_sends_embedded_photos_of_classes_in_their_order() {
    let mut room = Room::new(&[2, 3]);
    room.add_photo(None);
    room.change_sample(4, |sample| sample.role = Role::Validation);
    let effects = room.train();
    let (run, data, settings, go_on) = trained_on(&effects);
    assert_eq!((run, go_on, settings), (1, false, TrainSettings::default()));
    assert_eq!(data.classes, ["Class 1", "Class 2"]);
    assert_eq!((data.samples, data.labels, data.validation), (vec![1, 2, 3, 4, 5], vec![0, 0, 1, 1, 1], vec![4]));
    assert!(room.train().is_empty(), "one at a time");
}

#[test]
fn what_stands_in_the_way_is_said_and_goes_when_it_is_gone() {
    let mut room = Room::new(&[]);
    assert!(room.train().is_empty());
    assert_eq!(room.problem(), Problem::NoClass);
    room.add_class(3);
    assert_eq!(room.problem(), Problem::OneClass("Class 1".to_owned()));
    room.add_class(0);
    assert_eq!(room.problem(), Problem::EmptyClasses(vec!["Class 2".to_owned()], false));
    room.add_class(2);
    assert_eq!(room.problem(), Problem::EmptyClasses(vec!["Class 2".to_owned()], true));
    let effects = room.act(Action::Train(Ask { without_empty: true, ..Ask::default() }));
    assert_eq!(trained_on(&effects).1.classes, ["Class 1", "Class 3"]);
    assert_eq!(room.teach.training.refused, None);

    let mut room = Room::new(&[3, 0]);
    room.train();
    assert!(room.teach.training.refused.is_some());
    room.add_photo(Some(2));
    room.act(Action::LogLoss(true));
    assert_eq!(room.teach.training.refused, None, "the message went with its cause");
    let material = room.teach.material(Ask::default(), None).expect("enough");
    assert!(material.warning().expect("one photo").contains("“Class 2” has one photo"));
    for problem in [
        Problem::NoClass,
        Problem::OneClass("A".to_owned()),
        Problem::EmptyClasses(vec!["A".to_owned(); 6], true),
        Problem::Embedding(1, 2),
        Problem::NotReady,
        Problem::Setting("Seed", "expected a whole number.".to_owned()),
    ] {
        assert!(problem.words().ends_with('.') && !problem.words().contains('!'), "{}", problem.words());
    }
}

#[test]
fn a_run_waits_for_photos_and_engine() {
    let mut room = Room::new(&[2, 2]);
    room.change_sample(2, |sample| sample.size = [0, 0]);
    assert!(room.train().is_empty());
    assert!(matches!(room.teach.training.phase, Phase::Waiting { .. }));
    assert_eq!(room.teach.material(Ask::default(), None), Err(Problem::Embedding(1, 4)));
    room.change_sample(2, |sample| sample.size = [8, 8]);
    let effects = room.act(Action::LogLoss(false));
    assert_eq!(trained_on(&effects).1.samples.len(), 4);

    let mut room = Room::new(&[2, 2]);
    room.change_sample(2, |sample| sample.size = [0, 0]);
    let some = Ask { only_embedded: true, ..Ask::default() };
    assert_eq!(trained_on(&room.act(Action::Train(some))).1.samples, [1, 3, 4]);

    let mut room = Room::new(&[2, 2]);
    let backbone = room.backbone.take();
    assert!(room.train().is_empty());
    room.backbone = backbone;
    // The head of an earlier visit goes to the engine first.
    assert!(room.does(TeachAction::EngineReady).contains(&TeachEffect::Training(Effect::AskHeadFile)));
    let effects = room.act(Action::HeadFile(true));
    assert!(matches!(sent(&effects)[..], [TeachCommand::LoadHead, TeachCommand::Train { run: 1, .. }]), "{effects:?}");

    let mut room = Room::new(&[2, 2]);
    room.backbone = None;
    room.train();
    room.act(Action::DoNotWait);
    assert_eq!(room.teach.training.phase, Phase::Idle);
}

#[test]
fn a_run_lives_from_start_to_end() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.starts(1);
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=3).map(row).collect() });
    let run = room.teach.training.current().expect("a run").clone();
    assert_eq!(run.sides.as_ref().map(|sides| (sides.training, sides.validation)), Some((10, 2)));
    assert_eq!(run.line().as_deref(), Some("epoch 3 of 50 · 0.3\u{a0}s · 83.3\u{a0}% / 84.0\u{a0}%"));
    assert_eq!((run.span(), run.best().map(|row| row.epoch)), (50, Some(3)));
    assert!((run.seconds_left().expect("a pace") - 4.7).abs() < 1e-9);
    assert_eq!(sent(&room.act(Action::Pause(true))), [&TeachCommand::PauseTraining { paused: true }]);
    assert!(room.teach.training.live().expect("live").paused);
    assert_eq!(sent(&room.act(Action::Stop)), [&TeachCommand::StopTraining]);
    // What an unknown run's engine says changes nothing.
    let before = room.teach.clone();
    room.says(TeachEvent::Epochs { run: 9, rows: vec![row(9)] });
    room.says(TeachEvent::TrainingFailed { run: 9, error: error() });
    assert_eq!(room.teach, before);

    room.says(TeachEvent::Trained { run: 1, summary: summary(3), head: room.head_card() });
    let training = &room.teach.training;
    assert_eq!(training.phase, Phase::Idle);
    assert_eq!(training.split().map(|split| split.validation.clone()), Some(vec![5, 10]));
    let head = training.head.as_ref().expect("a head");
    assert_eq!((head.run, head.classes.as_slice(), head.seen.len()), (1, &[1, 2][..], 10));
    assert_eq!(room.teach.training.current().map(|run| run.span()), Some(3));
}

fn error() -> Error {
    Error::new(ErrorKind::Engine, "Training", "numbers", "none", "Try a smaller learning rate.")
}

#[test]
fn a_failure_is_shown_and_leaves_what_was_there() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.ends(1, 4);
    let head = room.teach.training.head.clone();
    room.train();
    room.says(TeachEvent::TrainingFailed { run: 2, error: error() });
    assert_eq!(room.teach.training.runs.len(), 1, "a run without an epoch is not kept");
    assert_eq!((room.teach.training.failure.as_deref(), &room.teach.training.head), (Some(&error()), &head));
    room.act(Action::Dismiss);
    assert_eq!(room.teach.training.failure, None);
    room.train();
    assert_eq!(room.teach.training.live().map(|live| live.run), Some(3), "numbers are not used again");
}

#[test]
fn a_lost_engine_trains_again_from_the_start() {
    let mut room = Room::new(&[6, 6]);
    let first = trained_on(&room.train());
    room.starts(1);
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=3).map(row).collect() });
    let backbone = room.backbone.take();
    room.does(TeachAction::EngineLost);
    assert!(matches!(room.teach.training.phase, Phase::Waiting { again: Some(1), .. }));
    assert!(room.teach.training.announcement().contains("begins again"));
    room.backbone = backbone;
    assert!(room.does(TeachAction::EngineReady).contains(&TeachEffect::Training(Effect::AskHeadFile)));
    let effects = room.act(Action::HeadFile(false));
    assert_eq!(trained_on(&effects), first);
    assert_eq!(room.teach.training.runs.len(), 1);
    assert!(room.teach.training.current().expect("a run").rows.is_empty());
    room.ends(1, 5);
    assert_eq!(room.teach.training.current().map(|run| run.rows.len()), Some(5));
}

#[test]
fn an_epoch_trained_anew_takes_the_place_of_the_old() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.says(TeachEvent::Epochs { run: 1, rows: (1..=5).map(row).collect() });
    room.says(TeachEvent::Epochs { run: 1, rows: (4..=6).map(row).collect() });
    let epochs: Vec<usize> = room.teach.training.current().expect("a run").rows.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_head_knows_what_changed_and_names_follow() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.ends(1, 4);
    let changes = |room: &Room| {
        let head = room.teach.training.head.clone().expect("a head");
        head.changes(&room.teach.project, |_| true)
    };
    assert!(changes(&room).is_empty());
    room.teach.project_mut().classes[0].name = "Ants".to_owned();
    assert!(changes(&room).is_empty(), "a new name changes nothing");
    let head = room.teach.training.head.clone().expect("a head");
    assert_eq!(head.names(&room.teach.project), ["Ants", "Class 2"]);

    room.add_class(2);
    room.change_sample(1, |sample| sample.class = Some(2));
    room.change_sample(2, |sample| sample.class = None);
    let found = changes(&room);
    assert_eq!((found.added, found.removed, found.moved), (2, 1, 1));
    assert_eq!(
        found.words(),
        "class “Class 3” is new, 2\u{a0}photos were added, 1\u{a0}photo was removed, 1\u{a0}photo was moved"
    );

    // Training on: the head's own names for what it knows, so that the engine finds them, renamed or not.
    room.teach.project_mut().classes[2].name = "Class 1".to_owned();
    let effects = room.act(Action::Train(Ask { go_on: true, ..Ask::default() }));
    let (run, data, _, go_on) = trained_on(&effects);
    assert_eq!((run, go_on), (2, true));
    assert_eq!(data.classes, ["Class 1", "Class 2", "Class 1 (2)"]);
    room.says(TeachEvent::TrainingStarted {
        run: 2,
        split: SplitReport { training: vec![1, 5], validation: vec![2, 3, 10, 13], ..SplitReport::default() },
        parameters: 10,
    });
    let sides = room.teach.training.current().and_then(|run| run.sides.clone()).expect("sides");
    assert_eq!(sides.seen_before, 2, "2 and 3 were trained on before");
}

#[test]
fn without_a_head_of_this_network_nothing_goes_on() {
    let mut room = Room::new(&[6, 6]);
    let ask = Ask { go_on: true, ..Ask::default() };
    assert!(!trained_on(&room.act(Action::Train(ask))).3);
    room.ends(1, 4);
    room.backbone = Some(card("mobilenet-v1"));
    assert!(!trained_on(&room.act(Action::Train(ask))).3);
    // In the middle of a run another network comes: its head and numbers are no use.
    room.backbone = Some(card("mobilenet-v2"));
    room.does(TeachAction::EngineReady);
    let effects = room.act(Action::HeadFile(true));
    assert!(matches!(sent(&effects)[..], [TeachCommand::LoadHead, TeachCommand::Train { run: 2, .. }]));
}

#[test]
fn a_careless_split_is_shown_beside_the_honest_one_and_its_head_not_kept() {
    let mut room = Room::new(&[10, 10]);
    room.train();
    room.ends(1, 4);
    assert!(room.teach.training.can_compare());
    let head = room.teach.training.head.clone();
    let effects = room.act(Action::Train(Ask { careless_of: Some(1), ..Ask::default() }));
    assert_eq!(effects[0], TeachEffect::Training(Effect::SetHeadAside));
    let (run, _, settings, go_on) = trained_on(&effects);
    assert_eq!((run, settings.split, go_on), (2, SplitKind::Random, false));
    assert_eq!(room.teach.training.current().map(|run| run.number), Some(1));
    assert!(room.teach.training.is_comparison(2) && !room.teach.training.is_comparison(1));
    assert_eq!(room.teach.training.claims().map(|claims| claims.careless), Some(None));
    room.starts(2);
    room.says(TeachEvent::Epochs { run: 2, rows: vec![row(1)] });
    let better = TrainSummary { val_accuracy: Some(0.97), ..summary(1) };
    let effects = room.says(TeachEvent::Trained { run: 2, summary: better, head: room.head_card() });
    assert_eq!(effects[0], TeachEffect::Training(Effect::TakeHeadBack));
    let [TeachCommand::LoadHead, TeachCommand::Evaluate { run: 1, data }] = sent(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((&data.samples[..], &data.labels[..]), (&[5, 10, 15, 20][..], &[0, 0, 1, 1][..]));
    assert_eq!(room.teach.training.head, head);
    let claims = room.teach.training.claims().expect("claims");
    assert_eq!((claims.honest, claims.careless), (0.9, Some(0.97)));
    assert!(claims.sentence.contains("claims more"), "{}", claims.sentence);
    assert!(!room.teach.training.can_compare());
}

#[test]
fn settings_are_understood_or_refused_with_words() {
    let usual = TrainSettings::default();
    assert_eq!(in_one_line(&usual), "Linear head · Adam · 50 epochs · honest split 80/20");
    for field in Field::ALL {
        let mut settings = usual.clone();
        assert!(field.about().ends_with('.'), "{field:?}");
        if field.matters(&usual) {
            field.set(&field.text(&usual), &mut settings).expect("what it shows is understood");
            assert_eq!(settings, usual, "{field:?}");
        }
        if matches!(field.entry(), Entry::Number(_)) {
            for wrong in ["-1", "x", "NaN", "inf", "1e99"] {
                let why = field.set(wrong, &mut settings).expect_err("not understood");
                assert!(why.starts_with("expected a ") && why.ends_with('.'), "{field:?}: {why}");
            }
        }
    }
    let mut room = Room::new(&[2, 2]);
    let mut set = |field, text: &str| {
        room.act(Action::Set(field, text.to_owned()));
    };
    set(Field::Head, "hidden");
    set(Field::Units, "128");
    set(Field::Dropout, "0,3");
    set(Field::Optimizer, "sgd");
    set(Field::LearningRate, "0.05");
    set(Field::Validation, "25 %");
    set(Field::Patience, "");
    set(Field::Epochs, "5000000");
    let settings = room.teach.project.settings.clone();
    assert_eq!(settings.head, HeadKind::Hidden { units: 128, dropout: 0.3 });
    assert_eq!((settings.optimizer, settings.learning_rate), (OptimizerKind::Sgd, 0.05));
    assert_eq!((settings.validation, settings.patience, settings.epochs), (0.25, None, 50));
    assert_eq!(room.teach.training.drafts.len(), 1);
    room.train();
    assert_eq!(room.problem().kind(), "setting");
    room.act(Action::Reset);
    assert_eq!((&room.teach.project.settings, room.teach.training.drafts.len()), (&usual, 0));
}

#[test]
fn runs_are_named_hidden_deleted_and_brought_back() {
    let mut room = Room::new(&[6, 6]);
    for run in 1..=3 {
        room.train();
        room.ends(run, 4);
    }
    room.act(Action::Rename(2, "  With SGD  ".to_owned()));
    room.act(Action::Show(1, false));
    let ghosts = |room: &Room| room.teach.training.ghosts().map(|run| run.name.clone()).collect::<Vec<_>>();
    assert_eq!(ghosts(&room), ["With SGD"]);
    room.act(Action::Delete(2));
    assert!(ghosts(&room).is_empty());
    room.act(Action::Undelete);
    assert_eq!(ghosts(&room), ["With SGD"]);
    let numbers: Vec<u32> = room.teach.training.runs.iter().map(|run| run.number).collect();
    assert_eq!(numbers, [1, 2, 3]);

    for run in 4..=MAX_RUNS as u32 + 5 {
        room.train();
        room.ends(run, 1);
    }
    assert_eq!(room.teach.training.runs.len(), MAX_RUNS);
}

#[test]
fn what_is_kept_comes_back_and_hostile_values_do_no_harm() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    room.ends(1, 4);
    room.train();
    room.starts(2);
    room.says(TeachEvent::Epochs { run: 2, rows: vec![row(1)] });
    let kept = room.teach.training.to_json();
    let back = Training::from_json(&serde_json::from_str(&kept.to_string()).expect("JSON"));
    assert_eq!((&back.runs, &back.head), (&room.teach.training.runs, &room.teach.training.head));
    assert_eq!(back.phase, Phase::Idle);
    assert_eq!(back.run(2).map(|run| run.ended_words()), Some("cut off"));
    for hostile in [
        serde_json::Value::Null,
        serde_json::json!([1, 2]),
        serde_json::json!({"runs": 7}),
        serde_json::json!({"runs": [7, {"number": -1}], "head": {"run": 1}}),
    ] {
        assert_eq!(Training::from_json(&hostile), Training::default());
    }
    let mut twice = kept.clone();
    let run = twice["runs"][0].clone();
    twice["runs"].as_array_mut().expect("runs").push(run);
    assert_eq!(Training::from_json(&twice).runs.len(), 2);
}

#[test]
fn what_is_announced_changes_at_the_quarters() {
    let mut room = Room::new(&[6, 6]);
    room.train();
    let mut heard: Vec<String> = Vec::new();
    for epoch in 1..=50 {
        room.says(TeachEvent::Epochs { run: 1, rows: vec![row(epoch)] });
        let now = room.teach.training.announcement();
        if heard.last() != Some(&now) {
            heard.push(now);
        }
    }
    assert_eq!(heard.len(), 5, "{heard:?}");
    assert_eq!(heard[1], "Epoch 13 of 50: validation accuracy 76.0\u{a0}%.");
}

#[test]
fn runs_say_what_sets_them_apart() {
    let mut run = run_of(&[row(1)]);
    assert!(run.differences().is_empty());
    run.went_on = true;
    run.settings.head = HeadKind::Hidden { units: 64, dropout: 0.2 };
    run.settings.learning_rate = 0.05;
    run.settings.validation = 0.1;
    assert_eq!(
        run.differences(),
        ["went on", "hidden layer of 64", "dropout 0.2", "learning rate 0.05", "10\u{a0}% held out"]
    );
    assert_eq!((number(0.2 * 100.0), number(1e-6), number(0.3)), ("20".into(), "0.000001".into(), "0.3".into()));
    let losses = [1.2, 0.1234, 0.01234, 0.00012].map(|value| loss(Some(value)));
    assert_eq!((losses, loss(None)), (["1.200", "0.123", "0.0123", "0.000120"].map(str::to_owned), "–".to_owned()));
}

fn run_of(rows: &[EpochRow]) -> Run {
    Run {
        number: 1,
        name: "Run 1".to_owned(),
        settings: TrainSettings::default(),
        went_on: false,
        careless_of: None,
        backbone: "mobilenet-v2".to_owned(),
        device: None,
        sides: None,
        rows: rows.to_vec(),
        summary: None,
        visible: true,
    }
}
