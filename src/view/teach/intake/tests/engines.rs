//! Several engines, engines that stop, another backbone, a project that was kept.

use super::super::Late;
use super::super::pool::Change;
use super::*;
use crate::project::{Project, Sample};
use crate::view::teach::judge;
use crate::view::teach::training::rates::Search;
use std::rc::Rc;

/// With an embedder, number 1, that is ready, and so many photos.
fn two_engines(photos: usize) -> Room {
    let mut room = Room::ready(2);
    let effects = room.photos(photos);
    assert!(asked(&effects).iter().any(|effect| matches!(effect, Effect::StartEmbedder(1, _))), "{effects:?}");
    room
}

#[test]
fn embedders_are_started_on_the_cpu_when_many_photos_wait() {
    let started = |room: &mut Room, photos| {
        let effects = room.photos(photos);
        asked(&effects).iter().filter(|effect| matches!(effect, Effect::StartEmbedder(..))).count()
    };
    assert_eq!(started(&mut Room::ready(8), 5), 0);
    assert_eq!(started(&mut Room::ready(8), 100), 3);
    assert_eq!(started(&mut Room::ready(2), 100), 1);
    assert_eq!(started(&mut Room::ready(1), 100), 0);
    let mut gpu = Room::ready(8);
    gpu.device = DeviceKind::Gpu;
    assert_eq!(started(&mut gpu, 100), 0);
}

#[test]
fn an_embedder_takes_its_share_and_the_main_engine_hears_of_what_it_made() {
    let mut room = two_engines(100);
    let effects = room.act(Action::EmbedderReady(1));
    let mut sent = sent_to(1, &effects);
    assert_eq!(sent, [3, 4]);
    let mut batches = Vec::new();
    for _ in 0..40 {
        let sample = sent.remove(0);
        let effects = room.embedded(1, sample);
        sent.extend(sent_to(1, &effects));
        for effect in effects {
            if let TeachEffect::SendEmbeddings(samples) = effect {
                batches.push(samples.len());
            }
        }
    }
    assert_eq!(batches, [32]);
    let rest = room.teach.send_all_unsent();
    assert!(matches!(&rest[0], TeachEffect::SendEmbeddings(samples) if samples.len() == 8));
    assert!(matches!(&rest[1], TeachEffect::Send(1, TeachCommand::Forget { samples }) if samples.len() == 8));
}

#[test]
fn embedders_are_ended_when_nothing_waits_for_a_while() {
    let mut room = two_engines(30);
    let effects = room.act(Action::EmbedderReady(1));
    let mut looks = Vec::new();
    let mut sent: Vec<(usize, SampleId)> =
        [(0, 1), (0, 2)].into_iter().chain(sent_to(1, &effects).into_iter().map(|sample| (1, sample))).collect();
    while let Some((engine, sample)) = sent.pop() {
        let effects = room.embedded(engine, sample);
        for engine in [0, 1] {
            sent.extend(sent_to(engine, &effects).into_iter().map(|sample| (engine, sample)));
        }
        looks.extend(
            asked(&effects).into_iter().filter(|&effect| matches!(effect, Effect::LookAtPoolLater(_))).cloned(),
        );
    }
    assert_eq!(looks, [Effect::LookAtPoolLater(1)]);
    assert_eq!(asked(&room.act(Action::PoolIdle(0))), Vec::<&Effect>::new());
    assert_eq!(asked(&room.act(Action::PoolIdle(1))), [&Effect::EndEmbedder(1)]);
}

#[test]
fn photos_of_an_embedder_that_stops_go_back_and_the_second_time_one_is_given_up() {
    let mut room = two_engines(60);
    room.act(Action::EmbedderReady(1));
    let effects = room.act(Action::EmbedderLost(1));
    assert!(asked(&effects).contains(&&Effect::EndEmbedder(1)));
    assert!(asked(&effects).iter().any(|effect| matches!(effect, Effect::StartEmbedder(2, _))));
    let effects = room.act(Action::EmbedderReady(2));
    assert_eq!(sent_to(2, &effects), [3, 4], "what it had is first again");
    room.act(Action::EmbedderLost(2));
    assert_eq!(room.teach.intake.failed().keys().copied().collect::<Vec<_>>(), [3]);
    assert_eq!(room.progress(), (1, 60));
}

