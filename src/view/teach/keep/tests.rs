use std::rc::Rc;

use serde_json::Value;

use super::ledger::{Held, Ledger, Plan};
use super::opening::Opening;
use super::packing::{Next, Packing, file_name};
use super::saving::{Outcome, Saving};
use super::{Action, Effect, Found, Home, Question, Room, Stored, Written};
use crate::error::{Error, ErrorKind};
use crate::project::{Class, FORMAT_VERSION, Project, Role, Sample, SampleId};
use crate::protocol::{BackboneCard, DeviceKind, TeachCommand, TeachEvent, ZipEntry};
use crate::view::networks::Networks;
use crate::view::notices::{Notices, Topic};
use crate::view::teach::training::{Live, Phase};
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect};
use crate::view::tests::page;

fn sample(id: SampleId, class: Option<u32>) -> Rc<Sample> {
    let (sha256, role) = (String::new(), Role::Auto);
    Rc::new(Sample { id, name: format!("{id}.jpg"), class, role, sha256, bytes: 1000, size: [4, 3], grey: false })
}

fn project(samples: &[SampleId]) -> Project {
    Project {
        name: "Ants / bees".to_owned(),
        backbone: "small".to_owned(),
        classes: vec![Class { id: 1, name: "Ants".to_owned() }],
        samples: samples.iter().map(|id| sample(*id, Some(1))).collect(),
        next_class: 2,
        next_sample: 1 + samples.iter().max().copied().unwrap_or(0),
        ..Project::default()
    }
}

fn card(name: &str) -> BackboneCard {
    BackboneCard { embedding: 2, top1: None, ..page::card(name) }
}

fn error() -> Error {
    Error::new(ErrorKind::Io, "The disk", "room", "none", "Make some.")
}

/// Teach with the rest of the page around it.
struct Page {
    teach: Teach,
    notices: Notices,
    backbone: Option<BackboneCard>,
}

impl Page {
    /// Nothing is kept yet, and it is known.
    fn open() -> Self {
        let mut page = Self { teach: Teach::default(), notices: Notices::default(), backbone: Some(card("small")) };
        page.act(Action::Opened(Found::Here(None)));
        page.do_(TeachAction::EngineReady);
        page
    }

    /// With these samples, all kept.
    fn with(samples: &[SampleId]) -> Self {
        let mut page = Self::open();
        *page.teach.project_mut() = project(samples);
        page.act(Action::Thumbnails);
        page.act(Action::Due);
        page.act(Action::Wrote(written(), 10.0));
        assert!(!page.teach.would_lose());
        page
    }

    fn do_(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let networks = Networks::default();
        let mut around = Around {
            now_ms: 0.0,
            notices: &mut self.notices,
            networks: &networks,
            backbone: self.backbone.as_ref(),
            device: Some(DeviceKind::Cpu),
        };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.do_(TeachAction::Keep(action))
    }

