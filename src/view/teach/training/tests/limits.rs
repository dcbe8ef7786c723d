//! What fits, and what is refused before it begins.

use super::*;
use crate::architecture::{Caching, Design, Plan, Scope};
use crate::memory_limit;
use crate::project::{Augmentation, Way};
use crate::view::teach::training::limits::{Takes, takes};

/// What a page may take where the browser does not tell more.
const LIMIT: usize = 3 << 30;

/// Three classes, a fifth of the photos held out.
fn of(photos: usize) -> Scope {
    Scope { classes: 3, train: photos - photos / 5, val: photos / 5, on_gpu: false }
}

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
fn of_each_class_as_many_are_held_out_as_the_split_does() {
    // Of two photos one is held out, whatever the share: half of them are trained on.
    let mut room = Room::new(&[2; 10]);
    assert_eq!(room.teach.photo_counts(), (10, 20));
    room.act(Action::Way(Way::LastBlocks { blocks: 3 }));
    assert_eq!(room.teach.project.settings.batch, 8);
    room.act(Action::Set(Field::Batch, "16".to_owned()));
    let problem = room.teach.too_much(room.backbone.as_ref());
    assert_eq!(problem, Some(Problem::Batch(16, 10)), "the engine would refuse it once all photos are there");
    room.act(Action::Set(Field::Validation, "0".to_owned()));
    assert_eq!(room.teach.photo_counts(), (20, 20));
    // One, seven and eight: none, one and two.
    let mut room = Room::new(&[1, 7, 8]);
    assert_eq!(room.teach.photo_counts(), (13, 16));
    let few = |shots| TrainSettings { shots: Some(shots), ..TrainSettings::default() };
    assert_eq!(room.teach.photo_counts_with(&few(3)), (7, 16));
    // A validation folder is held out instead of a share.
    room.change_sample(4, |sample| sample.role = Role::Validation);
    assert_eq!((room.teach.photo_counts(), room.teach.photo_counts_with(&few(7))), ((15, 16), (14, 16)));
}

#[test]
fn batch_norm_is_not_given_one_photo_at_a_time() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Way(Way::Scratch { architecture: "mobilenet-v1-0.25-64".into() }));
    room.act(Action::Set(Field::Batch, "1".to_owned()));
    let (field, words) = room.teach.wrong_field(room.backbone.as_ref()).expect("wrong");
    assert!(field == Field::Batch && words.starts_with("expected 2 or more"), "{words}");
    assert!(room.train().is_empty());
    for way in [Way::Scratch { architecture: "lenet-5".into() }, Way::Everything] {
        room.act(Action::Way(way));
        room.act(Action::Set(Field::Batch, "1".to_owned()));
        assert_eq!(room.teach.wrong_field(room.backbone.as_ref()), None, "it has no batch norm, or none any more");
    }
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
    // A GPU that may be lost takes copies of the network.
    room.teach.training.device = Some(DeviceKind::Gpu);
    let on_gpu = room.teach.takes(room.backbone.as_ref()).expect("deep").expect("fits");
    assert!(on_gpu.bytes > all.bytes);
    assert_eq!(memory_limit::of_a_page(), LIMIT);

    let design = Design::parse("mobilenet-v2-1-224").expect("a design");
    let settings = TrainSettings { batch: 512, ..TrainSettings::suited_to(Way::Everything) };
    let parts = takes(&design, &settings, of(1000), LIMIT).expect("fits in parts");
    assert!(parts.micro.is_some_and(|micro| micro < 512) && parts.bytes <= LIMIT, "{parts:?}");
    assert!(!parts.words().contains("batch-norm"), "folded in: {}", parts.words());
    let scratch = Way::Scratch { architecture: design.name.clone() };
    let scratch = TrainSettings { batch: 512, ..TrainSettings::suited_to(scratch) };
    let words = takes(&design, &scratch, of(1000), LIMIT).expect("fits in parts").words();
    assert!(words.contains("each such part has its own batch-norm statistics"), "{words}");
    let too_much = takes(&design, &settings, of(30_000), LIMIT).expect_err("the photos alone");
    assert!(too_much.photos && too_much.words().contains("fewer photos"), "{too_much:?}");
    // Nothing of a network from scratch can be left frozen.
    let huge = Design::mobilenet_v2(4.0, 1024);
    let scratch = Way::Scratch { architecture: huge.name.clone() };
    let too_much = takes(&huge, &TrainSettings::suited_to(scratch), of(10), LIMIT).expect_err("one photo");
    assert!(too_much.from.is_none() && too_much.words().contains("smaller network"), "{too_much:?}");
    // Where fewer blocks fit, the first one to train is named.
    let too_much =
        takes(&design, &TrainSettings { batch: 1, ..settings }, of(10), 40 << 20).expect_err("little memory");
    let words = too_much.words();
    assert!(too_much.from.is_some_and(|from| from > 0) && words.contains("Train fewer blocks"), "{words}");
    assert!(words.contains("41.9"), "{words}");
}

