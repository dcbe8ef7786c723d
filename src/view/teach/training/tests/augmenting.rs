//! Augmentation and its preview.

use super::*;
use crate::project::{Augmentation, Fill};
use crate::protocol::TuneEvent;
use crate::view::teach::training::augmenting::{Change, Tiles, fill_of, fill_word, tile_words};

#[test]
fn sliders_go_there_and_back() {
    for change in Change::ALL {
        assert_eq!(
            (change.step(&Augmentation::default()), change.text(&Augmentation::default())),
            (0, "off".to_owned())
        );
        assert!(change.at(0, Augmentation::default()).is_off());
        for step in 0..=change.steps() + 5 {
            let set = change.at(step, Augmentation::default());
            assert_eq!(change.step(&set), step.min(change.steps()), "{change:?}");
        }
        assert!(change.step(&Augmentation::moderate()) > 0, "{change:?}");
    }
    let most = Change::ALL.into_iter().fold(Augmentation::default(), |set, change| change.at(99, set));
    assert_eq!((most.rotation, most.zoom, most.shift, most.contrast), (45.0, 0.8, 0.3, 0.5));
    assert_eq!(Change::Zoom.text(&most), "80–100\u{a0}% in view");
    assert_eq!(
        [Fill::Edge, Fill::Mirror, Fill::Grey].map(|fill| fill_of(fill_word(fill))),
        [Fill::Edge, Fill::Mirror, Fill::Grey]
    );
    assert_eq!((tile_words("rotation"), tile_words("all"), tile_words("fog")), ("Turn", "All together", "fog"));
}

#[test]
fn the_preview_follows_the_sliders_one_question_at_a_time() {
    let mut room = Room::new(&[3, 3]);
    let (one, two) = (Augmentation::moderate(), Augmentation { rotation: 30.0, ..Augmentation::moderate() });
    let asked = |effects: &[TeachEffect]| {
        effects.iter().find_map(|effect| match effect {
            TeachEffect::Training(Effect::Preview(sample, augmentation, seed)) => Some((*sample, *augmentation, *seed)),
            _ => None,
        })
    };
    assert_eq!(asked(&room.act(Action::Augment(one))), None, "nobody asked for it yet");
    let (sample, shown, seed) = asked(&room.act(Action::ShowChanges)).expect("a preview");
    assert!((1..=6).contains(&sample) && shown == one);
    assert_eq!(asked(&room.act(Action::Augment(two))), None, "the answer is awaited");
    let previewed = TeachEvent::Tune(TuneEvent::Previewed { tiles: vec!["photo".to_owned()], side: 64 });
    assert_eq!(asked(&room.says(previewed.clone())), Some((sample, two, seed)), "and then asked for anew");
    assert_eq!(asked(&room.says(previewed.clone())), None);
    let tiles = Tiles { names: vec!["photo".to_owned()], side: 64, address: "blob:1".to_owned() };
    room.act(Action::Previewed(tiles.clone()));
    assert_eq!(room.teach.training.preview.shown.as_deref(), Some(&tiles));
    let (other, _, next) = asked(&room.act(Action::ShowChanges)).expect("another");
    assert!(other != sample && next == seed + 1);
    // An engine that is gone answers nothing; a failed command neither.
    room.does(TeachAction::EngineLost);
    assert!(!room.teach.training.preview.awaited);
    assert!(asked(&room.act(Action::ShowChanges)).is_some());
    room.says(TeachEvent::Failed { error: error() });
    assert!(!room.teach.training.preview.awaited);
    assert_eq!(asked(&Room::new(&[]).act(Action::ShowChanges)), None, "there is no photo");
}

#[test]
fn augmentation_makes_a_run_deep() {
    let mut room = Room::new(&[30, 30]);
    room.act(Action::Augment(Augmentation::moderate()));
    assert!(room.teach.project.settings.is_deep());
    assert!(in_one_line(&room.teach.project.settings).ends_with(" · augmented"));
    assert_eq!(trained_on(&room.train()).2.augmentation, Augmentation::moderate());
}