    fn hear(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.do_(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    /// A run is in progress.
    fn train(&mut self) {
        self.teach.training.phase = Phase::Running(Live {
            run: 1,
            ask: Default::default(),
            paused: false,
            stopping: false,
            classes: Rc::default(),
            taught: Rc::default(),
            split: None,
        });
    }

    fn message(&self, topic: Topic) -> String {
        self.notices.about(topic).map(|notice| format!("{:?}", notice.words)).unwrap_or_default()
    }
}

fn written() -> Result<Written, Error> {
    Ok(Written { at: "14:03".to_owned(), unreadable: Vec::new() })
}

fn kept(effects: &[TeachEffect]) -> Vec<&Effect> {
    let mut ours = Vec::new();
    for effect in effects {
        if let TeachEffect::Keep(effect) = effect {
            ours.push(effect);
        }
    }
    ours
}

fn sent(effects: &[TeachEffect]) -> Vec<&TeachCommand> {
    let mut commands = Vec::new();
    for effect in effects {
        if let TeachEffect::Send(0, command) = effect {
            commands.push(command);
        }
    }
    commands
}

/// The engine's answer to a question of this number: a file with this project, and these photos embedded.
fn graft(number: u32, project: Project, photos: &[SampleId]) -> TeachEvent {
    let entry = |(index, id): (usize, &SampleId)| (*id, ZipEntry { index, path: format!("photos/{id}.jpg"), bytes: 9 });
    let embedded = photos.to_vec();
    let photos = photos.iter().enumerate().map(entry).collect();
    let project = Box::new(project);
    TeachEvent::GraftOpened { number, project, page: Value::Null, photos, embedded, head_bytes: 8 }
}

#[test]
fn a_change_is_written_once_it_rests_and_one_write_follows_another() {
    let mut saving = Saving::default();
    assert_eq!(saving.touch(), Some(1000.0));
    assert_eq!(saving.touch(), None, "a timer runs");
    assert!(saving.due());
    assert_eq!(saving.touch(), None, "a write is under way");
    assert!(!saving.due());
    assert!(saving.is_unsaved());
    assert_eq!(saving.wrote(Outcome::Saved("1".to_owned()), 2000.0), Some(8000.0), "a slow write leaves the page room");
    assert!(saving.due());
    assert_eq!(saving.wrote(Outcome::Saved("2".to_owned()), 1.0), None);
    assert!(!saving.is_unsaved());
    assert!(!saving.due(), "there is nothing to write");
}

#[test]
fn a_failed_write_is_tried_again_later_or_at_once_if_asked() {
    let mut saving = Saving::default();
    saving.touch();
    saving.due();
    assert_eq!(saving.wrote(Outcome::Failed(Rc::new(error())), 1.0), Some(30_000.0));
    assert!(saving.is_unsaved());
    assert_eq!(saving.touch(), None);
    assert_eq!(saving.again(), Some(1000.0));
    assert!(saving.due());
}

#[test]
fn a_plan_holds_what_storage_lacks_and_what_the_project_dropped() {
    let mut ledger = Ledger::default();
    let held = |id| Held { photo: true, thumbnail: id != 2, embedding: id == 1 };
    let plan = ledger.plan(&project(&[1, 2]), held);
    let expected = Plan { photos: vec![1, 2], thumbnails: vec![1], embeddings: vec![1], gone: vec![] };
    assert_eq!(plan, expected);
    ledger.photos.extend(plan.photos);
    ledger.thumbnails.extend(plan.thumbnails);
    ledger.embeddings.extend(plan.embeddings);

    let plan = ledger.plan(&project(&[2, 3]), held);
    assert_eq!(plan, Plan { photos: vec![3], thumbnails: vec![3], gone: vec![1], ..Plan::default() });
    ledger.forget(&plan.gone);
    assert!(!ledger.embeddings.contains(&1));

    // Undone: it is put again.
    assert_eq!(ledger.plan(&project(&[1, 2]), held).photos, [1]);
}

#[test]
fn embeddings_of_another_backbone_are_put_anew() {
    let held = |_| Held { photo: true, thumbnail: true, embedding: true };
    let all = || [1].into_iter().collect();
    let mut ledger = Ledger {
        photos: all(),
        thumbnails: all(),
        embeddings: all(),
        backbone: "large".to_owned(),
        ..Ledger::default()
    };
    assert_eq!(ledger.plan(&project(&[1]), held), Plan { embeddings: vec![1], ..Plan::default() });
}

#[test]
fn a_photo_that_cannot_be_read_is_not_tried_again() {
    let mut ledger = Ledger { unreadable: [1].into_iter().collect(), ..Ledger::default() };
    let held = |_| Held { photo: true, ..Held::default() };
    assert_eq!(ledger.plan(&project(&[1, 2]), held).photos, [2]);
}

#[test]
fn every_change_of_the_project_is_written() {
    let mut page = Page::open();
    let effects = page.act(Action::Rename("Bees".to_owned()));
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)]);
    assert!(page.teach.would_lose());
    let effects = page.act(Action::Due);
    let [Effect::Save { project, page: beside }] = kept(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(project.name, "Bees");
    assert!(beside["training"].is_object() && beside["judge"].is_object(), "{beside}");
    let effects = page.act(Action::Wrote(written(), 5.0));
    assert_eq!(kept(&effects), [&Effect::Measure]);
    assert_eq!(page.teach.keep.saving.outcome, Outcome::Saved("14:03".to_owned()));
    assert!(!page.teach.would_lose());
}

#[test]
fn nothing_is_written_before_it_is_known_what_is_kept() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    assert!(!page.teach.keep.is_open());
    assert_eq!(kept(&page.act(Action::Start)), [&Effect::Open { steal: false }]);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty());
}