/// What the page says is what the engine's plan does, whatever the room there is.
#[test]
fn the_page_says_what_the_engine_does() {
    let design = Design::parse("mobilenet-v2-1-224").expect("a design");
    let cut = design.cut(8).expect("a block");
    let plain = TrainSettings { batch: 32, ..TrainSettings::suited_to(Way::LastBlocks { blocks: 5 }) };
    let augmented = TrainSettings { augmentation: Augmentation::moderate(), ..plain.clone() };
    let earlier = TrainSettings { features_at: Some(8), ..TrainSettings::default() };
    let changed = TrainSettings { augmentation: Augmentation::moderate(), ..earlier.clone() };
    let mut said = Vec::new();
    for (design, settings) in [(&design, &plain), (&design, &augmented), (&cut, &earlier), (&cut, &changed)] {
        for mebibytes in [400, 450, 500, 550, 600, 800, 3000] {
            let limit = mebibytes << 20;
            let plan = Plan::new(design, settings, of(2000), limit).expect("fits");
            let Takes { bytes, cache, kept, micro, .. } = takes(design, settings, of(2000), limit).expect("fits");
            assert_eq!((bytes, cache, kept), (plan.memory.total, plan.memory.cache, plan.caching));
            let is_head_alone = settings.way == Way::Frozen && settings.augmentation.is_off();
            let parts = (plan.micro_batch < settings.batch && !is_head_alone).then_some(plan.micro_batch);
            assert_eq!(micro, parts);
            said.push((kept, takes(design, settings, of(2000), limit).expect("fits").words()));
        }
    }
    let says = |kept, part: &str| said.iter().any(|(found, words)| *found == kept && words.contains(part));
    assert!(says(Caching::All, "frozen blocks make of the photos."), "{said:#?}");
    assert!(says(Caching::Validation, "of the photos held out."), "{said:#?}");
    assert!(says(Caching::Validation, "For the others the frozen blocks run anew"), "{said:#?}");
    assert!(says(Caching::Nothing, "The frozen blocks run anew at every step"), "{said:#?}");
    // A head on features made once never runs them anew, nor goes by parts.
    let head = takes(&cut, &earlier, of(2000), 450 << 20).expect("fits");
    assert_eq!((head.cache, head.kept, head.micro), (2000 * 64 * 4, Caching::All, None));
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
    // A head has a warm-up, too.
    room.act(Action::Way(Way::Frozen));
    room.act(Action::Set(Field::WarmUp, "51".to_owned()));
    assert_eq!(room.teach.wrong_field(room.backbone.as_ref()).map(|(field, _)| field), Some(Field::WarmUp));
    room.act(Action::Set(Field::Schedule, "one-cycle".to_owned()));
    assert_eq!(room.teach.too_much(room.backbone.as_ref()), None, "it takes none");
    room.act(Action::Way(Way::Everything));
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
    assert!(!Field::Clip.matters(&room.teach.project.settings));
    room.act(Action::Augment(Augmentation::moderate()));
    assert_eq!(room.teach.too_much(room.backbone.as_ref()).map(|problem| problem.kind()), Some("batch"));
}
