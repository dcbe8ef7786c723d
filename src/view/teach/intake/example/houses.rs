//! Houses: one floor or two, roofs steep and shallow, doors, windows, a chimney, now and then a tree.

use super::pen::{Colour, Pen, To};
use super::random::Random;

/// Draws a house.
pub fn draw(pen: &Pen, random: &mut Random) {
    let wall = Colour(random.between(0.0, 360.0), random.between(10.0, 50.0), random.between(60.0, 90.0));
    let roof = *random.one_of(&[
        Colour(8.0, 55.0, 40.0),
        Colour(20.0, 45.0, 30.0),
        Colour(215.0, 18.0, 35.0),
        Colour(150.0, 25.0, 30.0),
    ]);
    let (half, top) = (random.between(0.5, 0.82), random.between(-0.3, 0.05));
    let peak = top - random.between(0.35, 0.65);
    pen.turned(random.around(5.0), random.chance(0.5), |pen| {
        pen.faint(0.25, |pen| pen.oval(0.08, 0.82, half * 1.25, 0.09, Colour(230.0, 30.0, 10.0)));
        if random.chance(0.35) {
            tree(pen, random, half);
        }
        chimney(pen, random, half, top, peak);
        pen.block(-half, top, half * 2.0, 0.8 - top, wall);
        pen.faint(0.14, |pen| pen.block(half * 0.35, top, half * 0.65, 0.8 - top, Colour(0.0, 0.0, 0.0)));
        cover(pen, random, half, top, peak, roof);
        front(pen, random, half, top);
    });
}

fn chimney(pen: &Pen, random: &mut Random, half: f64, top: f64, peak: f64) {
    if random.chance(0.65) {
        let x = half * random.between(0.25, 0.6);
        let brick = Colour(12.0, 40.0, 42.0);
        pen.block(x, peak + 0.02, 0.15, top - peak, brick);
        pen.block(x - 0.02, peak, 0.19, 0.06, brick.lighter(-10.0));
    }
}

fn cover(pen: &Pen, random: &mut Random, half: f64, top: f64, peak: f64, colour: Colour) {
    let eaves = half + random.between(0.06, 0.16);
    // A gable seen from the front, or the long side of a roof.
    let ridge = if random.chance(0.55) { 0.02 } else { half * random.between(0.45, 0.8) };
    let outline = [To::Start(-eaves, top), To::Line(-ridge, peak), To::Line(ridge, peak), To::Line(eaves, top)];
    pen.fill(&outline, colour);
    pen.inside(&outline, |pen| {
        let rows = 5;
        for row in 1..rows {
            let y = peak + (top - peak) * f64::from(row) / f64::from(rows);
            pen.stroke(&[To::Start(-eaves, y), To::Line(eaves, y)], colour.lighter(-9.0), 0.02);
        }
    });
    pen.stroke(&[To::Start(-eaves, top), To::Line(eaves, top)], colour.lighter(-14.0), 0.05);
}

fn front(pen: &Pen, random: &mut Random, half: f64, top: f64) {
    let door = Colour(random.between(0.0, 360.0), random.between(35.0, 60.0), random.between(25.0, 45.0));
    let frame = Colour(40.0, 20.0, 94.0);
    let x = half * random.around(0.45);
    pen.block(x - 0.13, 0.35, 0.26, 0.45, frame);
    pen.block(x - 0.1, 0.38, 0.2, 0.42, door);
    pen.oval(x + 0.06, 0.6, 0.018, 0.018, Colour(48.0, 70.0, 60.0));
    let lit = random.chance(0.3);
    let glass = if lit { Colour(48.0, 85.0, 68.0) } else { Colour(205.0, 35.0, 55.0) };
    let floors = if top < -0.1 { 2 } else { 1 };
    let columns = random.whole(2, 3);
    for floor in 0..floors {
        let y = top + 0.14 + f64::from(floor) * 0.44;
        for column in 0..columns {
            let at = -half + (column as f64 + 0.5) * 2.0 * half / columns as f64;
            // Where the door is, there is no window.
            if y + 0.24 > 0.3 && (at - x).abs() < 0.3 {
                continue;
            }
            pen.block(at - 0.12, y - 0.02, 0.24, 0.26, frame);
            pen.block(at - 0.09, y + 0.01, 0.18, 0.2, glass);
            pen.stroke(&[To::Start(at, y), To::Line(at, y + 0.22)], frame, 0.025);
            pen.stroke(&[To::Start(at - 0.1, y + 0.11), To::Line(at + 0.1, y + 0.11)], frame, 0.025);
        }
    }
}

fn tree(pen: &Pen, random: &mut Random, half: f64) {
    let (x, green) = (half + random.between(0.12, 0.25), Colour(random.between(85.0, 140.0), 35.0, 36.0));
    pen.block(x - 0.04, 0.3, 0.08, 0.52, Colour(25.0, 35.0, 28.0));
    for (dx, dy, size) in [(0.0, -0.05, 0.26), (-0.12, 0.12, 0.2), (0.13, 0.14, 0.2)] {
        pen.oval(x + dx, dy, size, size, green.lighter(random.around(5.0)));
    }
}