#[test]
fn a_reload_brings_everything_back() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    let stored = Stored { project: project(&[3, 4]), page: Value::Null, missing: vec![], embedded: vec![3] };
    let effects = page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(page.teach.intake.is_embedded(3) && !page.teach.intake.is_embedded(4));
    assert!(page.notices.list.is_empty());
    let choose = Effect::Choose { name: "small".to_owned(), gently: true };
    assert!(kept(&effects).contains(&&Effect::TakeStored) && kept(&effects).contains(&&choose), "{effects:?}");

    // When the engine is there, it is told.
    page.backbone = Some(card("small"));
    let effects = page.do_(TeachAction::EngineReady);
    assert!(effects.contains(&TeachEffect::SendEmbeddings(vec![3])), "{effects:?}");
}

#[test]
fn photos_missing_from_storage_leave_the_project_and_it_is_said() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    let stored = Stored { project: project(&[3, 4, 5]), page: Value::Null, missing: vec![4], embedded: vec![3] };
    page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    let ids: Vec<SampleId> = page.teach.project.samples.iter().map(|sample| sample.id).collect();
    assert_eq!(ids, [3, 5]);
    assert!(page.message(Topic::Storage).contains("could not be found"));
    page.act(Action::Due);
    page.act(Action::Wrote(written(), 1.0));
    assert!(page.message(Topic::Storage).contains("could not be found"), "it stays until it was read");
}

#[test]
fn full_storage_is_said_and_nothing_is_lost() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    let effects = page.act(Action::Wrote(Err(error()), 5.0));
    assert_eq!(kept(&effects), [&Effect::Later(30_000.0), &Effect::Measure]);
    assert!(page.message(Topic::Storage).contains("Make some."));
    assert_eq!(page.teach.project.name, "Bees");
    assert!(page.teach.would_lose());
    page.act(Action::Room(Room { used: 9, quota: 10 }));

    // Room was made.
    let effects = page.act(Action::Again);
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)]);
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
    page.act(Action::Wrote(written(), 5.0));
    assert_eq!(page.message(Topic::Storage), "");
}

#[test]
fn photos_whose_files_went_are_named() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    let unreadable = ["a.jpg", "b.jpg", "c.jpg"].map(str::to_owned).to_vec();
    page.act(Action::Wrote(Ok(Written { at: String::new(), unreadable }), 5.0));
    assert!(page.message(Topic::Storage).contains("a.jpg, b.jpg and 1 more"), "{}", page.message(Topic::Storage));
}

#[test]
fn without_storage_everything_works_and_it_is_said_once() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    page.act(Action::Opened(Found::Denied(error())));
    assert!(page.message(Topic::Storage).contains("none"));
    page.notices.clear(Topic::Storage);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.notices.list.is_empty() && !page.teach.would_lose());
    // Where what is kept could not be read, deleting it begins anew. Nothing is on the page, but something may be in the browser.
    assert!(page.act(Action::Delete).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Delete));
    let effects = page.act(Action::Answer(true));
    assert_eq!(kept(&effects).last(), Some(&&Effect::Erase), "{effects:?}");
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
}

#[test]
fn what_another_tab_keeps_is_not_overwritten() {
    let mut page = Page { teach: Teach::default(), notices: Notices::default(), backbone: None };
    page.act(Action::Opened(Found::Elsewhere));
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty());
    // Nothing is here that would be lost: it is not asked.
    assert_eq!(kept(&page.act(Action::TakeOver)), [&Effect::Open { steal: true }]);
}

#[test]
fn taking_over_is_asked_where_something_would_go() {
    let mut page = Page::with(&[1]);
    page.act(Action::Taken);
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    assert!(page.message(Topic::Storage).contains("Another tab"));
    assert!(page.act(Action::TakeOver).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::TakeOver));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: true }]);
    let stored = Stored { project: project(&[7]), page: Value::Null, missing: vec![], embedded: vec![] };
    let effects = page.act(Action::Opened(Found::Here(Some(Box::new(stored)))));
    assert_eq!(page.teach.project.samples[0].id, 7);
    assert_eq!(page.teach.keep.home, Home::Here);
    let at = |wanted: &TeachEffect| effects.iter().position(|effect| effect == wanted);
    let (taken, forgotten) =
        (at(&TeachEffect::Keep(Effect::TakeStored)), at(&TeachEffect::Send(0, TeachCommand::ForgetAll)));
    assert!(taken.is_some() && taken < forgotten, "nothing of the project before stays: {effects:?}");
}

