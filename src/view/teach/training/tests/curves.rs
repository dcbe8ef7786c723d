//! The curves as drawings and files. `GRAFT_GOLDEN=write cargo test` writes the golden drawing anew; look at it then.

use super::*;
use crate::plot::Mark;
use crate::view::teach::training::CurveFile;
use crate::view::teach::training::curves::Quantity;

/// Three runs, of which the last is the current one.
fn three() -> Training {
    let mut training = Training::default();
    for (number, epochs) in [(1, 4), (2, 9), (3, 12)] {
        let rows: Vec<EpochRow> = (1..=epochs).map(row).collect();
        let mut run = run_of(&rows);
        (run.number, run.name, run.summary) = (number, format!("Run {number}"), Some(summary(epochs)));
        training.runs.push(Rc::new(run));
    }
    training
}

#[test]
fn the_drawing_is_the_golden_one() {
    let Some(Effect::SaveText(name, kind, svg)) = three().file(CurveFile::Svg, 400.0) else { panic!("a file") };
    assert_eq!((name.as_str(), kind), ("graft-run-3-curves.svg", "image/svg+xml"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/teach/training/tests/curves.svg");
    if std::env::var_os("GRAFT_GOLDEN").is_some() {
        std::fs::write(path, &svg).expect("the golden drawing is written");
    }
    let golden = std::fs::read_to_string(path).expect("the golden drawing");
    for (place, (found, expected)) in svg.lines().zip(golden.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of the drawing", place + 1);
    }
    assert_eq!(svg, golden);
}

#[test]
fn the_png_is_drawn_from_the_same_drawing() {
    let training = three();
    let Some(Effect::SaveText(_, _, svg)) = training.file(CurveFile::Svg, 640.0) else { panic!("a file") };
    let Some(Effect::SavePng(name, drawn, width, height)) = training.file(CurveFile::Png, 640.0) else {
        panic!("a file")
    };
    assert_eq!((name.as_str(), drawn == svg), ("graft-run-3-curves.png", true));
    assert!(svg.contains(&format!("width=\"{width}\" height=\"{height}\"")));
}

#[test]
fn the_table_has_every_epoch_of_every_run() {
    let mut training = three();
    Rc::make_mut(&mut training.runs[0]).name = "=SUM(\"a\")".to_owned();
    let table = training.table();
    assert_eq!(table.lines().count(), 1 + 4 + 9 + 12);
    assert!(table.starts_with("run,name,epoch,"));
    assert!(table.contains("\r\n1,\"'=SUM(\"\"a\"\")\",1,1,0.5,0.6,"), "{table}");
    assert!(table.contains("\r\n3,\"Run 3\",6,") && table.matches(",1\r\n").count() == 3);
}

#[test]
fn a_run_without_validation_has_one_line_and_no_best() {
    let blind = |epoch| EpochRow { val_loss: None, val_accuracy: None, ..row(epoch) };
    let mut run = run_of(&[blind(1), blind(2)]);
    run.summary = Some(TrainSummary { val_accuracy: None, ..summary(2) });
    let training = Training { runs: vec![Rc::new(run)], ..Training::default() };
    let chart = training.chart(Quantity::Accuracy, 400.0).expect("a chart");
    assert_eq!((chart.series.len(), chart.call_outs.len()), (1, 0));
    let svg = chart.scene().to_svg();
    assert!(svg.contains(">training<") && !svg.contains("validation"), "{svg}");
}

#[test]
fn odd_runs_are_drawn_without_harm() {
    let odd = EpochRow { train_loss: f32::INFINITY, val_loss: Some(f32::NAN), val_accuracy: Some(7.0), ..row(1) };
    for rows in [vec![], vec![row(1)], vec![odd], vec![odd, row(2)]] {
        for log_loss in [false, true] {
            let training = Training { runs: vec![Rc::new(run_of(&rows))], log_loss, ..Training::default() };
            for width in [0.0, 120.0, 2000.0] {
                for quantity in [Quantity::Accuracy, Quantity::Loss] {
                    let chart = training.chart(quantity, width).expect("a chart");
                    let svg = chart.scene().to_svg();
                    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
                    let _ = chart.cross_hair(1.0);
                }
            }
        }
    }
    assert!(Training::default().chart(Quantity::Loss, 400.0).is_none());
}

#[test]
fn thousands_of_epochs_are_few_points() {
    let rows: Vec<EpochRow> = (1..=10_000).map(row).collect();
    let training = Training { runs: vec![Rc::new(run_of(&rows))], ..Training::default() };
    let scene = training.chart(Quantity::Loss, 400.0).expect("a chart").scene();
    let points = scene.marks.iter().map(|mark| match mark {
        Mark::Path { points, .. } => points.len(),
        _ => 0,
    });
    assert!(points.max().unwrap_or(0) <= 4 * 400);
}

#[test]
fn nothing_moves_while_epochs_come() {
    let frame = |epochs: usize| {
        let rows: Vec<EpochRow> = (1..=epochs).map(row).collect();
        let training = Training { runs: vec![Rc::new(run_of(&rows))], ..Training::default() };
        training.chart(Quantity::Accuracy, 400.0).expect("a chart").frame()
    };
    assert_eq!(frame(0), frame(1));
    assert_eq!(frame(1), frame(49));
}
