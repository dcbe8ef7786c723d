//! The list of runs, and what is kept of it.

use super::*;

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
