//! What is kept between visits, and what is saved as files.

use super::*;

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
    assert!(
        name == "graft-lab.csv"
            && csv.starts_with('\u{feff}')
            && csv.lines().count() == 2
            && csv.contains("Frozen,0,MobileNetV2 1.0"),
        "{csv}"
    );
    assert!(saved(File::Markdown).1.starts_with("| run | seed |"));
    assert!(saved(File::Svg).1.starts_with("<svg"));
}
