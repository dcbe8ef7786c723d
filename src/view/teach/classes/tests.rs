//! What a person does with classes and photos, without a browser.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::lists::{Lists, range};
use super::*;
use crate::project::{Edit, Sample};
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::networks::Networks;
use crate::view::notices::Notices;
use crate::view::teach::{Around, Teach, TeachAction, intake};

fn sample(id: SampleId, class: Option<ClassId>) -> Rc<Sample> {
    Rc::new(Sample {
        id,
        name: format!("{id}.jpg"),
        class,
        role: Role::Auto,
        sha256: format!("{id:064x}"),
        bytes: id,
        size: [10 + id as u32, 10],
        grey: false,
    })
}

/// Ants (1, 4, 7), bees (2, 5, 8) and unsorted photos (3, 6, 9).
fn teach() -> Teach {
    let mut teach = Teach::default();
    for name in ["Ants", "Bees"] {
        let class = teach.project.new_class(name);
        teach.try_edit("add", Edit::AddClass { class, at: None }).unwrap();
    }
    let class = |id: u64| [None, Some(1), Some(2)][id as usize % 3];
    teach.try_edit("add", Edit::AddSamples((1..10).map(|id| sample(id, class(id))).collect())).unwrap();
    let mut notices = Notices::default();
    let networks = Networks::default();
    let mut around = Around { now_ms: 0.0, notices: &mut notices, networks: &networks, backbone: None, device: None };
    let embedded = (1..10).collect();
    teach.reduce(TeachAction::Intake(intake::Action::Restored { embedded }), &mut around);
    teach
}

fn act(teach: &mut Teach, action: Action) -> Vec<TeachEffect> {
    let mut notices = Notices::default();
    let networks = Networks::default();
    let mut around = Around { now_ms: 0.0, notices: &mut notices, networks: &networks, backbone: None, device: None };
    teach.reduce(TeachAction::Classes(action), &mut around)
}

fn hear(teach: &mut Teach, event: TeachEvent) {
    let mut notices = Notices::default();
    let networks = Networks::default();
    let mut around = Around { now_ms: 0.0, notices: &mut notices, networks: &networks, backbone: None, device: None };
    teach.reduce(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None }, &mut around);
}

fn ids(teach: &Teach, class: Option<ClassId>) -> Vec<SampleId> {
    teach.project.samples_of(class).map(|sample| sample.id).collect()
}

fn names(teach: &Teach) -> Vec<&str> {
    teach.project.classes.iter().map(|class| class.name.as_str()).collect()
}

#[test]
fn a_class_is_added_and_named_in_place() {
    let mut teach = teach();
    act(&mut teach, Action::AddClass);
    assert_eq!((names(&teach), teach.classes.naming), (vec!["Ants", "Bees", "Class 3"], Some(3)));
    act(&mut teach, Action::Rename(3, "Bees".to_owned()));
    let (place, error) = teach.classes.wrong.clone().unwrap();
    assert_eq!((place, error.found.as_str()), (Place::Class(3), "a class of this name"));
    assert_eq!(teach.classes.naming, Some(3), "the field stays, with what was written");
    act(&mut teach, Action::Rename(3, " Wasps ".to_owned()));
    assert_eq!((names(&teach)[2], teach.classes.naming, teach.classes.wrong.clone()), ("Wasps", None, None));
    act(&mut teach, Action::Undo);
    assert_eq!(names(&teach)[2], "Class 3");
    act(&mut teach, Action::Undo);
    assert_eq!((names(&teach).len(), teach.classes.naming), (2, None));
    act(&mut teach, Action::Redo);
    act(&mut teach, Action::Redo);
    assert_eq!(names(&teach)[2], "Wasps");
}

#[test]
fn deleting_a_class_takes_or_leaves_its_photos() {
    let mut teach = teach();
    act(&mut teach, Action::Select(vec![1, 2], Pick::Only));
    act(&mut teach, Action::DeleteClass(1, true));
    assert_eq!((names(&teach), teach.project.samples.len()), (vec!["Bees"], 6));
    assert_eq!(*teach.classes.selected, BTreeSet::from([2]));
    assert!(teach.classes.said.as_ref().unwrap().undo);
    act(&mut teach, Action::Undo);
    assert_eq!((names(&teach), ids(&teach, Some(1))), (vec!["Ants", "Bees"], vec![1, 4, 7]));
    act(&mut teach, Action::DeleteClass(1, false));
    assert_eq!(ids(&teach, None), [1, 3, 4, 6, 7, 9]);
}

#[test]
fn photos_move_as_one_step() {
    let mut teach = teach();
    act(&mut teach, Action::Move(vec![1, 2, 3, 77], Target::Class(2)));
    assert_eq!(ids(&teach, Some(2)), [1, 2, 3, 5, 8]);
    assert_eq!(teach.history.undo_label(), Some("Move 3 photos to Bees"));
    act(&mut teach, Action::Move(vec![1, 9], Target::New));
    assert_eq!((ids(&teach, Some(3)), teach.classes.naming), (vec![1, 9], Some(3)));
    act(&mut teach, Action::Undo);
    act(&mut teach, Action::Undo);
    assert_eq!((ids(&teach, Some(1)), ids(&teach, None)), (vec![1, 4, 7], vec![3, 6, 9]));
    act(&mut teach, Action::Move(vec![1], Target::Unsorted));
    assert_eq!(ids(&teach, None), [1, 3, 6, 9]);
    // Nothing is no step.
    let label = teach.history.undo_label().map(str::to_owned);
    act(&mut teach, Action::Move(vec![77], Target::Unsorted));
    assert_eq!(teach.history.undo_label().map(str::to_owned), label);
}

