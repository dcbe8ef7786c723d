use super::lines::{Axis, CallOut, Frame, Lines, Series};
use super::scale::{Scale, nice_step};
use super::scene::{Mark, Paint, Scene, Stroke, text_width};
use super::thin::thin;

fn axis(from: (f64, f64), ticks: &[f64]) -> Axis {
    Axis {
        from,
        log: false,
        ticks: ticks.to_vec(),
        tick: |value| value.to_string(),
        value: |value| format!("{value:.2}"),
    }
}

fn series(name: &str, points: &[(f64, f64)], lesser: bool) -> Series {
    Series { name: name.to_owned(), points: points.to_vec(), stroke: Stroke::new(Paint::Leaf, 2.0), lesser }
}

fn chart(series: Vec<Series>) -> Lines {
    Lines {
        size: (300.0, 150.0),
        title: "Height".to_owned(),
        label: "Height by day".to_owned(),
        x: axis((1.0, 3.0), &[1.0, 2.0, 3.0]),
        x_name: "day".to_owned(),
        y: axis((0.0, 1.0), &[0.0, 0.5, 1.0]),
        series,
        call_outs: vec![CallOut { at: (2.0, 0.5), text: "best".to_owned(), paint: Paint::Leaf, below: false }],
    }
}

fn texts(marks: &[Mark]) -> Vec<(f64, f64, String)> {
    let text = |mark: &Mark| match mark {
        Mark::Text { at, text, .. } => Some((at.0, at.1, text.clone())),
        _ => None,
    };
    marks.iter().filter_map(text).collect()
}

#[test]
fn a_scale_goes_there_and_back() {
    let linear = Scale::linear((0.0, 50.0), (10.0, 110.0));
    assert_eq!((linear.at(0.0), linear.at(25.0), linear.at(99.0)), (10.0, 60.0, 110.0));
    assert_eq!(linear.back(60.0), 25.0);
    let log = Scale::log((0.01, 1.0), (100.0, 0.0));
    assert!((log.at(0.1) - 50.0).abs() < 1e-9 && (log.back(50.0) - 0.1).abs() < 1e-9);
    assert_eq!(log.at(0.0), 100.0, "zero stands at the lower end");
    assert_eq!(Scale::linear((1.0, 1.0), (0.0, 10.0)).at(1.0), 5.0, "one number stands in the middle");
}

#[test]
fn ticks_are_round() {
    assert_eq!(Scale::linear((0.0, 2.3), (0.0, 1.0)).ticks(5), [0.0, 0.5, 1.0, 1.5, 2.0]);
    assert_eq!(Scale::linear((1.0, 50.0), (0.0, 1.0)).ticks(5), [10.0, 20.0, 30.0, 40.0, 50.0]);
    assert_eq!(Scale::linear((3.0, 3.0), (0.0, 1.0)).ticks(5), [3.0]);
    let close = |ticks: Vec<f64>, expected: &[f64]| {
        assert_eq!(ticks.len(), expected.len(), "{ticks:?}");
        assert!(ticks.iter().zip(expected).all(|(one, other)| (one / other - 1.0).abs() < 1e-9), "{ticks:?}");
    };
    close(Scale::log((0.001, 1.0), (0.0, 1.0)).ticks(4), &[0.001, 0.01, 0.1, 1.0]);
    close(Scale::log((0.1, 1.0), (0.0, 1.0)).ticks(4), &[0.1, 0.2, 0.5, 1.0]);
    assert_eq!((nice_step(0.23), nice_step(3.0), nice_step(7.0), nice_step(f64::NAN)), (0.5, 5.0, 10.0, 0.0));
}

