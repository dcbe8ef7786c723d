//! A chart of lines over a common axis: grid, lines with their names at their ends, points called out, a cross-hair.

use super::scale::Scale;
use super::scene::{Anchor, LETTERS, Mark, Paint, Scene, Stroke, text_width};
use super::thin::thin;

/// Room above for the title, below for the numbers of the axis.
const TOP: f64 = 30.0;
const BOTTOM: f64 = 22.0;
/// Space between things that belong together.
const GAP: f64 = 6.0;
/// From one line of text to the next.
const LEADING: f64 = 15.0;
/// The value under a line's name is no wider than this.
const VALUE_WIDTH: f64 = 50.0;
/// Names take at most this share of the width; longer ones are cut, and whole at the cross-hair.
const MOST_NAME: f64 = 0.4;
/// The numbers on the left have at least this room, so that charts under one another begin at the same place.
const TICK_WIDTH: f64 = 38.0;
/// How much wider bold letters are.
const BOLD: f64 = 1.08;
/// From a text's middle down to its baseline.
const BASELINE: f64 = 4.0;
/// Lines of the box beside the cross-hair, at most.
const MOST_ROWS: usize = 8;

/// One axis.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The numbers at its ends.
    pub from: (f64, f64),
    /// Of the logarithms?
    pub log: bool,
    /// Where a number stands along it.
    pub ticks: Vec<f64>,
    /// How such a number is written.
    pub tick: fn(f64) -> String,
    /// How a value is written elsewhere.
    pub value: fn(f64) -> String,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is, at its end.
    pub name: String,
    /// The numbers, from left to right. What is not finite interrupts the line.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub stroke: Stroke,
    /// In the background: its name is left out where there is no room, and its value stands at the cross-hair only.
    pub lesser: bool,
}

/// A point with words.
#[derive(Debug, Clone, PartialEq)]
pub struct CallOut {
    /// The numbers.
    pub at: (f64, f64),
    /// What is said of it; empty: nothing.
    pub text: String,
    /// With what it is painted.
    pub paint: Paint,
    /// Do the words stand below it, where there is room?
    pub below: bool,
}

/// The chart.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Width and height, pixels.
    pub size: (f64, f64),
    /// What stands above it.
    pub title: String,
    /// What it shows, for those who cannot see it.
    pub label: String,
    /// The axis along the bottom.
    pub x: Axis,
    /// What is counted along the bottom.
    pub x_name: String,
    /// The axis along the left.
    pub y: Axis,
    /// The lines, the lowest first.
    pub series: Vec<Series>,
    /// Points that are called out.
    pub call_outs: Vec<CallOut>,
}

/// Where things stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Along the bottom.
    pub x: Scale,
    /// Along the left, upwards.
    pub y: Scale,
    /// Left and right end of the plot, pixels.
    pub across: (f64, f64),
    /// Upper and lower end of the plot, pixels.
    pub down: (f64, f64),
}

impl Axis {
    fn scale(&self, to: (f64, f64)) -> Scale {
        if self.log { Scale::log(self.from, to) } else { Scale::linear(self.from, to) }
    }
}

impl Series {
    fn last(&self) -> Option<(f64, f64)> {
        self.points.iter().rev().copied().find(is_finite)
    }

    fn value_at(&self, x: f64) -> Option<f64> {
        let place = self.points.partition_point(|point| point.0 < x - 0.5);
        self.points.get(place).filter(|point| (point.0 - x).abs() <= 0.5 && is_finite(point)).map(|point| point.1)
    }
}