#[test]
fn a_tab_that_keeps_nothing_cannot_lose_the_project_to_another() {
    let mut page = Page::with(&[1]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    page.act(Action::Taken);
    assert_eq!((&page.teach.keep.home, page.message(Topic::Storage)), (&Home::Off, String::new()));
}

#[test]
fn another_project_waits_until_training_is_over() {
    let mut page = Page::with(&[1]);
    page.act(Action::Taken);
    page.train();
    for action in [Action::TakeOver, Action::Delete] {
        assert!(page.act(action).is_empty());
        assert_eq!(page.teach.keep.question, None);
        assert!(page.message(Topic::Button).contains("training is under way"));
    }
    // It began after the question.
    page.teach.training = Default::default();
    page.act(Action::TakeOver);
    page.train();
    assert!(page.act(Action::Answer(true)).is_empty());
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
}

#[test]
fn keeping_can_be_switched_off_and_on() {
    let mut page = Page::with(&[1]);
    assert!(page.act(Action::Keep(false)).is_empty());
    assert_eq!(kept(&page.act(Action::Answer(false))), [] as [&Effect; 0]);
    assert_eq!(page.teach.keep.home, Home::Here);
    page.act(Action::Keep(false));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Remember(false), &Effect::Erase]);
    assert_eq!((&page.teach.keep.home, page.teach.project.samples.len()), (&Home::Off, 1));
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Measure]);

    assert_eq!(kept(&page.act(Action::Keep(true))), [&Effect::Remember(true), &Effect::Open { steal: false }]);
    let effects = page.act(Action::Opened(Found::Here(None)));
    assert_eq!(kept(&effects), [&Effect::Later(1000.0)], "all of it is written");
}

/// A page that kept nothing wants its project kept, and finds another one in storage, of samples with the same numbers.
fn two_projects() -> Page {
    let mut page = Page::with(&[1, 2]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    page.act(Action::Erased(Ok(())));
    page.act(Action::Keep(true));
    let effects = page.act(found());
    assert_eq!(kept(&effects), [&Effect::LeaveStored], "nothing of it comes onto the page");
    page
}

fn found() -> Action {
    let project = Project { name: "Wasps".to_owned(), ..project(&[1]) };
    Action::Opened(Found::Here(Some(Box::new(Stored {
        project,
        page: Value::Null,
        missing: vec![],
        embedded: vec![1],
    }))))
}

#[test]
fn a_project_in_storage_does_not_take_the_place_of_one_on_the_page() {
    let mut page = two_projects();
    assert_eq!(page.teach.keep.home, Home::Another { name: "Wasps".into(), photos: 1 });
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(!page.teach.intake.is_embedded(1), "what the other's photo was embedded to is not this one's");
    assert!(kept(&page.act(Action::Rename("Bees".to_owned()))).is_empty());
    assert!(page.act(Action::Due).is_empty(), "nor is it written over");
}

#[test]
fn of_two_projects_the_kept_one_is_used_if_a_person_says_so() {
    let mut page = two_projects();
    assert!(page.act(Action::TakeOver).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::TakeOver));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: false }], "no tab has it");
    let effects = page.act(found());
    assert!(kept(&effects).contains(&&Effect::TakeStored), "{effects:?}");
    assert_eq!((page.teach.project.name.as_str(), &page.teach.keep.home), ("Wasps", &Home::Here));
    assert!(page.teach.intake.is_embedded(1));
}

#[test]
fn of_two_projects_the_one_on_the_page_is_kept_if_a_person_says_so() {
    let mut page = two_projects();
    assert!(page.act(Action::Keep(true)).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Supersede));
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: false }]);
    assert_eq!(kept(&page.act(found())), [&Effect::Supersede, &Effect::Later(1000.0)]);
    assert_eq!((page.teach.project.samples.len(), &page.teach.keep.home), (2, &Home::Here));
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
}

