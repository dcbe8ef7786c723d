//! The engine: devices, crashes, hanging.

use std::rc::Rc;

use super::page::*;
use crate::error::ErrorKind;
use crate::project::{Class, Role, Sample};
use crate::protocol::{Command, CommandName, DeviceChoice, DeviceKind, DeviceReport, Event, TeachEvent};
use crate::view::notices::{Offer, Topic};
use crate::view::photos::PhotoState::{Done, Failed, Waiting, Working};
use crate::view::state::{Action, Effect, Life};
use crate::view::teach::intake::NewFile;
use crate::view::teach::judge::NewTry;
use crate::view::teach::{TeachAction, classes, intake, judge, keep, training};

fn open(device: DeviceChoice) -> Effect {
    Effect::Send(Command::OpenDevice { device })
}

#[test]
fn the_page_starts_the_engine_and_asks_for_its_device_at_once() {
    let (_, effects) = Page::opened(DeviceChoice::Cpu, None);
    assert_eq!(effects, [Effect::StartEngine, open(DeviceChoice::Cpu), Effect::FetchNetworks]);
}

#[test]
fn a_fallback_is_said_with_its_cure() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    let fallback = Some(error(ErrorKind::Device, "the GPU"));
    page.says(Event::DeviceReady {
        report: DeviceReport { kind: DeviceKind::Cpu, name: "CPU (SIMD)".to_owned(), fallback },
    });
    assert_eq!(page.message(Topic::Device).as_deref(), Some("the GPU: expected this, found that. Do something."));
}

#[test]
fn another_device_classifies_again() {
    let mut page = Page::ready();
    page.add(1..3);
    page.finish();
    assert_eq!(page.act(Action::ChooseDevice(DeviceChoice::Cpu)), [open(DeviceChoice::Cpu)]);
    assert_eq!(page.states(), [Done, Done]);
    let effects = page.device_is(DeviceKind::Cpu);
    assert_eq!(sent_in(&effects), [1, 2]);
    assert!(page.state.photos.list[0].prediction.is_some(), "the old result stays until the new one comes");
    page.finish();
    assert_eq!(page.states(), [Done, Done]);
}

#[test]
fn a_lost_device_keeps_what_was_found() {
    let mut page = Page::ready();
    page.add(1..4);
    page.predicted(1);
    page.says(Event::DeviceLost { error: error(ErrorKind::Device, "the GPU") });
    page.device_is(DeviceKind::Cpu);
    assert_eq!(page.states(), [Done, Working, Working]);
    assert!(page.message(Topic::Device).is_some());
}

#[test]
fn a_crash_starts_the_engine_again_with_device_network_and_photos() {
    let mut page = Page::ready();
    page.add(1..4);
    let effects = page.act(Action::EngineStopped("unreachable".to_owned()));
    assert_eq!(effects[..2], [Effect::StartEngine, open(DeviceChoice::Auto)]);
    assert_eq!(page.states(), [Waiting; 3]);
    let told = page.message(Topic::Engine).expect("a message");
    assert!(told.starts_with("1.jpg: expected ") && told.contains("(unreachable). It was started again"), "{told}");
    page.says(Event::Started);
    page.device_is(DeviceKind::Gpu);
    assert_eq!(sent_in(&page.weights_come(&effects)), [1, 2]);
    page.finish();
    assert_eq!(page.states(), [Done; 3]);
}

#[test]
fn a_photo_that_crashes_the_engine_twice_is_given_up_by_name() {
    let mut page = Page::ready();
    page.add(1..4);
    for _ in 0..2 {
        let effects = page.says(Event::Crashed { message: "out of memory".to_owned() });
        page.says(Event::Started);
        page.device_is(DeviceKind::Gpu);
        page.weights_come(&effects);
    }
    page.finish();
    assert_eq!(page.states(), [Failed, Done, Done]);
    let error = page.state.photos.list[0].error.clone().expect("an error");
    assert_eq!((error.kind, error.subject.as_str()), (ErrorKind::Engine, "1.jpg"));
}

#[test]
fn an_engine_that_cannot_start_is_given_up_and_a_person_can_start_it() {
    let (mut page, _) = Page::opened(DeviceChoice::Cpu, None);
    page.act(Action::Networks(Ok(cards())));
    for _ in 0..3 {
        page.act(Action::EngineStopped("404".to_owned()));
    }
    assert_eq!(page.state.engine.life, Life::GivenUp);
    assert!(page.message(Topic::Engine).is_some_and(|told| told.contains("404")));
    assert!(page.act(Action::Take(Offer::RestartEngine)).contains(&Effect::StartEngine));
}

#[test]
fn a_gpu_at_which_the_engine_crashes_twice_gives_way_to_the_cpu() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.says(Event::Started);
    page.act(Action::EngineStopped("device".to_owned()));
    page.says(Event::Started);
    let effects = page.act(Action::EngineStopped("device".to_owned()));
    assert!(effects.contains(&open(DeviceChoice::Cpu)));
    page.says(Event::Started);
    page.device_is(DeviceKind::Cpu);
    assert!(page.message(Topic::Device).is_some());
}

#[test]
fn a_silent_engine_is_started_again_but_an_idle_one_is_not() {
    let mut page = Page::ready();
    for _ in 0..50 {
        assert_eq!(page.act(Action::Tick), []);
    }
    page.add(1..2);
    // A GPU may compile shaders for long.
    assert_eq!(ticks_until_restart(&mut page), 24);
    let mut page = Page::ready();
    page.device_is(DeviceKind::Cpu);
    page.add(1..2);
    assert_eq!(ticks_until_restart(&mut page), 12);
}