#[test]
fn thinning_keeps_what_can_be_seen() {
    let many: Vec<(f64, f64)> = (0..10_000).map(|place| (f64::from(place) / 100.0, f64::from(place % 7))).collect();
    let few = thin(&many);
    assert!(few.len() <= 400 && few.first() == many.first() && few.last() == many.last());
    assert!(few.is_sorted_by(|one, other| one.0 <= other.0));
    // Every column of pixels still reaches from the lowest to the highest.
    for column in few.chunk_by(|one, other| one.0.floor() == other.0.floor()) {
        let heights = column.iter().map(|point| point.1);
        assert_eq!((heights.clone().fold(9.0, f64::min), heights.fold(0.0, f64::max)), (0.0, 6.0));
    }
    assert_eq!(thin(&[]), []);
}

#[test]
fn names_at_the_ends_stay_apart() {
    let points = |last: f64| vec![(1.0, 0.1), (3.0, last)];
    let chart = chart(vec![
        series("early", &points(0.91), true),
        series("low", &points(0.1), true),
        series("training", &points(0.92), false),
        series("validation", &points(0.90), false),
    ]);
    let named = |name: &str| texts(&chart.scene().marks).into_iter().find(|text| text.2 == name);
    let (training, validation) = (named("training").expect("a name"), named("validation").expect("a name"));
    assert!(validation.1 - training.1 >= 30.0, "{training:?} {validation:?}");
    assert!(named("low").is_some(), "there is room for it");
    assert!(named("early").is_none(), "there is none for this one");
}

#[test]
fn what_is_not_finite_interrupts_a_line_and_is_never_written() {
    let chart = chart(vec![series("a", &[(1.0, 0.2), (1.5, f64::NAN), (2.0, 0.4), (3.0, f64::INFINITY)], false)]);
    let svg = chart.scene().to_svg();
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    assert_eq!(svg.matches("<circle").count(), 3, "two single points and the call-out");
}

#[test]
fn the_cross_hair_says_all_values() {
    let chart = chart(vec![series("old", &[(1.0, 0.25)], true), series("new", &[(1.0, 0.5), (2.0, 0.75)], false)]);
    let (marks, said) = chart.cross_hair(1.0).expect("values");
    assert_eq!(said, "day 1.00: new 0.50, old 0.25");
    assert_eq!(texts(&marks).iter().filter(|text| text.2.starts_with("0.")).count(), 2);
    assert_eq!(chart.cross_hair(2.0).expect("a value").1, "day 2.00: new 0.75");
    assert!(chart.cross_hair(3.0).is_none());
}

#[test]
fn a_file_escapes_what_people_write() {
    let mut chart = chart(vec![series("<b> & \"c\"\u{1}", &[(1.0, 0.2), (2.0, 0.4)], false)]);
    chart.call_outs.clear();
    let svg = chart.scene().to_svg();
    assert!(svg.contains("&lt;b&gt; &amp; &quot;c&quot;<"), "{svg}");
}

#[test]
fn drawings_are_stacked_and_padded() {
    let one = || Scene {
        width: 10.0,
        height: 20.0,
        label: "one".to_owned(),
        marks: vec![Mark::Dot { at: (1.0, 2.0), radius: 1.0, paint: Paint::Ink, opacity: 1.0 }],
    };
    let all = Scene::stacked([one(), one()], 5.0).padded(3.0);
    assert_eq!((all.width, all.height, all.label.as_str()), (16.0, 51.0, "one · one"));
    assert!(matches!(all.marks[1], Mark::Dot { at: (4.0, 30.0), .. }));
}

#[test]
fn long_names_leave_room_for_the_lines() {
    let name = "Last 3 blocks, MobileNetV1 0.25 of 128 pixels";
    let chart = chart(vec![series(name, &[(1.0, 0.1), (3.0, 0.9)], false)]);
    let Frame { across, .. } = chart.frame();
    assert!(across.1 - across.0 > 0.4 * chart.size.0, "{across:?}");
    let texts = texts(&chart.scene().marks);
    let (at, _, words) = texts.iter().find(|text| text.2.starts_with("Last")).expect("the name");
    assert!(words.ends_with('…') && at + text_width(words) <= chart.size.0, "{words} at {at}");
    let (_, said) = chart.cross_hair(3.0).expect("values");
    assert!(said.contains(name), "{said}");
}
