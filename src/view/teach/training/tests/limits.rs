//! What fits, and what is refused before it begins.

use super::*;
use crate::architecture::Design;
use crate::project::{Augmentation, Way};
use crate::view::teach::training::limits::{MEMORY, takes};

#[test]
fn a_batch_larger_than_the_data_is_refused_with_one_that_fits() {
    let mut room = Room::new(&[5, 5]);
    room.act(Action::Way(Way::Everything));
    assert_eq!(room.teach.project.settings.batch, 8, "8 of 10 are trained on");
    room.act(Action::Set(Field::Batch, "9".to_owned()));
    assert!(room.train().is_empty());
    let problem = room.teach.too_much(room.backbone.as_ref()).expect("a problem");
    assert_eq!((&problem, problem.kind()), (&Problem::Batch(9, 8), "batch"));
    assert!(room.teach.training.refused.is_some() && room.teach.training.runs.is_empty());
    let batch = room.teach.fitting_batch().to_string();
    room.act(Action::Set(Field::Batch, batch));
    assert_eq!(room.teach.training.refused, None, "the message went with its cause");
    assert_eq!(trained_on(&room.train()).2.batch, 8);
    // A head on embeddings takes what it gets, as ever.
    let mut room = Room::new(&[2, 2]);
    assert_eq!(trained_on(&room.train()).2.batch, 32);
}

#[test]
fn memory_is_said_and_refused() {
    let mut room = Room::new(&[40, 40]);
    assert_eq!(room.teach.takes(room.backbone.as_ref()), None, "a head on embeddings takes next to nothing");
    room.act(Action::Way(Way::LastBlocks { blocks: 3 }));
    let last = room.teach.takes(room.backbone.as_ref()).expect("deep").expect("fits");
    room.act(Action::Way(Way::Everything));
    let all = room.teach.takes(room.backbone.as_ref()).expect("deep").expect("fits");
    assert!(last.bytes < all.bytes && last.cache > 0 && all.cache == 0, "{last:?} {all:?}");
    assert!(all.words().starts_with("Takes about ") && all.micro.is_none());

    let design = Design::parse("mobilenet-v2-1-224").expect("a design");
    let settings = TrainSettings { batch: 512, ..TrainSettings::suited_to(Way::Everything) };
    let parts = takes(&design, &settings, 3, 1000).expect("fits in parts");
    assert!(parts.micro.is_some_and(|micro| micro < 512) && parts.bytes <= MEMORY, "{parts:?}");
    assert!(parts.words().contains("batch-norm"));
    // No room to keep what the frozen blocks make: they run anew.
    let early = TrainSettings { way: Way::LastBlocks { blocks: 16 }, ..settings.clone() };
    let anew = takes(&design, &early, 3, 15_000).expect("fits");
    assert!(anew.cache_left_out && anew.cache == 0, "{anew:?}");
    let too_much = takes(&design, &settings, 3, 30_000).expect_err("the photos alone");
    assert!(too_much.photos && too_much.words().contains("fewer photos"), "{too_much:?}");
    // Nothing of a network from scratch can be left frozen.
    let huge = Design::mobilenet_v2(4.0, 1024);
    let scratch = Way::Scratch { architecture: huge.name.clone() };
    let too_much = takes(&huge, &TrainSettings::suited_to(scratch), 3, 10).expect_err("one photo");
    assert!(too_much.from.is_none() && too_much.words().contains("smaller network"), "{too_much:?}");
    let augmented = TrainSettings { augmentation: Augmentation::moderate(), ..TrainSettings::default() };
    assert!(takes(&design, &augmented, 3, 100).is_ok());
}

#[test]
fn what_the_engine_would_refuse_is_refused_here() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Way(Way::Everything));
    room.act(Action::Set(Field::WarmUp, "12".to_owned()));
    let (field, words) = room.teach.wrong_field(room.backbone.as_ref()).expect("wrong");
    assert!(field == Field::WarmUp && words.contains("at most 10 epochs"), "{words}");
    room.act(Action::Reset);
    assert_eq!(room.teach.wrong_field(room.backbone.as_ref()), None);
    // Another network may have fewer blocks than are asked for.
    room.act(Action::Way(Way::LastBlocks { blocks: 17 }));
    assert_eq!(room.teach.too_much(room.backbone.as_ref()), None);
    let small = crate::protocol::BackboneCard { design: "mobilenet-v1-1-224".to_owned(), ..card("mobilenet-v1") };
    let problem = room.teach.too_much(Some(&small)).expect("a problem");
    assert!(problem.kind() == "setting" && problem.words().contains("has 14 blocks"), "{problem:?}");
    // A head on earlier features of unchanged photos takes any batch, as a head does.
    room.act(Action::Way(Way::Frozen));
    room.act(Action::FeaturesAt(5));
    room.act(Action::Set(Field::Batch, "4096".to_owned()));
    assert_eq!(room.teach.too_much(room.backbone.as_ref()), None);
    assert!(!Field::Schedule.matters(&room.teach.project.settings));
    room.act(Action::Augment(Augmentation::moderate()));
    assert_eq!(room.teach.too_much(room.backbone.as_ref()).map(|problem| problem.kind()), Some("batch"));
}
