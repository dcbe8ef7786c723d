use super::curves::{self, Quantity};
use super::table::{Cell, Column};
use super::*;
use crate::project::{OptimizerKind, SplitKind, TrainSettings, Way};
use crate::protocol::{DeviceKind, Ended, EpochRow};

fn row(epoch: usize, accuracy: Option<f32>) -> EpochRow {
    EpochRow {
        epoch,
        train_loss: 1.0 / epoch as f32,
        train_accuracy: 0.9,
        val_loss: accuracy.map(|accuracy| 1.0 - accuracy),
        val_accuracy: accuracy,
        seconds: epoch as f64 * 2.0,
        steps: 20 * epoch as u64,
    }
}

/// A run of MobileNetV2's size with these validation accuracies.
fn record(name: &str, seed: u32, accuracies: &[f32]) -> Record {
    let rows: Vec<EpochRow> =
        accuracies.iter().enumerate().map(|(place, accuracy)| row(place + 1, Some(*accuracy))).collect();
    Record {
        name: name.to_owned(),
        model: "MobileNetV2 1.0".to_owned(),
        backbone: "mobilenet-v2".to_owned(),
        data: String::new(),
        settings: TrainSettings { seed, optimizer: OptimizerKind::Adam, ..TrainSettings::default() },
        parameters: 2_236_682,
        trainable: 12_810,
        depth: Some(53),
        training: 2979,
        validation: 745,
        steps: 20 * rows.len() as u64,
        seconds: 2.0 * rows.len() as f64,
        ended: Ended::Done,
        device: DeviceKind::Cpu,
        began_on: None,
        rows,
    }
}

fn place(column: Column) -> usize {
    Column::ALL.iter().position(|each| *each == column).expect("a column")
}

#[test]
fn a_record_says_what_a_run_came_to() {
    let run = record("a", 0, &[0.5, 0.9, 0.9, 0.8]);
    assert_eq!((run.best(), run.last(), run.epochs()), (Some((2, 0.9)), Some(0.8), 4));
    assert_eq!((run.pace().seconds_an_epoch(), run.pace().milliseconds_a_step()), (Some(2.0), Some(100.0)));
    assert!((run.megabytes() - 8.946_728).abs() < 1e-9);
    // Adam keeps two moments of each number that is trained.
    assert!((run.megabytes_with_optimizer() - (2_236_682 + 2 * 12_810) as f64 * 4e-6).abs() < 1e-9);
    let states = |optimizer, momentum| {
        let settings = TrainSettings { optimizer, momentum, ..TrainSettings::default() };
        let more = Record { settings, ..run.clone() };
        ((more.megabytes_with_optimizer() - more.megabytes()) / (12_810.0 * 4e-6)).round()
    };
    assert_eq!((states(OptimizerKind::Sgd, 0.9), states(OptimizerKind::Sgd, 0.0)), (1.0, 0.0));
    let tried = run.tried().expect("photos were held out");
    assert_eq!((&tried.curve[..], tried.held_out), (&[(20, 0.5), (40, 0.9), (60, 0.9), (80, 0.8)][..], 745));

    let none = Record { rows: vec![row(1, None)], ..run };
    assert_eq!((none.best(), none.last(), none.kept(), none.tried()), (None, None, Some((1, None)), None));
    let none = Record { rows: Vec::new(), ..none };
    assert_eq!((none.kept(), none.pace().seconds_an_epoch()), (None, None));
}

#[test]
fn epochs_of_the_head_alone_are_not_the_blocks() {
    let way = Way::LastBlocks { blocks: 2 };
    let settings = TrainSettings { head_first: 2, epochs: 2, ..TrainSettings::suited_to(way) };
    let run = Record { settings, ..record("a", 0, &[0.95, 0.98, 0.9, 0.92]) };
    assert_eq!(run.best(), Some((4, 0.92)), "no block was trained in the second epoch");
    assert_eq!(run.kept(), Some((2, Some(0.98))), "but its head is what is kept");
    assert_eq!(run.last(), Some(0.92));
    let words = Table::of(std::slice::from_ref(&run)).rows[0].words();
    assert_eq!(
        [Column::BestEpoch, Column::KeptEpoch, Column::Epochs].map(|column| words[place(column)].as_str()),
        ["4", "2", "4"]
    );
    assert_eq!(words[place(Column::KeptAccuracy)], "98.00\u{a0}%");
    let stopped = Record { rows: run.rows[..2].to_vec(), ..run };
    assert_eq!(stopped.best(), None);
}

#[test]
fn the_device_is_the_one_it_ran_on() {
    let words = |device, began_on| {
        let run = Record { device, began_on, ..record("a", 0, &[0.9]) };
        Table::of(&[run]).rows[0].words()[place(Column::Device)].clone()
    };
    assert_eq!(words(DeviceKind::Gpu, None), "GPU");
    assert_eq!(words(DeviceKind::Cpu, Some(DeviceKind::Gpu)), "GPU, then CPU");
    // What an earlier version kept has neither, nor a key, nor a fingerprint.
    let mut json = serde_json::to_value(record("a", 0, &[0.9])).expect("plain data");
    for key in ["began_on", "backbone", "data"] {
        json.as_object_mut().expect("an object").remove(key);
    }
    let old: Record = serde_json::from_value(json).expect("a record");
    assert_eq!((old.began_on, old.backbone.as_str(), old.data.as_str()), (None, "", ""));
}