#[test]
fn embedders_that_cannot_start_leave_the_work_to_the_main_engine() {
    let mut room = two_engines(60);
    for number in 1..=4 {
        room.act(Action::EmbedderLost(number));
    }
    let effects = room.embedded(0, 1);
    assert!(asked(&effects).is_empty());
    assert_eq!(sent_to(0, &effects), [3]);
}

#[test]
fn late_words_of_an_embedder_that_was_ended_count_for_nothing() {
    let mut room = two_engines(60);
    room.act(Action::EmbedderReady(1));
    room.engine("mobilenet-v1");
    room.embedded(1, 3);
    assert!(!room.teach.intake.is_embedded(3));
}

#[test]
fn the_main_engine_comes_back_with_all_embeddings_and_what_it_had() {
    let mut room = Room::ready(1);
    room.photos(5);
    room.embedded(0, 1);
    room.does(TeachAction::EngineLost);
    assert!(room.teach.intake.queue.flying(0) == 0 && room.progress() == (1, 5));
    let effects = room.engine("mobilenet-v2");
    assert!(effects.contains(&TeachEffect::SendEmbeddings(vec![1])));
    assert_eq!(sent_to(0, &effects), [2, 3]);
    room.does(TeachAction::EngineLost);
    assert_eq!(room.teach.intake.failed().keys().copied().collect::<Vec<_>>(), [2]);
    assert!(room.teach.intake.failed()[&2].found.contains("twice"));
}

#[test]
fn another_device_keeps_embeddings_and_another_backbone_does_not() {
    let mut room = Room::ready(1);
    let effects = room.photos(3);
    room.finish(effects);
    room.device = DeviceKind::Gpu;
    let effects = room.engine("mobilenet-v2");
    assert!(
        !effects.iter().any(|effect| matches!(effect, TeachEffect::SendEmbeddings(_))) && asked(&effects).is_empty()
    );
    let effects = room.engine("mobilenet-v1");
    assert!(asked(&effects).contains(&&Effect::ForgetEmbeddings));
    assert_eq!(sent_to(0, &effects), [1, 2]);
    assert_eq!(room.teach.project.backbone, "mobilenet-v1");
    assert!(!room.teach.intake.is_embedded(1));
}

fn kept(backbone: &str, samples: u64) -> Rc<Project> {
    let sample = |id| Sample {
        id,
        name: format!("{id}.jpg"),
        class: None,
        role: Role::Auto,
        sha256: format!("{id:064}"),
        bytes: 1000,
        size: [300, 200],
        grey: false,
    };
    let samples = (1..=samples).map(|id| Rc::new(sample(id))).collect();
    Rc::new(Project { backbone: backbone.to_owned(), samples, next_sample: 100, ..Project::default() })
}

#[test]
fn a_kept_project_goes_to_the_engine_and_only_the_rest_is_embedded() {
    for engine_first in [true, false] {
        let mut room = Room::early();
        let mut effects = Vec::new();
        if engine_first {
            effects.extend(room.engine("mobilenet-v2"));
        }
        room.teach.project = kept("mobilenet-v2", 3);
        effects.extend(room.act(Action::Restored { embedded: vec![1, 2] }));
        if !engine_first {
            effects.extend(room.engine("mobilenet-v2"));
        }
        assert!(effects.contains(&TeachEffect::SendEmbeddings(vec![1, 2])), "{effects:?}");
        assert_eq!(sent_to(0, &effects), [3]);
    }
}

#[test]
fn a_kept_project_of_another_backbone_waits_for_it_or_for_a_word() {
    let mut room = Room::ready(1);
    room.teach.project = kept("mobilenet-v1", 3);
    let effects = room.act(Action::Restored { embedded: vec![1, 2, 3] });
    assert!(sent_to(0, &effects).is_empty() && room.teach.intake.is_foreign());
    let mut patient = Room { teach: room.teach.clone(), ..Room::early() };
    let effects = patient.engine("mobilenet-v1");
    assert!(effects.contains(&TeachEffect::SendEmbeddings(vec![1, 2, 3])) && !patient.teach.intake.is_foreign());
    let effects = room.act(Action::EmbedAnew);
    assert_eq!((sent_to(0, &effects), room.teach.project.backbone.as_str()), (vec![1, 2], "mobilenet-v2"));
}

