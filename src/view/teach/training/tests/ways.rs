//! The four ways, and what choosing one does to the settings.

use super::*;
use crate::architecture::Design;
use crate::project::{Schedule, Way};
use crate::view::teach::training::scratch::{Family, Scratch, USUAL_SIDES, USUAL_WIDTHS};
use crate::view::teach::training::way::{Choice, fitting, with_way, words};

#[test]
fn another_way_brings_what_suits_it_and_keeps_what_is_about_the_data() {
    let before = TrainSettings {
        seed: 7,
        validation: 0.3,
        split: SplitKind::Random,
        class_weights: true,
        learning_rate: 0.5,
        ..TrainSettings::default()
    };
    let deep = with_way(&before, Choice::LastBlocks.way(), 500);
    assert_eq!((deep.seed, deep.validation, deep.split, deep.class_weights), (7, 0.3, SplitKind::Random, true));
    assert_eq!((deep.optimizer, deep.schedule, deep.batch), (OptimizerKind::Adam, Schedule::Cosine, 16));
    // Another number of blocks is the same choice.
    let set = TrainSettings { learning_rate: 0.02, ..deep };
    let more = with_way(&set, Way::LastBlocks { blocks: 9 }, 500);
    assert_eq!((more.learning_rate, &more.way), (0.02, &Way::LastBlocks { blocks: 9 }));
    let back = with_way(&more, Way::Frozen, 500);
    assert_eq!(back.learning_rate, TrainSettings::default().learning_rate);
    // Few photos: the batch is made to fit.
    assert_eq!(with_way(&before, Way::Everything, 9).batch, 8);
    assert_eq!([fitting(16, 0), fitting(16, 1), fitting(16, 16), fitting(128, 100)], [16, 1, 16, 64]);
    // A network from scratch has no features of the backbone.
    let at = TrainSettings { features_at: Some(5), ..before };
    assert_eq!(with_way(&at, Way::Everything, 500).features_at, Some(5));
    assert_eq!(with_way(&at, Choice::Scratch.way(), 500).features_at, None);
}

#[test]
fn choosing_and_resetting() {
    let mut room = Room::new(&[40, 40]);
    room.act(Action::Set(Field::Seed, "9".to_owned()));
    room.act(Action::Set(Field::Momentum, "many".to_owned()));
    assert_eq!(room.teach.training.drafts.len(), 1);
    room.act(Action::Way(Choice::Everything.way()));
    assert!(room.teach.training.drafts.is_empty(), "Adam has no momentum");
    assert_eq!(room.teach.project.settings.seed, 9);
    room.act(Action::Set(Field::Epochs, "77".to_owned()));
    room.act(Action::Reset);
    assert_eq!(room.teach.project.settings, TrainSettings::suited_to(Way::Everything));
    for choice in Choice::ALL {
        room.act(Action::Way(choice.way()));
        assert_eq!(Choice::of(&room.teach.project.settings.way), choice);
        assert!(choice.about().ends_with('.') && !choice.about().contains('!'));
    }
}

#[test]
fn every_network_that_can_be_chosen_has_a_design() {
    let mut settings = TrainSettings::suited_to(Choice::Scratch.way());
    for (family, _) in Family::CHOICES {
        Field::Family.set(family, &mut settings).expect("a family");
        assert_eq!(Field::Family.text(&settings), family);
        let scaled = Scratch::of(&settings.way).expect("known").family.is_scaled();
        assert_eq!((Field::Width.matters(&settings), Field::Side.matters(&settings)), (scaled, scaled));
        for width in USUAL_WIDTHS {
            for side in USUAL_SIDES {
                Field::Width.set(width, &mut settings).expect("a width");
                Field::Side.set(side, &mut settings).expect("a side");
                let Way::Scratch { architecture } = &settings.way else { panic!("{:?}", settings.way) };
                let design = Design::parse(architecture).expect("a design");
                if scaled {
                    assert_eq!(
                        (Field::Width.text(&settings), Field::Side.text(&settings)),
                        (width.into(), side.into())
                    );
                    assert_eq!(design.input.width.to_string(), side);
                }
            }
        }
    }
    assert_eq!(Scratch::of(&Way::Scratch { architecture: "resnet".to_owned() }), None);
    let way = Way::Scratch { architecture: "mobilenet-v1-0.25-128".to_owned() };
    assert_eq!(words(&way).as_deref(), Some("MobileNetV1 0.25, 128 from scratch"));
    assert_eq!(words(&Way::LastBlocks { blocks: 1 }).as_deref(), Some("last block"));
}