#[test]
fn the_next_photo_is_looked_at_when_one_is_removed() {
    let mut teach = teach();
    act(&mut teach, Action::Open(Some(4)));
    act(&mut teach, Action::Remove(vec![4]));
    assert_eq!(teach.classes.open, Some(7));
    act(&mut teach, Action::Remove(vec![7]));
    assert_eq!(teach.classes.open, Some(1));
    act(&mut teach, Action::Remove(vec![1]));
    assert_eq!(teach.classes.open, None);
}

#[test]
fn selecting_adds_toggles_and_replaces() {
    let mut teach = teach();
    act(&mut teach, Action::Select(vec![1, 4], Pick::Add));
    act(&mut teach, Action::Select(vec![4, 7], Pick::Toggle));
    assert_eq!(*teach.classes.selected, BTreeSet::from([1, 7]));
    act(&mut teach, Action::Select(Vec::new(), Pick::Only));
    assert!(teach.classes.selected.is_empty());
    let list = Lists::new(&teach.project, &Lists::default()).of(Some(1));
    assert_eq!((range(&list, 7, 4), range(&list, 99, 4), range(&list, 1, 99)), (vec![4, 7], vec![4], vec![]));
}

#[test]
fn what_other_parts_remove_is_no_longer_selected() {
    let mut teach = teach();
    act(&mut teach, Action::Select(vec![1, 4], Pick::Only));
    act(&mut teach, Action::Open(Some(4)));
    teach.try_edit("remove", Edit::RemoveSamples(vec![4])).unwrap();
    assert_eq!((teach.classes.selected.len(), teach.classes.open), (1, None));
}

#[test]
fn lists_stay_the_same_where_nothing_changed() {
    let mut teach = teach();
    let before = Lists::new(&teach.project, &Lists::default());
    act(&mut teach, Action::Move(vec![1], Target::Unsorted));
    let after = Lists::new(&teach.project, &before);
    assert!(Rc::ptr_eq(&before.of(Some(2)), &after.of(Some(2))));
    assert_eq!((after.of(Some(1)).len(), after.of(None).len()), (2, 4));
}

#[test]
fn groups_become_classes_in_one_step() {
    let mut teach = teach();
    let sent = act(&mut teach, Action::Groups(groups::Action::Open));
    assert_eq!(
        sent,
        [TeachEffect::Send(0, TeachCommand::Cluster { number: 1, samples: vec![3, 6, 9], k: None, seed: 0 })]
    );
    assert!(act(&mut teach, Action::Groups(groups::Action::Find)).is_empty(), "one at a time");
    hear(&mut teach, TeachEvent::Clustered { number: 1, clusters: vec![vec![9, 3], vec![6]], tried: vec![(2, 0.5)] });
    for (place, name) in [(0, " Wasps "), (1, "Ants")] {
        act(&mut teach, Action::Groups(groups::Action::Name(place, name.to_owned())));
    }
    act(&mut teach, Action::Groups(groups::Action::Toggle(0, vec![3])));
    assert_eq!(teach.classes.groups.named(), 2);
    act(&mut teach, Action::Groups(groups::Action::Make));
    assert_eq!((names(&teach), ids(&teach, Some(3))), (vec!["Ants", "Bees", "Wasps"], vec![9]));
    assert_eq!((ids(&teach, Some(1)), ids(&teach, None)), (vec![1, 4, 6, 7], vec![3]));
    assert!(!teach.classes.groups.shown && teach.classes.wrong.is_none());
    act(&mut teach, Action::Undo);
    assert_eq!((names(&teach), ids(&teach, None)), (vec!["Ants", "Bees"], vec![3, 6, 9]));
}

#[test]
fn near_duplicates_are_thinned_out() {
    let mut teach = teach();
    act(&mut teach, Action::Near(near::Action::Find));
    assert!(teach.classes.near.busy);
    hear(&mut teach, TeachEvent::NearDuplicates { number: 1, groups: vec![vec![1, 4, 7], vec![2, 5], vec![3, 6]] });
    act(&mut teach, Action::Near(near::Action::KeepAll(2)));
    act(&mut teach, Action::Near(near::Action::Keep(0, 4)));
    assert_eq!(ids(&teach, Some(1)), [4]);
    assert_eq!(teach.classes.near.there(&teach.project), [(1, vec![2, 5])]);
    // The one with more pixels stays.
    act(&mut teach, Action::Near(near::Action::KeepOneOfEach));
    assert_eq!(ids(&teach, Some(2)), [5, 8]);
    act(&mut teach, Action::Undo);
    act(&mut teach, Action::Undo);
    assert_eq!(teach.classes.near.there(&teach.project).len(), 2, "what was brought back is listed again");
}