/// How long it takes until the engine is started again.
fn ticks_until_restart(page: &mut Page) -> usize {
    let restarted = (1..=60).find(|_| page.act(Action::Tick).contains(&Effect::StartEngine));
    restarted.expect("it is started again")
}

#[test]
fn a_sign_of_life_is_enough() {
    let mut page = Page::ready();
    page.add(1..2);
    for _ in 0..10 {
        for _ in 0..20 {
            assert!(!page.act(Action::Tick).contains(&Effect::StartEngine));
        }
        page.says(Event::Alive);
    }
    assert_eq!(page.state.engine.crashes, 0);
    page.act(Action::EngineStopped("device".to_owned()));
    page.says(Event::Alive);
    assert_eq!(page.state.engine.crashes, 1, "it has finished nothing yet");
}

#[test]
fn a_failed_command_ends_the_wait_for_its_own_answer_alone() {
    let mut page = Page::ready();
    page.act(Action::ChooseDevice(DeviceChoice::Cpu));
    page.act(Action::Measure);
    let failed = |command| Event::CommandFailed { command, error: error(ErrorKind::Usage, "it") };
    page.says(failed(CommandName::Classify));
    page.says(failed(CommandName::Unknown));
    assert_eq!((page.state.engine.opening, page.state.engine.measuring), (1, 2));
    page.add(1..2);
    assert_eq!(page.states(), [Waiting], "the device is not open yet");
    page.says(failed(CommandName::Measure));
    page.says(failed(CommandName::OpenDevice));
    assert_eq!((page.state.engine.opening, page.state.engine.measuring), (0, 1));
}

#[test]
fn training_tries_and_zip_files_are_watched_over() {
    let silent_after = |action: TeachAction| {
        let mut page = Page::ready();
        page.says(Event::DeviceReady {
            report: DeviceReport { kind: DeviceKind::Cpu, name: "CPU (SIMD)".to_owned(), fallback: None },
        });
        let project = page.state.teach.project_mut();
        for id in 1..=2 {
            project.classes.push(Class { id, name: format!("Class {id}") });
        }
        for id in 1..=12 {
            let (name, class, sha256) = (format!("{id}.jpg"), Some(1 + (id % 2) as u32), "f".repeat(64));
            let sample = Sample { id, name, class, role: Role::Auto, sha256, bytes: 1, size: [8, 8], grey: false };
            project.samples.push(Rc::new(sample));
        }
        page.act(Action::Teach(TeachAction::Intake(intake::Action::Restored { embedded: (1..=12).collect() })));
        page.act(Action::Teach(TeachAction::Training(training::Action::HeadFile(false))));
        for _ in 0..50 {
            assert!(!page.act(Action::Tick).contains(&Effect::StartEngine), "nothing is awaited");
        }
        page.act(Action::Teach(action));
        page
    };
    let zip = NewFile { file: 1, path: "things.zip".to_owned(), bytes: 1000 };
    for action in [
        TeachAction::Training(training::Action::Train(Default::default())),
        TeachAction::Judge(judge::Action::Try(vec![NewTry { photo: judge::FIRST_PHOTO, name: "new.jpg".to_owned() }])),
        TeachAction::Intake(intake::Action::Zips(vec![zip], Role::Auto)),
        TeachAction::Keep(keep::Action::Pack),
        TeachAction::Classes(classes::Action::Near(classes::near::Action::Find)),
    ] {
        let mut page = silent_after(action.clone());
        assert_eq!(ticks_until_restart(&mut page), 12, "{action:?}");
    }
    // What is paused owes nothing.
    let mut page = silent_after(TeachAction::Training(training::Action::Train(Default::default())));
    page.act(Action::Teach(TeachAction::Training(training::Action::Pause(true))));
    for _ in 0..50 {
        assert!(!page.act(Action::Tick).contains(&Effect::StartEngine));
    }
    page.act(Action::Teach(TeachAction::Training(training::Action::Stop)));
    assert_eq!(ticks_until_restart(&mut page), 12);
}

#[test]
fn measuring_asks_for_each_device_and_keeps_the_median() {
    let mut page = Page::ready();
    let measure = |device| Effect::Send(Command::Measure { device, batch: 1, repeats: 5 });
    assert_eq!(page.act(Action::Measure), [measure(DeviceKind::Cpu), measure(DeviceKind::Gpu)]);
    let backbone = "mobilenet-v2".to_owned();
    page.says(Event::Measured { backbone, device: DeviceKind::Cpu, batch: 1, median_ms: 21.5, min_ms: 20.0 });
    assert_eq!(page.state.timings.of("mobilenet-v2", DeviceKind::Cpu), Some(21.5));
    let json = page.state.timings.to_json();
    assert_eq!(json, r#"[{"backbone":"mobilenet-v2","device":"cpu","ms":21.5}]"#);
    assert_eq!(crate::view::timings::Timings::from_json(&json).of("mobilenet-v2", DeviceKind::Cpu), Some(21.5));
}

#[test]
fn what_the_engine_says_about_classes_is_a_sign_of_life_too() {
    let mut page = Page::ready();
    page.add(1..2);
    for _ in 0..3 {
        for _ in 0..11 {
            assert!(!page.act(Action::Tick).contains(&Effect::StartEngine));
        }
        let event = Box::new(TeachEvent::Epochs { run: 9, rows: Vec::new() });
        page.act(Action::Teach(TeachAction::Engine { engine: 0, event, numbers: None }));
    }
}
