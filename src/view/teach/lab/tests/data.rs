//! The photos that the runs are given are those of Teach.

use super::*;

#[test]
fn two_classes_with_photos_are_named() {
    let mut room = Room::new();
    assert_eq!(room.teach.lab_data().as_deref(), Some("40\u{a0}photos: Class 1 20, Class 2 20"));
    let project = room.teach.project_mut();
    project.classes.push(Class { id: 3, name: "Empty".to_owned() });
    assert_eq!(room.teach.lab_data().as_deref(), Some("40\u{a0}photos: Class 1 20, Class 2 20"));
    room.teach.project_mut().samples.retain(|sample| sample.class == Some(1));
    assert_eq!(room.teach.lab_data(), None, "one class is not enough");
    assert_eq!(Teach::default().lab_data(), None);
}

#[test]
fn many_classes_are_counted() {
    let mut room = Room::new();
    let project = room.teach.project_mut();
    for id in 3..=9 {
        project.classes.push(Class { id, name: format!("Class {id}") });
        Rc::make_mut(&mut project.samples[id as usize]).class = Some(id);
    }
    let words = room.teach.lab_data().expect("classes");
    assert!(words.ends_with("Class 6 1, and 3 more classes") && words.starts_with("40\u{a0}photos: "), "{words}");
}

#[test]
fn a_batch_is_one_that_the_photos_suffice_for() {
    // Ten classes of two: one of each is held out, as the split does it.
    let mut room = Room::new();
    let project = room.teach.project_mut();
    project.samples.truncate(20);
    project.classes = (1..=10).map(|id| Class { id, name: format!("Class {id}") }).collect();
    for (place, sample) in project.samples.iter_mut().enumerate() {
        Rc::make_mut(sample).class = Some(1 + place as u32 / 2);
    }
    room.add(What::LastBlocks, 1);
    assert_eq!(trained(&room.act(Action::Run)).expect("a run").1.batch, 8);
}

#[test]
fn one_photo_a_class_leaves_none_to_look_for_the_number_of_blocks_with() {
    let mut room = Room::new();
    room.teach.project_mut().samples.truncate(2);
    assert!(room.act(Action::HowManyBlocks).is_empty());
    let problem = room.teach.lab.problem.clone().expect("why");
    assert!(problem.contains("Add photos") && room.teach.lab.entries.is_empty(), "{problem}");
    // A validation folder will do, whatever the share.
    let mut room = Room::new();
    room.teach.project_mut().settings.validation = 0.0;
    Rc::make_mut(&mut room.teach.project_mut().samples[0]).role = Role::Validation;
    assert!(trained(&room.act(Action::HowManyBlocks)).is_some());
}
