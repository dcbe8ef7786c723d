//! Runs that go wrong or cannot be run, and engines that are lost in between.

use super::*;

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