#[test]
fn a_mobilenet_has_any_width_and_side_that_can_be_parsed() {
    let mut settings = TrainSettings::suited_to(Choice::Scratch.way());
    for (field, text, shown) in [
        (Field::Width, "0,6", "0.6"),
        (Field::Width, "0.05", "0.05"),
        (Field::Side, "1024", "1024"),
        (Field::Width, "4", "4"),
        (Field::Side, "100", "100"),
    ] {
        field.set(text, &mut settings).expect(text);
        assert_eq!(field.text(&settings), shown);
        let Way::Scratch { architecture } = &settings.way else { panic!("{:?}", settings.way) };
        Design::parse(architecture).expect("a design");
    }
    let before = settings.clone();
    for (field, wrong, range) in [
        (Field::Width, "0.04", "from 0.05 to 4."),
        (Field::Width, "5", "from 0.05 to 4."),
        (Field::Width, "", "from 0.05 to 4."),
        (Field::Side, "31", "from 32 to 1024."),
        (Field::Side, "1025", "from 32 to 1024."),
        (Field::Side, "100.5", "from 32 to 1024."),
    ] {
        let why = field.set(wrong, &mut settings).expect_err(wrong);
        assert!(why.ends_with(range), "{why}");
    }
    assert_eq!(settings, before);
    // What a file brought is shown as it is.
    settings.way = Way::Scratch { architecture: "mobilenet-v2-1.3-72".to_owned() };
    assert_eq!((Field::Width.text(&settings), Field::Side.text(&settings)), ("1.3".into(), "72".into()));
}

#[test]
fn user_net_is_offered_the_lectures_batch() {
    let choose = |photos: usize| {
        let mut room = Room::new(&[photos, photos]);
        room.act(Action::Way(Choice::Scratch.way()));
        room.act(Action::Set(Field::Family, "user-net".to_owned()));
        room
    };
    let batch = |room: &Room| room.teach.project.settings.batch;
    let mut room = choose(100);
    assert_eq!(batch(&room), 128, "of 160 photos to train on");
    room.act(Action::Reset);
    assert_eq!(batch(&room), 128);
    room.act(Action::Set(Field::Family, "lenet-5".to_owned()));
    assert_eq!(batch(&room), 16, "and back");
    assert_eq!(batch(&choose(50)), 64, "of 80");
    // A batch that a person chose stays.
    room.act(Action::Set(Field::Batch, "20".to_owned()));
    room.act(Action::Set(Field::Family, "user-net".to_owned()));
    assert_eq!(batch(&room), 20);
}

#[test]
fn fields_of_deep_runs_are_understood_or_refused() {
    let mut settings = TrainSettings::suited_to(Way::LastBlocks { blocks: 2 });
    Field::Schedule.set("step", &mut settings).expect("a schedule");
    let shown: Vec<Field> = Field::FORM.into_iter().filter(|field| field.matters(&settings)).collect();
    for field in [Field::Factor, Field::Schedule, Field::StepEvery, Field::StepFactor, Field::WarmUp, Field::Clip] {
        assert!(shown.contains(&field), "{field:?}");
    }
    for field in shown {
        let mut same = settings.clone();
        field.set(&field.text(&settings), &mut same).expect("what it shows is understood");
        assert_eq!(same, settings, "{field:?}");
    }
    for (field, wrong) in [
        (Field::LearningRate, "0"),
        (Field::LearningRate, "1e9"),
        (Field::Factor, "0.5"),
        (Field::StepEvery, "0"),
        (Field::StepFactor, "2"),
        (Field::Clip, "0"),
        (Field::WarmUp, "101"),
        (Field::HeadFirst, "1.5"),
    ] {
        let before = settings.clone();
        assert!(field.set(wrong, &mut settings).is_err(), "{field:?} {wrong}");
        assert_eq!(settings, before, "{field:?} {wrong}");
    }
    // One cycle rises by itself.
    Field::Schedule.set("one-cycle", &mut settings).expect("a schedule");
    assert!(settings.warm_up == 0.0 && !Field::WarmUp.matters(&settings));
    // A head alone obeys the schedule, and none of the others.
    let head = TrainSettings::default();
    let deep = [Field::Clip, Field::HeadFirst, Field::Factor];
    assert!(!deep.into_iter().any(|field| field.matters(&head)));
    assert!(Field::Schedule.matters(&head) && Field::WarmUp.matters(&head) && !Field::StepEvery.matters(&head));
}

#[test]
fn deep_runs_say_what_sets_them_apart() {
    let mut run = run_of(&[row(1)]);
    run.settings = TrainSettings::suited_to(Way::LastBlocks { blocks: 3 });
    assert_eq!(run.differences(), ["last 3 blocks"]);
    run.settings.lr_factor = 10.0;
    run.settings.features_at = Some(4);
    assert_eq!(run.differences(), ["last 3 blocks", "features of an earlier block", "factor 10"]);
    assert_eq!((run.epochs(), run.head_first(), run.span()), (30, 20, 30));
    // The engine does as it is told; where nothing but the head is trained there is nothing to come after it.
    run.settings.way = Way::Scratch { architecture: "lenet-5".to_owned() };
    assert_eq!((run.epochs(), run.head_first()), (30, 20));
    run.settings.way = Way::Frozen;
    assert_eq!((run.epochs(), run.head_first()), (10, 0));
}
