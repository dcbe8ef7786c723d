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
