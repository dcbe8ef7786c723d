//! Settings, and what sets runs apart.

use super::*;

#[test]
fn settings_are_understood_or_refused_with_words() {
    let usual = TrainSettings::default();
    assert_eq!(in_one_line(&usual), "Linear head · SGD · 50 epochs · honest split 80/20");
    for field in Field::FORM.into_iter().chain(Field::SCRATCH) {
        let mut settings = usual.clone();
        assert!(field.about().ends_with('.'), "{field:?}");
        if field.matters(&usual) {
            field.set(&field.text(&usual), &mut settings).expect("what it shows is understood");
            assert_eq!(settings, usual, "{field:?}");
        }
        if matches!(field.entry(), Entry::Number(_)) {
            for wrong in ["-1", "x", "NaN", "inf", "1e99"] {
                let why = field.set(wrong, &mut settings).expect_err("not understood");
                assert!(why.starts_with("expected a ") && why.ends_with('.'), "{field:?}: {why}");
            }
        }
    }
    let mut room = Room::new(&[2, 2]);
    let mut set = |field, text: &str| {
        room.act(Action::Set(field, text.to_owned()));
    };
    set(Field::Head, "hidden");
    set(Field::Units, "128");
    set(Field::Dropout, "0,3");
    set(Field::Optimizer, "adam");
    set(Field::LearningRate, "0.05");
    set(Field::Validation, "25 %");
    set(Field::Patience, "");
    set(Field::Epochs, "5000000");
    let settings = room.teach.project.settings.clone();
    assert_eq!(settings.head, HeadKind::Hidden { units: 128, dropout: 0.3 });
    assert_eq!((settings.optimizer, settings.learning_rate), (OptimizerKind::Adam, 0.05));
    assert_eq!((settings.validation, settings.patience, settings.epochs), (0.25, None, 50));
    assert_eq!(room.teach.training.drafts.len(), 1);
    room.train();
    assert_eq!(room.problem().kind(), "setting");
    room.act(Action::Reset);
    assert_eq!((&room.teach.project.settings, room.teach.training.drafts.len()), (&usual, 0));
}

#[test]
fn runs_say_what_sets_them_apart() {
    let mut run = run_of(&[row(1)]);
    assert!(run.differences().is_empty());
    run.went_on = true;
    run.settings.head = HeadKind::Hidden { units: 64, dropout: 0.2 };
    run.settings.learning_rate = 0.05;
    run.settings.validation = 0.1;
    assert_eq!(
        run.differences(),
        ["went on", "hidden layer of 64", "dropout 0.2", "learning rate 0.05", "10\u{a0}% held out"]
    );
    assert_eq!((number(0.2 * 100.0), number(1e-6), number(0.3)), ("20".into(), "0.000001".into(), "0.3".into()));
    let losses = [1.2, 0.1234, 0.01234, 0.00012].map(|value| loss(Some(value)));
    assert_eq!((losses, loss(None)), (["1.200", "0.123", "0.0123", "0.000120"].map(str::to_owned), "–".to_owned()));
}