#[test]
fn of_two_projects_another_tab_may_have_opened_the_kept_one() {
    let mut page = two_projects();
    page.act(Action::Keep(true));
    page.act(Action::Answer(true));
    page.act(Action::Opened(Found::Elsewhere));
    assert_eq!(page.teach.keep.home, Home::Elsewhere);
    // What was wanted then is not wanted for ever.
    page.act(Action::TakeOver);
    assert_eq!(kept(&page.act(Action::Answer(true))), [&Effect::Open { steal: true }]);
    page.act(found());
    assert_eq!(page.teach.project.name, "Wasps");
}

#[test]
fn of_two_projects_both_are_deleted_after_a_question_even_from_an_empty_page() {
    let mut page = two_projects();
    *page.teach.project_mut() = Project::default();
    assert!(page.act(Action::Delete).is_empty());
    let effects = page.act(Action::Answer(true));
    assert!(kept(&effects).contains(&&Effect::Erase) && page.teach.would_lose());
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
    page.act(Action::Opened(Found::Here(None)));
    assert_eq!(page.teach.keep.home, Home::Here);
}

#[test]
fn everything_can_be_deleted_after_one_question() {
    let mut page = Page::with(&[1, 2]);
    assert!(page.act(Action::Delete).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Delete));
    assert!(page.act(Action::Answer(false)).is_empty());
    assert_eq!(page.teach.project.samples.len(), 2);
    page.act(Action::Delete);
    let effects = page.act(Action::Answer(true));
    assert!(page.teach.is_empty());
    assert_eq!(page.teach.project.next_sample, 3, "numbers are not used again");
    assert!(kept(&effects).contains(&&Effect::Erase) && kept(&effects).contains(&&Effect::ForgetAll), "{effects:?}");
    assert!(sent(&effects).contains(&&TeachCommand::ForgetAll));
    assert!(!kept(&effects).iter().any(|effect| matches!(effect, Effect::Later(_))), "nothing is written again");
}

#[test]
fn until_everything_is_deleted_the_tab_is_not_to_be_closed_and_nothing_is_written() {
    let mut page = Page::with(&[1]);
    page.act(Action::Rename("Bees".to_owned()));
    page.act(Action::Due);
    page.act(Action::Delete);
    page.act(Action::Answer(true));
    assert!(page.teach.keep.deleting && page.teach.would_lose());
    assert!(page.act(Action::Wrote(Err(error()), 5.0)).is_empty(), "the write that was cut off is no failure");
    assert_eq!(page.message(Topic::Storage), "");
    assert_eq!(kept(&page.act(Action::Rename("Wasps".to_owned()))), [&Effect::Later(1000.0)]);
    assert!(page.act(Action::Due).is_empty());
    assert!(page.act(Action::Keep(false)).is_empty(), "one thing after another");

    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Later(1000.0), &Effect::Measure]);
    assert!(!page.teach.keep.deleting);
    assert!(matches!(kept(&page.act(Action::Due))[..], [Effect::Save { .. }]));
}

#[test]
fn what_could_not_be_deleted_is_said_and_not_written_over() {
    let mut page = Page::with(&[1]);
    page.act(Action::Delete);
    page.act(Action::Answer(true));
    assert_eq!(kept(&page.act(Action::Erased(Err(error())))), [&Effect::Measure]);
    assert!(page.message(Topic::Storage).contains("none"));
    assert!(matches!(page.teach.keep.home, Home::Denied(_)) && !page.teach.would_lose());
    assert!(kept(&page.act(Action::Rename("Wasps".to_owned()))).is_empty());
}

#[test]
fn a_page_that_wants_to_keep_again_waits_until_all_is_deleted() {
    let mut page = Page::with(&[1]);
    page.act(Action::Keep(false));
    page.act(Action::Answer(true));
    assert_eq!(kept(&page.act(Action::Keep(true))), [&Effect::Remember(true)]);
    assert_eq!(kept(&page.act(Action::Erased(Ok(())))), [&Effect::Open { steal: false }, &Effect::Measure]);
}

#[test]
fn a_file_is_packed_a_few_photos_at_a_time() {
    let mut packing = Packing::new((1..=5).collect(), 0.0);
    assert_eq!(packing.more(), [1, 2, 3].map(Next::Photo));
    assert!(packing.more().is_empty());
    packing.photo_done();
    assert_eq!(packing.more(), [Next::Photo(4)]);
    packing.photo_done();
    assert_eq!(packing.more(), [Next::Photo(5)]);
    (0..2).for_each(|_| packing.photo_done());
    assert!(packing.more().is_empty());
    packing.photo_done();
    assert_eq!(packing.more(), [Next::End]);
    assert!(packing.more().is_empty());
}

