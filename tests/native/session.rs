//! The engine's state machine: scripts of commands, lists of events.

use graft::error::ErrorKind;
use graft::protocol::{Command, CommandName, DeviceChoice, DeviceKind, Event, TeachCommand, TeachEvent};
use graft::session::{Attachment, Session};
use graft::weights::{Architecture, sha256_hex};

use crate::bench::{Bench, Events, session};
use crate::common::{png, tiny};

/// Carries out one command and takes the events it caused.
fn tell(session: &mut Session<Bench>, events: &Events, command: Command, data: Attachment<Vec<u8>>) -> Vec<Event> {
    pollster::block_on(session.handle(command, data));
    events.take().into_iter().map(|(event, _)| event).collect()
}

fn classify(photo: u64) -> Command {
    Command::Classify { photo, name: format!("photo {photo}"), top: 5 }
}

#[test]
fn a_photo_goes_from_bytes_to_five_classes_and_a_thumbnail() {
    let (mut session, events) = session(true);
    let opened = tell(&mut session, &events, Command::OpenDevice { device: DeviceChoice::Cpu }, Attachment::None);
    assert!(
        matches!(&opened[..], [Event::DeviceReady { report }] if report.kind == DeviceKind::Cpu && report.fallback.is_none())
    );

    let file = tiny(Architecture::MobileNetV2, 8, 8, 11).write();
    let load = Command::LoadBackbone { file: "tiny".into(), sha256: Some(sha256_hex(&file)) };
    let loaded = tell(&mut session, &events, load, Attachment::Bytes(file));
    assert!(matches!(&loaded[..], [Event::BackboneReady { card }] if card.input == 32 && card.depth == 53));

    pollster::block_on(session.handle(classify(7), Attachment::Photo(png(60, 40))));
    let events = events.take();
    let [(Event::Predicted { photo: 7, prediction }, Some(thumbnail))] = &events[..] else { panic!("{events:?}") };
    assert_eq!((prediction.top.len(), prediction.size), (5, [60, 40]));
    assert!(prediction.top.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    assert!(thumbnail.starts_with(&[0xff, 0xd8]), "a JPEG");
}

#[test]
fn what_cannot_be_done_is_said_and_the_rest_goes_on() {
    let (mut session, events) = session(true);
    let early = tell(&mut session, &events, classify(1), Attachment::Photo(png(8, 8)));
    assert!(matches!(&early[..], [Event::PhotoFailed { photo: 1, error }] if error.subject == "photo 1"));

    let file = tiny(Architecture::MobileNetV1, 8, 8, 4).write();
    let load = |sha256: Option<String>| Command::LoadBackbone { file: "my.safetensors".into(), sha256 };
    tell(&mut session, &events, load(None), Attachment::Bytes(file.clone()));

    // A wrong checksum and a file cut short: refused by name, and the network before stays in use.
    let wrong = tell(&mut session, &events, load(Some("0".repeat(64))), Attachment::Bytes(file.clone()));
    assert!(
        matches!(&wrong[..], [Event::BackboneFailed { error }] if error.subject == "my.safetensors" && error.kind == ErrorKind::WeightFile)
    );
    let short = tell(&mut session, &events, load(None), Attachment::Bytes(file[..file.len() / 2].to_vec()));
    assert!(matches!(&short[..], [Event::BackboneFailed { error }] if error.subject == "my.safetensors"));

    let bad = tell(&mut session, &events, classify(2), Attachment::Photo(b"not an image".to_vec()));
    assert!(
        matches!(&bad[..], [Event::PhotoFailed { photo: 2, error }] if error.subject == "photo 2" && error.kind == ErrorKind::NotAnImage)
    );
    let good = tell(&mut session, &events, classify(3), Attachment::Photo(png(9, 5)));
    assert!(matches!(&good[..], [Event::Predicted { photo: 3, .. }]));

    let stray = tell(&mut session, &events, classify(4), Attachment::None);
    assert!(
        matches!(&stray[..], [Event::CommandFailed { command: CommandName::Classify, error }] if error.kind == ErrorKind::Usage)
    );
}

#[test]
fn without_a_gpu_the_cpu_takes_over_and_says_why() {
    let (mut session, events) = session(true);
    for device in [DeviceChoice::Auto, DeviceChoice::Gpu] {
        let opened = tell(&mut session, &events, Command::OpenDevice { device }, Attachment::None);
        let [Event::DeviceReady { report }] = &opened[..] else { panic!("{opened:?}") };
        assert_eq!(report.kind, DeviceKind::Cpu);
        assert_eq!(report.fallback.as_ref().map(|error| error.found.as_str()), Some("plain http"));
    }
}

#[test]
fn a_backbone_moves_between_devices_and_answers_the_same() {
    let (mut session, events) = session(false);
    let file = tiny(Architecture::MobileNetV2, 8, 8, 11).write();
    tell(&mut session, &events, Command::LoadBackbone { file: "tiny".into(), sha256: None }, Attachment::Bytes(file));
    let mut answers = Vec::new();
    for device in [DeviceChoice::Cpu, DeviceChoice::Gpu, DeviceChoice::Cpu, DeviceChoice::Gpu] {
        tell(&mut session, &events, Command::OpenDevice { device }, Attachment::None);
        let events = tell(&mut session, &events, classify(1), Attachment::Photo(png(40, 40)));
        let [Event::Predicted { prediction, .. }] = &events[..] else { panic!("{events:?}") };
        answers.push(prediction.top[0].probability);
    }
    assert!(answers.iter().all(|answer| (answer - answers[0]).abs() < 1e-4), "{answers:?}");
    let measured = tell(
        &mut session,
        &events,
        Command::Measure { device: DeviceKind::Cpu, batch: 2, repeats: 3 },
        Attachment::None,
    );
    assert!(
        matches!(&measured[..], [Event::Measured { device: DeviceKind::Cpu, batch: 2, median_ms, .. }] if *median_ms > 0.0)
    );
}

#[test]
fn searches_answer_by_their_number_and_end_with_their_project() {
    let (mut session, events) = session(true);
    let file = tiny(Architecture::MobileNetV2, 8, 8, 11).write();
    let load = Command::LoadBackbone { file: "tiny".into(), sha256: None };
    tell(&mut session, &events, load, Attachment::Bytes(file));
    for sample in 1..=3 {
        let embed = TeachCommand::Embed { sample, name: format!("{sample}.png") };
        tell(&mut session, &events, Command::Teach(embed), Attachment::Photo(png(40, 30)));
    }
    let find = |number| Command::Teach(TeachCommand::FindNearDuplicates { number, samples: vec![1, 2, 3] });
    let mut answers = |commands: Vec<Command>| {
        let mut said = Vec::new();
        for command in commands {
            said.extend(tell(&mut session, &events, command, Attachment::None));
        }
        while pollster::block_on(session.work()) {}
        said.extend(events.take().into_iter().map(|(event, _)| event));
        said
    };
    let said = answers(vec![find(7)]);
    assert!(matches!(&said[..], [Event::Teach(TeachEvent::NearDuplicates { number: 7, .. })]), "{said:?}");
    // No photo is named, so none is forgotten.
    let said = answers(vec![Command::Teach(TeachCommand::Forget { samples: Vec::new() }), find(8)]);
    assert!(matches!(&said[..], [Event::Teach(TeachEvent::NearDuplicates { number: 8, .. })]), "{said:?}");

    let said = answers(vec![find(9), Command::Teach(TeachCommand::ForgetAll)]);
    assert!(said.is_empty(), "{said:?}");
    let said = answers(vec![find(10)]);
    assert!(matches!(&said[..], [Event::Teach(TeachEvent::Failed { .. })]), "{said:?}");
}