#[test]
fn answers_about_the_project_before_are_not_taken_for_the_new_one() {
    let mut room = Room::ready(1);
    room.photos(5);
    room.teach.project = kept("mobilenet-v2", 3);
    let effects = room.act(Action::Restored { embedded: Vec::new() });
    assert!(asked(&effects).contains(&&Effect::Ignore(vec![1, 2])));
    assert!(effects.contains(&TeachEffect::Send(0, TeachCommand::ForgetAll)));
    // An engine that is lost owes no answer.
    assert!(asked(&room.does(TeachAction::EngineLost)).contains(&&Effect::NothingDue));
}

#[test]
fn late_answers_are_told_from_others() {
    let mut late = Late::default();
    late.expect(vec![1, 2]);
    assert!(!late.is(7), "training says of a photo of its own that it cannot be read");
    assert!(late.is(1));
    // Another project goes before all answers about the first have come.
    late.expect(vec![1]);
    assert!(!late.is(1), "2 is next");
    assert!(late.is(2) && late.is(1) && !late.is(1));
    late.expect(vec![3]);
    late.none();
    assert!(!late.is(3));
}

#[test]
fn what_was_asked_of_the_network_before_is_not_waited_for() {
    let mut room = Room::ready(1);
    let paths: Vec<String> = (0..8).map(|n| format!("p/{}/{n}.jpg", ["ants", "bees"][n % 2])).collect();
    let effects = room.folder(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    room.finish(effects);
    room.does(TeachAction::Classes(classes::Action::Near(classes::near::Action::Find)));
    room.does(TeachAction::Judge(judge::Action::FindSuspects));
    room.teach.training.search = Some(Search::new(1));
    assert!(room.teach.classes.near.busy);
    assert!(matches!(room.teach.judge.suspects.looking, judge::Looking::Busy { .. }));

    let effects = room.engine("mobilenet-v1");
    assert!(!room.teach.classes.near.busy && room.teach.training.search.is_none());
    assert_eq!(room.teach.judge.suspects.looking, judge::Looking::Idle);
    let forgotten = TeachCommand::Forget { samples: (1..=8).collect() };
    assert!(effects.contains(&TeachEffect::Send(0, forgotten)), "and only those: {effects:?}");
}

#[test]
fn a_photo_that_is_not_there_any_more_is_listed() {
    let mut room = Room::ready(1);
    room.photos(3);
    let effects = room.act(Action::PhotoGone(0, 1));
    assert_eq!(sent_to(0, &effects), [3]);
    assert_eq!(room.teach.intake.failed()[&1].subject, "0.jpg");
}

#[test]
fn the_pool_says_once_that_it_is_idle() {
    let mut pool = super::super::Pool::default();
    pool.cores = 2;
    assert_eq!(pool.watch(Some(DeviceKind::Cpu), 50, 0), [Change::Start(1)]);
    assert_eq!(pool.watch(Some(DeviceKind::Cpu), 50, 0), []);
    assert_eq!(pool.watch(Some(DeviceKind::Cpu), 0, 0), [Change::LookLater(1)]);
    assert_eq!(pool.watch(Some(DeviceKind::Cpu), 0, 0), []);
    assert_eq!(pool.watch(Some(DeviceKind::Cpu), 1, 0), []);
    assert!(pool.end_if_idle(1).is_empty());
}

#[test]
fn a_silent_embedder_is_ended_but_an_idle_one_is_not() {
    let mut room = two_engines(60);
    room.act(Action::EmbedderReady(1));
    let ended = |room: &mut Room| {
        let effects = (0..12).flat_map(|_| room.act(Action::Tick));
        effects.filter(|effect| matches!(effect, TeachEffect::Intake(Effect::EndEmbedder(_)))).count()
    };
    assert_eq!(ended(&mut room), 1);
    let mut idle = two_engines(30);
    idle.act(Action::EmbedderReady(1));
    idle.act(Action::Pause(true));
    for sample in [3, 4] {
        idle.embedded(1, sample);
    }
    assert_eq!(ended(&mut idle), 0);
}