#[test]
fn packing_ends_with_a_download() {
    let mut page = Page::with(&[1, 2]);
    let effects = page.act(Action::Pack);
    assert!(matches!(sent(&effects)[..], [TeachCommand::PackBegin { keep_metadata: false, .. }]), "{effects:?}");
    assert_eq!(kept(&effects), [&Effect::DropParts, &Effect::PackPhoto(1), &Effect::PackPhoto(2)]);
    assert!(page.teach.would_lose());
    page.hear(TeachEvent::Packed { sample: Some(1), done: false });
    let effects = page.act(Action::NoPhoto(2));
    assert_eq!(sent(&effects), [&TeachCommand::PackEnd]);
    let effects = page.hear(TeachEvent::Packed { sample: None, done: true });
    assert_eq!(kept(&effects), [&Effect::Download("Ants - bees.graft".to_owned()), &Effect::DropParts]);
    assert!(page.teach.keep.packing.is_none());
}

#[test]
fn packing_can_be_stopped_and_fails_aloud() {
    let mut page = Page::with(&[1]);
    page.act(Action::Pack);
    assert!(page.act(Action::Stop).is_empty(), "an answer is on its way, which the next file must not get");
    assert!(page.act(Action::Pack).is_empty());
    assert_eq!(kept(&page.hear(TeachEvent::Packed { sample: Some(1), done: false })), [&Effect::DropParts]);
    assert!(page.teach.keep.packing.is_none());

    page.act(Action::Pack);
    page.hear(TeachEvent::Failed { error: error() });
    assert!(page.teach.keep.packing.is_some(), "a photo that cannot be packed is left out");
    page.hear(TeachEvent::Packed { sample: Some(1), done: false });
    let stopped_late = page.teach.keep.clone();
    page.act(Action::Stop);
    assert_eq!(kept(&page.hear(TeachEvent::Packed { sample: None, done: true })), [&Effect::DropParts]);
    page.teach.keep = stopped_late;
    page.hear(TeachEvent::Failed { error: error() });
    assert!(page.teach.keep.packing.is_none(), "the end failed");
    assert!(page.message(Topic::Teach).contains("none"));

    page.act(Action::Pack);
    page.do_(TeachAction::EngineLost);
    assert!(page.teach.keep.packing.is_none());
    assert!(page.message(Topic::Button).contains(".graft"));
}

#[test]
fn file_names_are_what_file_systems_take() {
    assert_eq!(file_name("Ants & bees"), "Ants & bees.graft");
    assert_eq!(file_name("../a:b\n"), "-a-b-.graft");
    assert_eq!(file_name(" . "), "project.graft");
    assert_eq!(file_name(&"ä".repeat(300)).chars().count(), 86);
}

#[test]
fn a_file_is_opened_into_an_empty_page_at_once() {
    let mut page = Page::open();
    let effects = page.act(Action::Open("a.graft".to_owned()));
    assert_eq!(kept(&effects), [&Effect::SendFile(TeachCommand::OpenGraft { number: 1, name: "a.graft".to_owned() })]);
    assert!(page.teach.keep.is_opening());
    let effects = page.hear(graft(1, project(&[1, 2]), &[1, 2]));
    assert_eq!(sent(&effects), [&TeachCommand::Unpack { index: 0 }, &TeachCommand::Unpack { index: 1 }]);
    assert!(page.teach.is_empty(), "nothing is changed before all is here");
    page.hear(TeachEvent::Unpacked { index: 1 });
    let effects = page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 2);
    assert!(page.teach.intake.is_embedded(1));
    let replace = Effect::Replace { photos: vec![(1, 0), (2, 1)], embedded: [1, 2].into(), head_bytes: 8 };
    assert!(kept(&effects).contains(&&replace), "{effects:?}");
    let at = |wanted: &TeachEffect| effects.iter().position(|effect| effect == wanted);
    let embeddings = at(&TeachEffect::SendEmbeddings(vec![1, 2]));
    assert!(
        embeddings.is_some() && at(&TeachEffect::Keep(replace)) < embeddings,
        "the vault before what is sent of it"
    );
    assert!(kept(&effects).contains(&&Effect::Later(1000.0)), "it is kept");
    assert!(!page.teach.keep.is_opening());
}

