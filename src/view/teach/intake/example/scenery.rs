//! What stands behind: any of these behind any subject, so that nobody can tell the classes apart by it.

use super::pen::{Colour, Pen, To};
use super::random::Random;

/// Fills the picture.
pub fn draw(pen: &Pen, random: &mut Random) {
    let ground = Colour(random.between(0.0, 360.0), random.between(8.0, 45.0), random.between(55.0, 90.0));
    let other = Colour(ground.0 + random.around(60.0), ground.1, (ground.2 + random.around(22.0)).clamp(35.0, 95.0));
    let (width, height) = (pen.width, pen.height);
    pen.flow([0.0, 0.0, width, height], ground, other, random.chance(0.5));
    match random.whole(0, 4) {
        0 => horizon(pen, random, ground),
        1 => stripes(pen, random, other),
        2 => dots(pen, random, other),
        3 => hills(pen, random, other),
        _ => {}
    }
    for _ in 0..random.whole(0, 4) {
        clutter(pen, random);
    }
}

/// A table, or a field, below a wall, or a sky.
fn horizon(pen: &Pen, random: &mut Random, ground: Colour) {
    let y = pen.height * random.between(0.5, 0.8);
    let table = Colour(ground.0 + random.between(120.0, 240.0), ground.1, ground.2 - random.between(8.0, 30.0));
    pen.flow([0.0, y, pen.width, pen.height - y], table.lighter(6.0), table.lighter(-8.0), false);
}

fn stripes(pen: &Pen, random: &mut Random, colour: Colour) {
    let (step, slant) = (random.between(18.0, 48.0), random.around(60.0));
    let (share, colour) = (random.between(0.3, 0.6), colour.lighter(random.around(14.0)));
    let mut x = -60.0;
    while x < pen.width + 60.0 {
        let (right, foot) = (x + step * share, pen.height);
        let stripe =
            [To::Start(x, 0.0), To::Line(right, 0.0), To::Line(right + slant, foot), To::Line(x + slant, foot)];
        pen.fill(&stripe, colour);
        x += step;
    }
}

fn dots(pen: &Pen, random: &mut Random, colour: Colour) {
    let (step, colour) = (random.between(20.0, 44.0), colour.lighter(random.around(16.0)));
    let radius = step * random.between(0.12, 0.3);
    for row in 0..20 {
        for column in 0..20 {
            let shift = if row % 2 == 0 { 0.0 } else { step / 2.0 };
            pen.oval(f64::from(column) * step + shift, f64::from(row) * step, radius, radius, colour);
        }
    }
}

fn hills(pen: &Pen, random: &mut Random, colour: Colour) {
    for layer in 0..3 {
        let foot = pen.height;
        let y = foot * (0.5 + 0.15 * f64::from(layer)) + random.around(12.0);
        let (a, b) = (y - random.between(10.0, 60.0), y + random.between(0.0, 40.0));
        let hill = [
            To::Start(0.0, y),
            To::Curve(pen.width * 0.3, a, pen.width * 0.6, b, pen.width, y - random.around(30.0)),
            To::Line(pen.width, foot),
            To::Line(0.0, foot),
        ];
        pen.fill(&hill, colour.lighter(-7.0 * f64::from(layer)));
    }
}

/// Something small that has nothing to do with the subject.
fn clutter(pen: &Pen, random: &mut Random) {
    let colour = Colour(random.between(0.0, 360.0), random.between(20.0, 60.0), random.between(40.0, 80.0));
    let (x, y) = (random.share() * pen.width, random.share() * pen.height);
    let size = random.between(8.0, 26.0);
    pen.faint(0.75, |pen| match random.whole(0, 2) {
        0 => pen.oval(x, y, size, size * random.between(0.6, 1.0), colour),
        1 => pen.placed(x, y, 1.0, |pen| {
            pen.turned(random.around(45.0), false, |pen| pen.block(-size / 2.0, -size / 2.0, size, size, colour));
        }),
        _ => pen.stroke(
            &[To::Start(x, y), To::Bend(x + size, y - size, x + random.around(60.0), y + random.around(60.0))],
            colour,
            size / 4.0,
        ),
    });
}