#[test]
fn an_engine_that_fails_is_not_waited_for() {
    let mut teach = teach();
    act(&mut teach, Action::Near(near::Action::Find));
    act(&mut teach, Action::Groups(groups::Action::Open));
    let error = Error::new(crate::error::ErrorKind::Engine, "a", "b", "c", "d");
    hear(&mut teach, TeachEvent::Failed { error });
    assert!(!teach.classes.near.busy && !teach.classes.groups.busy);
    assert!(!teach.classes.near.shown, "nobody knows that there are no near-duplicates");
    // Another command may have failed.
    hear(&mut teach, TeachEvent::NearDuplicates { number: 1, groups: vec![vec![1, 4]] });
    assert_eq!(teach.classes.near.there(&teach.project).len(), 1);
}

#[test]
fn answers_to_what_was_asked_before_are_passed_over() {
    let mut teach = teach();
    act(&mut teach, Action::Groups(groups::Action::Open));
    act(&mut teach, Action::Groups(groups::Action::Close));
    hear(&mut teach, TeachEvent::Clustered { number: 1, clusters: vec![vec![3, 6]], tried: vec![] });
    assert!(teach.classes.groups.list.is_empty(), "nobody waits for it");
    act(&mut teach, Action::Groups(groups::Action::Open));
    hear(&mut teach, TeachEvent::Clustered { number: 1, clusters: vec![vec![3, 6]], tried: vec![] });
    assert!(teach.classes.groups.busy && teach.classes.groups.list.is_empty());
    hear(&mut teach, TeachEvent::Clustered { number: 2, clusters: vec![vec![3], vec![6, 9]], tried: vec![] });
    assert_eq!(teach.classes.groups.list.len(), 2);

    // Another project, with samples of the same numbers.
    act(&mut teach, Action::Near(near::Action::Find));
    teach.classes = Classes::default();
    hear(&mut teach, TeachEvent::NearDuplicates { number: 3, groups: vec![vec![1, 4]] });
    assert!(teach.classes.near.groups.is_none());
    act(&mut teach, Action::Near(near::Action::Find));
    hear(&mut teach, TeachEvent::NearDuplicates { number: 3, groups: vec![vec![1, 4]] });
    assert!(teach.classes.near.busy);
}

#[test]
fn embeddings_are_written_with_labels_and_names() {
    let mut teach = teach();
    let sent = act(&mut teach, Action::WriteEmbeddings(EmbeddingsFormat::Npz));
    let [TeachEffect::Send(0, TeachCommand::WriteEmbeddings { data, names, .. })] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((data.classes.join(","), &data.labels[..4]), ("Ants,Bees,(unsorted)".to_owned(), &[0, 1, 2, 0][..]));
    assert_eq!((names.len(), names[0].as_str()), (9, "1.jpg"));
    assert!(act(&mut Teach::default(), Action::WriteEmbeddings(EmbeddingsFormat::Csv)).is_empty());
}

#[test]
fn photos_that_cannot_come_back_are_forgotten() {
    let mut teach = teach();
    act(&mut teach, Action::Remove(vec![1]));
    let gone: Vec<TeachEffect> = (0..100)
        .flat_map(|n| {
            act(&mut teach, Action::Move(vec![2], if n % 2 == 0 { Target::Unsorted } else { Target::Class(2) }))
        })
        .filter(|effect| !matches!(effect, TeachEffect::Classes(Effect::UnsayLater(_))))
        .collect();
    let command = TeachCommand::Forget { samples: vec![1] };
    assert_eq!(gone, [TeachEffect::Classes(Effect::Forget(vec![1])), TeachEffect::Send(0, command)]);
}

#[test]
fn rows_out_of_sight_are_not_drawn() {
    use super::rows::{columns, scroll_to, step, visible};
    assert_eq!(columns(400.0, 72.0, 4.0), (5, 76.8));
    assert_eq!(columns(10.0, 72.0, 4.0).0, 1);
    assert_eq!(columns(f64::NAN, 72.0, 4.0).0, 1);
    assert_eq!(visible(1000.0, 1800.0, 80.0), 10..25);
    assert_eq!(visible(-300.0, 200.0, 80.0), 0..5);
    assert!(visible(-9000.0, -8000.0, 80.0).is_empty());
    assert_eq!((scroll_to(50.0, 80.0, 60.0, 500.0), scroll_to(450.0, 80.0, 60.0, 500.0)), (-10.0, 30.0));
    // Five columns, twelve cells: the last row has two.
    let key = |key, at| step(key, at, 5, 12);
    assert_eq!((key("ArrowDown", 3), key("ArrowDown", 8), key("ArrowDown", 11)), (Some(8), Some(11), Some(11)));
    assert_eq!((key("ArrowUp", 3), key("ArrowUp", 8), key("End", 0), key("a", 0)), (Some(3), Some(3), Some(11), None));
    assert_eq!(step("ArrowRight", 0, 5, 0), None);
}