#[test]
fn opening_asks_once_where_a_project_would_go() {
    let mut page = Page::with(&[9]);
    page.act(Action::Open("a.graft".to_owned()));
    assert!(sent(&page.hear(graft(1, project(&[1]), &[1]))).is_empty());
    assert_eq!(page.teach.keep.question, Some(Question::Replace));
    let effects = page.act(Action::Answer(false));
    assert_eq!(sent(&effects), [&TeachCommand::CloseZip]);
    assert_eq!(page.teach.project.samples[0].id, 9);
    assert!(page.teach.keep.opening.is_none());

    page.act(Action::Open("a.graft".to_owned()));
    page.hear(graft(2, project(&[1]), &[1]));
    page.act(Action::Answer(true));
    assert!(matches!(page.teach.keep.opening, Some(Opening::Unpacking(_))));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples[0].id, 1);
}

#[test]
fn a_damaged_or_foreign_file_changes_nothing() {
    let unpack_failed = TeachEvent::UnpackFailed { index: 0, error: error() };
    let newer = Project { version: FORMAT_VERSION + 1, ..project(&[1]) };
    let mut no_class = project(&[1]);
    no_class.classes.clear();
    let twice = graft(1, project(&[1, 1]), &[1]);
    for events in [
        vec![TeachEvent::ZipFailed { number: 1, error: error() }],
        vec![graft(1, project(&[1]), &[1]), unpack_failed],
        vec![graft(1, newer, &[1])],
        vec![graft(1, no_class, &[1])],
        vec![twice],
    ] {
        let mut page = Page::open();
        let before = page.teach.project.clone();
        page.act(Action::Open("a.graft".to_owned()));
        let told = format!("{events:?}");
        events.into_iter().for_each(|event| drop(page.hear(event)));
        assert_eq!(page.teach.project, before, "{told}");
        assert!(page.teach.keep.opening.is_none(), "{told}");
        assert_ne!(page.message(Topic::Button), "", "{told}");
    }
}

#[test]
fn photos_that_a_file_lacks_leave_the_project_and_it_is_said() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    page.hear(graft(1, project(&[1, 2]), &[1]));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 1);
    assert!(page.message(Topic::Button).contains("not in a.graft"));
}

#[test]
fn opening_can_be_stopped_and_late_answers_do_no_harm() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    assert_eq!(sent(&page.act(Action::Stop)), [&TeachCommand::CloseZip]);
    page.hear(graft(1, project(&[1]), &[1]));
    assert!(page.teach.is_empty() && page.teach.keep.opening.is_none());

    // The same while the next file is being read.
    page.act(Action::Open("b.graft".to_owned()));
    for late in [
        graft(1, project(&[1]), &[1]),
        TeachEvent::ZipFailed { number: 1, error: error() },
        TeachEvent::UnpackFailed { index: 0, error: error() },
    ] {
        assert!(page.hear(late).is_empty());
        assert!(matches!(page.teach.keep.opening, Some(Opening::Reading { number: 2, .. })));
    }
    page.hear(graft(2, project(&[1, 2]), &[1]));
    page.hear(TeachEvent::Unpacked { index: 0 });
    assert_eq!(page.teach.project.samples.len(), 1);
}

#[test]
fn one_file_is_on_its_way_at_a_time() {
    let mut page = Page::with(&[1]);
    page.act(Action::Pack);
    assert!(kept(&page.act(Action::Open("a.graft".to_owned()))).is_empty());
    assert!(page.message(Topic::Button).contains("another file"));
    assert!(page.teach.keep.packing.is_some());
}

#[test]
fn a_file_made_by_another_backbone_brings_that_backbone() {
    let mut page = Page::open();
    page.act(Action::Open("a.graft".to_owned()));
    let other = Project { backbone: "large".to_owned(), ..project(&[1]) };
    page.hear(graft(1, other, &[1]));
    let effects = page.hear(TeachEvent::Unpacked { index: 0 });
    let choose = Effect::Choose { name: "large".to_owned(), gently: false };
    assert!(kept(&effects).contains(&&choose), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, TeachEffect::SendEmbeddings(_))), "{effects:?}");
}