#[test]
fn the_table_has_a_row_a_run_and_a_mean_of_seeds() {
    let records = [record("b", 0, &[0.9, 0.98]), record("a", 0, &[0.7]), record("b", 1, &[0.96, 0.95])];
    let table = Table::of(&records);
    let names: Vec<_> = table.rows.iter().map(|row| (row.name.as_str(), row.mean_of)).collect();
    assert_eq!(names, [("b", None), ("b", None), ("b", Some(2)), ("a", None)]);
    let mean = &table.rows[2];
    let words = mean.words();
    assert_eq!(words[place(Column::BestAccuracy)], "97.00 ± 1.41\u{a0}%");
    assert_eq!(words[place(Column::BestEpoch)], "1.5 ± 0.7");
    assert_eq!(words[place(Column::Seed)], "mean of 2");
    assert_eq!(words[place(Column::Parameters)], "2,236,682");
    assert_eq!(words[place(Column::Size)], "8.95");
    assert_eq!(table.rows[0].words()[place(Column::BestAccuracy)], "98.00\u{a0}%");
    assert!((mean.number(Column::BestAccuracy).expect("a number") - 0.97).abs() < 1e-6);
    assert_eq!(mean.number(Column::Name), None);

    // Another network is another group.
    let other = Record { model: "MobileNetV1 1.0".to_owned(), ..record("b", 1, &[0.9]) };
    let apart = Table::of(&[records[0].clone(), other]);
    let names: Vec<_> = apart.rows.iter().map(|row| (row.name.as_str(), row.mean_of)).collect();
    assert_eq!(names, [("b, MobileNetV2 1.0", None), ("b, MobileNetV1 1.0", None)]);

    // What differs within a group is not made up.
    let mut random = record("b", 2, &[0.9]);
    random.settings.split = SplitKind::Random;
    random.rows = vec![row(1, None)];
    let mixed = Table::of(&[records[0].clone(), random]);
    assert_eq!(mixed.rows[2].cells[place(Column::Split)], Cell::Text("several".to_owned()));
    assert_eq!(mixed.rows[2].cells[place(Column::BestAccuracy)], Cell::Missing);
}

#[test]
fn csv_is_plain_and_harmless() {
    let csv =
        Table::of(&[record("=1+1, \"x\"", 0, &[0.9, 0.98]), record("c", 0, &[0.5]), record("c", 1, &[0.7])]).to_csv();
    let lines: Vec<&str> = csv.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 5, "{csv}");
    assert!(lines[0].starts_with("name,seed,model,way,split,"), "{csv}");
    assert!(lines[0].contains("best_val_accuracy,best_val_accuracy_deviation,kept_epoch,kept_val_accuracy,"), "{csv}");
    assert!(!lines[0].contains("parameters_deviation"), "{csv}");
    assert!(
        lines[1].starts_with("\"'=1+1, \"\"x\"\"\",0,MobileNetV2 1.0,frozen,honest,2979,745,2236682,12810,53,"),
        "{csv}"
    );
    assert!(lines[1].ends_with(",2,0.98,,2,0.98,,0.98,,CPU"), "{csv}");
    assert!(lines[4].starts_with("c,mean of 2,"), "{csv}");
    assert!(lines[4].contains(",0.6,0.141421,"), "{csv}");
    let commas = |line: &str| line.matches(',').count();
    assert!(lines[2..].iter().all(|line| commas(line) == commas(lines[0])), "{csv}");
}

#[test]
fn markdown_escapes_what_would_break_it() {
    let markdown = Table::of(&[record("a|b\nc", 0, &[0.5]), record("a|b\nc", 1, &[0.5])]).to_markdown();
    let lines: Vec<&str> = markdown.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[2].starts_with("| a\\|b c | 0 | MobileNetV2 1.0 | frozen |"), "{markdown}");
    assert!(lines[4].starts_with("| **a\\|b c** | **mean of 2** |"), "{markdown}");
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(lines.iter().all(|line| bars(line) == Column::ALL.len() + 1), "{markdown}");
}

