//! The picture of the network.

use super::*;
use crate::architecture::thousands;
use crate::project::Way;
use crate::view::teach::training::network::{Network, State};

fn network(settings: &TrainSettings, classes: usize) -> Network {
    Network::of(settings, Some(&card("mobilenet-v2")), classes).expect("a network")
}

fn states(network: &Network, state: State) -> usize {
    network.parts.iter().filter(|part| part.state == state).count()
}

#[test]
fn what_is_trained_is_counted() {
    let frozen = network(&TrainSettings::default(), 10);
    assert_eq!(frozen.parts.len(), 20, "stem, 17 blocks, the closing convolution, the head");
    assert_eq!((states(&frozen, State::Frozen), states(&frozen, State::Trainable)), (19, 1));
    assert_eq!(frozen.parameters().0, 1280 * 10 + 10);
    let thousand = network(&TrainSettings::suited_to(Way::Everything), 1000);
    // Sandler et al. 2018, table 4: 3.4 M; exactly 3,504,872 with batch norm's scale and shift, which fold into weight and bias.
    assert_eq!(thousand.parameters().0, thousand.parameters().1);
    assert!((3_470_000..3_510_000).contains(&thousand.parameters().1), "{:?}", thousand.parameters());
    assert!(thousand.words().starts_with("All 3,4") || thousand.words().starts_with("All 3,5"), "{}", thousand.words());
    let last = network(&TrainSettings::suited_to(Way::LastBlocks { blocks: 1 }), 10);
    assert_eq!(last.parts[18].state, State::Trainable);
    assert_eq!(last.parameters().0, 12_810 + last.parts[18].parameters);
    assert!(last.label().contains("trained from last on"), "{}", last.label());
    let lenet = Way::Scratch { architecture: "lenet-5".to_owned() };
    assert_eq!(network(&TrainSettings::suited_to(lenet), 10).parameters(), (61_706, 61_706));
    assert_eq!(Network::of(&TrainSettings::default(), None, 2), None);
    assert_eq!(
        [thousands(0), thousands(999), thousands(1000), thousands(1_234_560)],
        ["0", "999", "1,000", "1,234,560"]
    );
}

#[test]
fn a_press_on_a_block_trains_from_there() {
    let mut room = Room::new(&[40, 40]);
    let way = |room: &Room| room.teach.project.settings.way.clone();
    room.act(Action::TrainFrom(16));
    assert_eq!(way(&room), Way::LastBlocks { blocks: 3 });
    room.act(Action::Set(Field::LearningRate, "0.007".to_owned()));
    room.act(Action::TrainFrom(18));
    assert_eq!(way(&room), Way::LastBlocks { blocks: 1 });
    assert_eq!(room.teach.project.settings.learning_rate, 0.007, "the settings stay");
    room.act(Action::TrainFrom(0));
    assert_eq!(way(&room), Way::Everything);
    room.act(Action::TrainFrom(19));
    assert_eq!(way(&room), Way::Frozen);
    room.act(Action::TrainFrom(99));
    assert_eq!(way(&room), Way::Frozen, "there is no such block");
}

#[test]
fn features_of_an_earlier_block() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::FeaturesAt(12));
    let settings = room.teach.project.settings.clone();
    assert_eq!((settings.features_at, &settings.way), (Some(12), &Way::Frozen));
    let cut = network(&settings, 2);
    assert_eq!((cut.used, states(&cut, State::Unused), states(&cut, State::Frozen)), (13, 6, 13));
    assert_eq!(cut.parameters().0, 96 * 2 + 2);
    // Blocks that are left away cannot be trained.
    room.act(Action::TrainFrom(15));
    assert_eq!(room.teach.project.settings.way, Way::Frozen);
    // What was trained stays trained as far as it is there, but for one block at least.
    room.act(Action::TrainFrom(10));
    assert_eq!(room.teach.project.settings.way, Way::LastBlocks { blocks: 3 });
    room.act(Action::FeaturesAt(11));
    assert_eq!(room.teach.project.settings.way, Way::LastBlocks { blocks: 2 });
    room.act(Action::FeaturesAt(5));
    assert_eq!(room.teach.project.settings.way, Way::LastBlocks { blocks: 1 });
    room.act(Action::FeaturesAt(18));
    assert_eq!(room.teach.project.settings.features_at, None, "the last block is where they are taken anyway");
    // From scratch there is nothing to choose.
    room.act(Action::Way(Way::Scratch { architecture: "user-net".to_owned() }));
    let before = room.teach.project.settings.clone();
    room.act(Action::FeaturesAt(1));
    room.act(Action::TrainFrom(1));
    assert_eq!(room.teach.project.settings, before);
}

#[test]
fn boxes_stand_beside_one_another() {
    for width in [280.0, 460.0, 900.0] {
        let places = network(&TrainSettings::default(), 3).places(width);
        for pair in places.windows(2) {
            assert!(pair[0].x + pair[0].width < pair[1].x, "{pair:?}");
            assert!(pair[0].height >= pair[1].height, "photos only get smaller");
        }
        let last = places.last().expect("a head");
        assert!((last.x + last.width - width).abs() < 1e-6, "{last:?}");
        assert!(places.iter().all(|place| place.width >= 7.0 && place.y >= 0.0));
    }
}
