//! Where training can go on from the head in use, and where that is offered.

use super::*;
use crate::project::Augmentation;

const GO_ON: Ask = Ask { go_on: true, without_empty: false, only_embedded: false, careless_of: None, lab: None };

fn last(blocks: usize) -> Way {
    Way::LastBlocks { blocks }
}

impl Room {
    /// Is “Train on” there? `changed`: the head does not know all of the photos.
    fn offers(&self, changed: bool) -> bool {
        self.teach.offers_going_on(self.backbone.as_ref(), changed)
    }

    /// A room whose newest head was trained this way.
    fn after(way: Way) -> Self {
        let mut room = Self::new(&[40, 40]);
        room.act(Action::Way(way));
        room.train();
        room.ends(1, 6);
        room
    }
}

/// A head that the engine would not go on from would be replaced by a random one, with no epochs of the head alone before the blocks.
#[test]
fn another_network_or_head_is_begun_anew() {
    let hidden = || Action::Set(Field::Head, "hidden".to_owned());
    let scratch = Way::Scratch { architecture: "lenet-5".into() };
    for (what, way, change) in [
        ("a frozen head, then blocks", Way::Frozen, Action::Way(last(3))),
        ("other blocks", last(2), Action::Way(last(3))),
        ("blocks, then all", last(2), Action::Way(Way::Everything)),
        ("blocks, then none", last(2), Action::Way(Way::Frozen)),
        ("random weights", Way::Everything, Action::Way(scratch)),
        ("earlier features", Way::Frozen, Action::FeaturesAt(8)),
        ("photos that are changed", Way::Frozen, Action::Augment(Augmentation::moderate())),
        ("another kind of head", Way::Frozen, hidden()),
        ("another kind of head behind blocks", last(2), hidden()),
    ] {
        let mut room = Room::after(way);
        assert!(room.offers(true), "{what}: nothing is changed yet");
        room.act(change);
        room.add_photo(Some(1));
        assert!(!room.offers(true), "{what}");
        let (_, _, settings, go_on) = trained_on(&room.act(Action::Train(GO_ON)));
        assert_eq!((go_on, settings), (false, room.teach.project.settings.clone()), "{what}");
        assert!(!room.teach.training.current().expect("a run").went_on, "{what}");
    }
}

#[test]
fn the_same_network_and_head_are_gone_on_from() {
    let scratch = Way::Scratch { architecture: "mobilenet-v1-0.25-64".into() };
    for way in [Way::Frozen, last(2), Way::Everything, scratch] {
        let mut room = Room::after(way.clone());
        assert_eq!((room.offers(false), room.offers(true)), (way != Way::Frozen, true), "{way:?}");
        room.act(Action::Set(Field::LearningRate, "0.01".to_owned()));
        assert!(room.offers(true), "{way:?}: how it learns changes no network");
        assert!(trained_on(&room.act(Action::Train(GO_ON))).3, "{way:?}");
        assert!(!room.offers(true), "one at a time");
    }
    // Features of an earlier block, and changed photos, make networks of their own, too.
    let mut room = Room::new(&[40, 40]);
    room.act(Action::FeaturesAt(8));
    room.train();
    room.ends(1, 6);
    assert!(room.offers(true));
    room.act(Action::Augment(Augmentation::moderate()));
    assert!(room.offers(true), "none of its blocks is trained either way");
    room.act(Action::FeaturesAt(9));
    assert!(!room.offers(true));
}

#[test]
fn a_hidden_layer_must_be_as_wide() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Set(Field::Head, "hidden".to_owned()));
    room.train();
    room.ends(1, 6);
    room.act(Action::Set(Field::Dropout, "0.5".to_owned()));
    assert!(room.offers(true), "dropout is no weight");
    room.act(Action::Set(Field::Units, "32".to_owned()));
    assert!(!room.offers(true));
}

#[test]
fn the_kind_of_a_head_is_kept_and_else_found_in_its_run() {
    let room = Room::after(last(2));
    let mut json = room.teach.training.to_json();
    let reopened = |json: &serde_json::Value| {
        let mut room = Room::after(last(2));
        room.teach.training = Training::from_json(json);
        room
    };
    let mut without_run = json.clone();
    without_run["runs"] = serde_json::json!([]);
    assert!(reopened(&json).offers(true) && reopened(&without_run).offers(true));
    json["head"].as_object_mut().expect("a head").remove("kind");
    without_run["head"].as_object_mut().expect("a head").remove("kind");
    assert_eq!([&json, &without_run].map(|json| reopened(json).offers(true)), [true, false]);
}

#[test]
fn nothing_goes_on_before_the_network_is_there_and_in_another() {
    let mut room = Room::after(last(2));
    let backbone = room.backbone.take();
    assert!(!room.offers(true) && room.teach.can_go_on(None), "that is still to be seen");
    room.backbone = Some(BackboneCard { design: "mobilenet-v1-1-224".to_owned(), ..card("mobilenet-v1") });
    assert!(!room.offers(true));
    room.backbone = backbone;
    assert!(room.offers(false));
}