fn is_finite(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

impl Lines {
    /// Where things stand. It does not depend on the values, so that nothing moves while they come.
    pub fn frame(&self) -> Frame {
        let (width, height) = self.size;
        let widest = |texts: Vec<String>| texts.iter().map(|text| text_width(text)).fold(0.0, f64::max);
        let ticks = self.y.ticks.iter().map(|tick| (self.y.tick)(*tick));
        let left = widest(ticks.collect()).max(TICK_WIDTH) + GAP;
        let names = self.series.iter().filter(|series| !series.lesser).map(|series| series.name.clone());
        // On a phone long names must leave room for the lines.
        let right = (BOLD * widest(names.collect())).min(MOST_NAME * width).max(VALUE_WIDTH) + GAP;
        let across = (left, (width - right).max(left + 40.0));
        let down = (TOP, height - BOTTOM);
        Frame { x: self.x.scale(across), y: self.y.scale((down.1, down.0)), across, down }
    }

    /// The drawing, without the cross-hair.
    pub fn scene(&self) -> Scene {
        let frame = self.frame();
        let mut marks = vec![text((0.0, LETTERS), &self.title, Anchor::Start, Paint::Ink, true)];
        self.draw_axes(&frame, &mut marks);
        for series in &self.series {
            draw_line(series, &frame, &mut marks);
        }
        self.draw_names(&frame, &mut marks);
        let ends = self.series.iter().filter(|series| !series.lesser).filter_map(Series::last);
        let end = ends.map(|last| frame.x.at(last.0)).fold(frame.across.1, f64::min);
        for call_out in &self.call_outs {
            draw_call_out(call_out, end, &frame, &mut marks);
        }
        Scene { width: self.size.0, height: self.size.1, label: self.label.clone(), marks }
    }

    fn draw_axes(&self, frame: &Frame, marks: &mut Vec<Mark>) {
        let Frame { x, y, across, down } = frame;
        for tick in &self.y.ticks {
            let at = y.at(*tick);
            marks.push(Mark::Path {
                points: vec![(across.0, at), (across.1, at)],
                stroke: Stroke::new(Paint::Line, 1.0),
            });
            marks.push(text((across.0 - GAP, at + BASELINE), &(self.y.tick)(*tick), Anchor::End, Paint::Muted, false));
        }
        let baseline = down.1 + LEADING + 1.0;
        let mut end = f64::MIN;
        for tick in &self.x.ticks {
            let (at, words) = (x.at(*tick), (self.x.tick)(*tick));
            let half = text_width(&words) / 2.0;
            // Numbers that would run into one another are left out.
            if at - half > end + GAP {
                marks.push(text((at, baseline), &words, Anchor::Middle, Paint::Muted, false));
                end = at + half;
            }
        }
        marks.push(text((end.max(across.1) + GAP, baseline), &self.x_name, Anchor::Start, Paint::Muted, false));
    }

    /// Names at the ends of the lines, those of the foremost with their value; pushed apart where they would lie over one another.
    fn draw_names(&self, frame: &Frame, marks: &mut Vec<Mark>) {
        let ends = |lesser| {
            let chosen = self.series.iter().filter(move |series| series.lesser == lesser && !series.name.is_empty());
            chosen.filter_map(|series| Some((series, series.last()?)))
        };
        let mut blocks: Vec<_> = ends(false).map(|(series, last)| (frame.y.at(last.1), series, last)).collect();
        blocks.sort_by(|one, other| one.0.total_cmp(&other.0));
        let middles =
            apart(blocks.iter().map(|block| block.0).collect(), 2.0 * LEADING, (frame.down.0 - 8.0, frame.down.1));
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for ((_, series, last), middle) in blocks.iter().zip(middles) {
            let at = frame.x.at(last.0) + GAP;
            let words = shortened(&series.name, (self.size.0 - at) / BOLD + 0.5); // the margin fits the widest to a hair
            let mut name = text((at, middle - 3.5), &words, Anchor::Start, series.stroke.paint, true);
            let mut value =
                text((at, middle - 3.5 + LEADING), &(self.y.value)(last.1), Anchor::Start, Paint::Ink, false);
            over_lines(&mut name);
            over_lines(&mut value);
            marks.extend([name, value]);
            taken.push((middle - LEADING, middle + LEADING));
        }
        // The newest of the lesser ones first; they stand in the margin, or not at all.
        for (series, last) in ends(true).collect::<Vec<_>>().into_iter().rev() {
            let middle = frame.y.at(last.1);
            let (low, high) = (middle - LEADING / 2.0, middle + LEADING / 2.0);
            let is_free = taken.iter().all(|other| high <= other.0 || low >= other.1);
            if is_free && frame.x.at(last.0) > frame.across.1 - 1.0 {
                let words = shortened(&series.name, self.size.0 - frame.across.1 - GAP);
                marks.push(text((frame.across.1 + GAP, middle + BASELINE), &words, Anchor::Start, Paint::Muted, false));
                taken.push((low, high));
            }
        }
    }

    /// The cross-hair at a number of the bottom axis, with all values there: over the drawing, and in words. `None` where no line has a value there.
    pub fn cross_hair(&self, x: f64) -> Option<(Vec<Mark>, String)> {
        let frame = self.frame();
        let at = frame.x.at(x);
        // The foremost line is named first; one without a name goes with another that has one.
        let named = self.series.iter().rev().filter(|series| !series.name.is_empty());
        let values: Vec<_> = named.filter_map(|series| Some((series, series.value_at(x)?))).collect();
        if values.is_empty() {
            return None;
        }
        let heading = format!("{} {}", self.x_name, (self.x.value)(x));
        let said = values.iter().map(|(series, value)| format!("{} {}", series.name, (self.y.value)(*value)));
        let said = format!("{heading}: {}", said.collect::<Vec<_>>().join(", "));

        let mut marks = vec![Mark::Path {
            points: vec![(at, frame.down.0), (at, frame.down.1)],
            stroke: Stroke::new(Paint::Muted, 1.0),
        }];
        for (series, value) in values.iter().rev() {
            let (paint, opacity) = (series.stroke.paint, series.stroke.opacity.max(0.4));
            marks.push(Mark::Dot { at: (at, frame.y.at(*value)), radius: 4.0, paint, opacity });
        }
        let mut rows: Vec<(String, String)> =
            values.iter().map(|(series, value)| (series.name.clone(), (self.y.value)(*value))).collect();
        if rows.len() > MOST_ROWS {
            let more = rows.len() - (MOST_ROWS - 1);
            rows.truncate(MOST_ROWS - 1);
            rows.push((format!("and {more} more"), String::new()));
        }
        draw_box(&heading, &rows, at, &frame, &mut marks);
        Some((marks, said))
    }
}

fn draw_line(series: &Series, frame: &Frame, marks: &mut Vec<Mark>) {
    for stretch in series.points.split(|point| !is_finite(point)) {
        let points: Vec<_> = stretch.iter().map(|(x, y)| (frame.x.at(*x), frame.y.at(*y))).collect();
        match points[..] {
            [] => {}
            // A line of one point is a point.
            [at] => marks.push(Mark::Dot {
                at,
                radius: (series.stroke.width + 1.0).max(3.0),
                paint: series.stroke.paint,
                opacity: series.stroke.opacity,
            }),
            _ => marks.push(Mark::Path { points: thin(&points), stroke: series.stroke }),
        }
    }
}

/// A disc, and words above or below it; they end where the names at the lines' ends begin.
fn draw_call_out(call_out: &CallOut, end: f64, frame: &Frame, marks: &mut Vec<Mark>) {
    if !is_finite(&call_out.at) {
        return;
    }
    let (x, y) = (frame.x.at(call_out.at.0), frame.y.at(call_out.at.1));
    let half = text_width(&call_out.text) / 2.0;
    let (anchor, from) = match x {
        x if x - half < frame.across.0 => (Anchor::Start, frame.across.0.max(x - GAP)),
        x if x + half > end => (Anchor::End, end.min(x + GAP)),
        x => (Anchor::Middle, x),
    };
    let (above, below) = (y - 10.0, y + 10.0 + LETTERS);
    let (fits_above, fits_below) = (above - LETTERS > frame.down.0, below < frame.down.1 - 3.0);
    let is_below = if call_out.below { fits_below || !fits_above } else { !fits_above };
    let mut words = text((from, if is_below { below } else { above }), &call_out.text, anchor, Paint::Ink, false);
    over_lines(&mut words);
    marks.push(Mark::Dot { at: (x, y), radius: 4.5, paint: call_out.paint, opacity: 1.0 });
    if !call_out.text.is_empty() {
        marks.push(words);
    }
}

/// The values beside the cross-hair, on the side where there is more room.
fn draw_box(heading: &str, rows: &[(String, String)], at: f64, frame: &Frame, marks: &mut Vec<Mark>) {
    let row_width = |(name, value): &(String, String)| text_width(name) + text_width(value) + 3.0 * GAP;
    let width = rows.iter().map(row_width).fold(text_width(heading), f64::max) + 3.0 * GAP;
    let height = (rows.len() + 1) as f64 * LEADING + 2.0 * GAP;
    let is_left = at > (frame.across.0 + frame.across.1) / 2.0;
    let left = if is_left { at - GAP - width } else { at + GAP }.max(0.0);
    let top = frame.down.0;
    marks.push(Mark::Area {
        at: (left, top),
        size: (width, height),
        fill: Paint::Card,
        rim: Some(Stroke::new(Paint::Muted, 1.0)),
        round: 6.0,
    });
    let baseline = |row: usize| top + GAP + 11.0 + row as f64 * LEADING;
    marks.push(text((left + 1.5 * GAP, baseline(0)), heading, Anchor::Start, Paint::Ink, true));
    for (place, (name, value)) in rows.iter().enumerate() {
        let baseline = baseline(place + 1);
        marks.push(text((left + 1.5 * GAP, baseline), name, Anchor::Start, Paint::Muted, false));
        marks.push(text((left + width - 1.5 * GAP, baseline), value, Anchor::End, Paint::Ink, false));
    }
}

fn text(at: (f64, f64), words: &str, anchor: Anchor, paint: Paint, strong: bool) -> Mark {
    Mark::Text { at, text: words.to_owned(), anchor, paint, strong, halo: false }
}

fn over_lines(mark: &mut Mark) {
    if let Mark::Text { halo, .. } = mark {
        *halo = true;
    }
}

/// The text, or as much of it as fits with an ellipsis.
fn shortened(words: &str, width: f64) -> String {
    if text_width(words) <= width {
        return words.to_owned();
    }
    let mut kept = String::new();
    for letter in words.chars() {
        if text_width(&kept) + text_width("…") + 8.6 > width {
            break;
        }
        kept.push(letter);
    }
    kept.trim_end().to_owned() + "…"
}

/// Middles of blocks of one height, sorted, moved so that none lies over another and all lie within the bounds where that is possible.
fn apart(mut middles: Vec<f64>, height: f64, bounds: (f64, f64)) -> Vec<f64> {
    let mut lowest = bounds.0 + height / 2.0;
    for middle in &mut middles {
        *middle = middle.max(lowest);
        lowest = *middle + height;
    }
    let mut highest = bounds.1 - height / 2.0;
    for middle in middles.iter_mut().rev() {
        *middle = middle.min(highest);
        highest = *middle - height;
    }
    middles
}