#[test]
fn curves_have_a_line_and_a_colour_a_name() {
    let records = [record("b", 0, &[0.6, 0.8, 0.9]), record("a", 0, &[0.7, 0.75]), record("b", 1, &[0.8, 1.0])];
    let chart = curves::chart(&records, Quantity::Accuracy, 600.0).expect("a chart");
    let named: Vec<_> =
        chart.series.iter().filter(|series| !series.lesser).map(|series| series.name.as_str()).collect();
    assert_eq!(named, ["b", "a"]);
    let faint = chart.series.iter().filter(|series| series.lesser).count();
    assert_eq!(faint, 2, "both seeds of b, and a has one run only");
    let front = |name: &str| chart.series.iter().find(|series| series.name == name).expect("a line");
    let close = |points: &[(f64, f64)], expected: &[(f64, f64)]| {
        points.len() == expected.len()
            && points.iter().zip(expected).all(|(one, other)| one.0 == other.0 && (one.1 - other.1).abs() < 1e-6)
    };
    assert!(
        close(&front("b").points, &[(1.0, 0.7), (2.0, 0.9)]),
        "the epochs that both came to: {:?}",
        front("b").points
    );
    assert_ne!(front("a").stroke.paint, front("b").stroke.paint);
    assert_eq!(chart.y.from, (0.5, 1.0), "every value stands on the axis");
    let (_, said) = chart.cross_hair(1.0).expect("values");
    assert_eq!(said, "epoch 1: a 70.00\u{a0}%, b 70.00\u{a0}%", "single seeds are not said");
    let loss = curves::chart(&records, Quantity::Loss, 600.0).expect("a chart");
    assert_eq!(loss.y.from.0, 0.0);

    let svg = curves::scene(&records, 600.0).expect("a drawing").to_svg();
    assert!(svg.contains("#0072b2") && svg.contains("#b84f00") && !svg.contains("NaN"));
    assert!(curves::scene(&[], 600.0).is_none());
    let nothing_held_out = Record { rows: vec![row(1, None)], ..record("a", 0, &[]) };
    assert!(curves::scene(&[nothing_held_out], 600.0).is_none());
}

#[test]
fn many_runs_have_room_for_their_names_and_differ() {
    let records: Vec<Record> = (0..14).map(|run| record(&format!("run {run}"), 0, &[0.5, 0.99])).collect();
    let chart = curves::chart(&records, Quantity::Accuracy, 600.0).expect("a chart");
    assert!(chart.size.1 >= 14.0 * 30.0);
    for (place, one) in chart.series.iter().enumerate() {
        assert!(
            chart.series[..place].iter().all(|other| other.stroke != one.stroke),
            "{} looks like another",
            one.name
        );
    }
}

#[test]
fn blocks_are_tried_until_validation_no_longer_improves() {
    let run = |most: usize, accuracy: fn(usize) -> f32| {
        let mut search = Search::new(most);
        while let Some(blocks) = search.next() {
            assert!(search.tried.len() < 20, "it ends");
            search.tried.push((blocks, accuracy(blocks)));
        }
        search
    };
    let tried = |search: &Search| search.tried.iter().map(|tried| tried.0).collect::<Vec<_>>();
    let peak = run(19, |blocks| if blocks <= 4 { 0.9 + blocks as f32 / 100.0 } else { 0.92 });
    assert_eq!((tried(&peak), peak.best()), (vec![0, 1, 2, 4, 8], Some((4, 0.94))));
    assert_eq!(tried(&run(19, |blocks| blocks as f32 / 20.0)), [0, 1, 2, 4, 8, 16, 19]);
    assert_eq!(tried(&run(16, |blocks| blocks as f32 / 20.0)), [0, 1, 2, 4, 8, 16]);
    assert_eq!(tried(&run(19, |_| 0.5)), [0, 1], "as good is no better");
    assert_eq!(tried(&run(19, |_| f32::NAN)), [0], "what cannot be judged ends it");
    assert_eq!(
        peak.outcome().as_deref(),
        Some("With the last 4 blocks trained 94.00\u{a0}% of the photos held out are right; more did not help.")
    );
    let cut_off = Search { tried: vec![(0, 0.9)], is_cut_off: true, ..Search::new(19) };
    assert!(cut_off.outcome().is_some_and(|outcome| outcome.ends_with("the search ended before more were tried.")));
    let chart = peak.chart(400.0).expect("a chart");
    assert_eq!(chart.series[0].points.len(), 5);
    assert!(Search::new(3).chart(400.0).is_none());
}

#[test]
fn entries_take_over_what_is_about_the_data() {
    let base = TrainSettings {
        seed: 7,
        split: SplitKind::Random,
        validation: 0.3,
        learning_rate: 9.0,
        ..TrainSettings::default()
    };
    let entry = Entry::suited_to(Way::LastBlocks { blocks: 3 }, &base);
    assert_eq!(entry.name, "Last 3 blocks");
    let suited = TrainSettings::suited_to(Way::LastBlocks { blocks: 3 });
    let expected = TrainSettings { seed: 7, split: SplitKind::Random, validation: 0.3, ..suited };
    assert_eq!(entry.settings, expected);
    let seeds: Vec<_> = entry.seeds(3).iter().map(|entry| (entry.name.clone(), entry.settings.seed)).collect();
    assert_eq!(seeds, [7, 8, 9].map(|seed| ("Last 3 blocks".to_owned(), seed)));
    assert_eq!(
        Entry::suited_to(Way::Scratch { architecture: "lenet-5".to_owned() }, &base).name,
        "LeNet-5 from scratch"
    );
    assert_eq!(Entry::as_set(&base).settings, base);
}
