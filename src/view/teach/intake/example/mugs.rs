//! Mugs: wide or tall, plain or with a pattern, the handle on either side.

use super::pen::{Colour, Pen, To};
use super::random::Random;

/// Draws a mug.
pub fn draw(pen: &Pen, random: &mut Random) {
    let glaze = Colour(random.between(0.0, 360.0), random.between(15.0, 75.0), random.between(30.0, 82.0));
    let (half, tall) = (random.between(0.42, 0.6), random.between(0.55, 0.85));
    let (foot, lip) = (half * random.between(0.72, 1.0), half * 0.24);
    pen.turned(random.around(13.0), random.chance(0.5), |pen| {
        shadow(pen, foot, tall);
        handle(pen, random, half, tall, glaze);
        let body = [
            To::Start(-half, -tall),
            To::Curve(-half, 0.0, -foot, tall * 0.6, -foot * 0.92, tall * 0.94),
            To::Curve(-foot * 0.6, tall * 1.08, foot * 0.6, tall * 1.08, foot * 0.92, tall * 0.94),
            To::Curve(foot, tall * 0.6, half, 0.0, half, -tall),
        ];
        pen.fill(&body, glaze);
        pen.inside(&body, |pen| {
            pattern(pen, random, half, tall, glaze);
            pen.faint(0.22, |pen| pen.block(half * 0.45, -tall, half, tall * 2.2, Colour(0.0, 0.0, 0.0)));
            pen.faint(0.3, |pen| pen.block(-half * 0.82, -tall, half * 0.2, tall * 2.2, Colour(0.0, 0.0, 100.0)));
        });
        pen.oval(0.0, -tall, half, lip, glaze.lighter(14.0));
        let drink = *random.one_of(&[Colour(24.0, 55.0, 17.0), Colour(28.0, 45.0, 45.0), Colour(100.0, 30.0, 45.0)]);
        pen.oval(0.0, -tall + lip * 0.1, half * 0.87, lip * 0.78, glaze.lighter(-16.0));
        pen.oval(0.0, -tall + lip * 0.3, half * 0.8, lip * 0.58, drink);
        if random.chance(0.4) {
            steam(pen, random, half, tall);
        }
    });
}

fn shadow(pen: &Pen, foot: f64, tall: f64) {
    pen.faint(0.22, |pen| pen.oval(0.1, tall, foot * 1.4, 0.12, Colour(230.0, 30.0, 10.0)));
}

fn handle(pen: &Pen, random: &mut Random, half: f64, tall: f64, glaze: Colour) {
    let (out, thick) = (random.between(0.3, 0.48), random.between(0.1, 0.16));
    let line = [
        To::Start(half * 0.9, -tall * 0.6),
        To::Curve(half + out * 1.5, -tall * 0.75, half + out * 1.3, tall * 0.55, half * 0.85, tall * 0.45),
    ];
    pen.stroke(&line, glaze.lighter(-12.0), thick);
    pen.stroke(&line, glaze.lighter(-2.0), thick * 0.55);
}

fn pattern(pen: &Pen, random: &mut Random, half: f64, tall: f64, glaze: Colour) {
    let paint = Colour(glaze.0 + random.between(90.0, 270.0), 55.0, if glaze.2 > 55.0 { 35.0 } else { 80.0 });
    match random.whole(0, 3) {
        0 => {
            for band in 0..random.whole(1, 3) {
                let y = -tall * 0.45 + band as f64 * tall * 0.42;
                let line = [To::Start(-half, y), To::Bend(0.0, y + half * 0.25, half, y)];
                pen.stroke(&line, paint, tall * 0.12);
            }
        }
        1 => {
            for dot in 0..18 {
                let (column, row) = (f64::from(dot % 4), f64::from(dot / 4));
                let shift = if dot / 4 % 2 == 0 { 0.0 } else { 0.12 };
                pen.oval(-half + 0.18 + column * 0.28 + shift, -tall * 0.5 + row * 0.3, 0.07, 0.07, paint);
            }
        }
        2 => {
            let heart = [
                To::Start(0.0, tall * 0.42),
                To::Curve(-0.5, 0.05, -0.25, -0.4, 0.0, -0.12),
                To::Curve(0.25, -0.4, 0.5, 0.05, 0.0, tall * 0.42),
            ];
            pen.fill(&heart, paint);
        }
        _ => {}
    }
}

fn steam(pen: &Pen, random: &mut Random, half: f64, tall: f64) {
    pen.faint(0.5, |pen| {
        for place in [-0.4, 0.0, 0.4] {
            let (x, y) = (half * place, -tall - 0.14);
            let sway = random.between(0.08, 0.16);
            let line = [To::Start(x, y), To::Curve(x + sway, y - 0.1, x - sway, y - 0.2, x + sway * 0.5, y - 0.34)];
            pen.stroke(&line, Colour(0.0, 0.0, 98.0), 0.045);
        }
    });
}
