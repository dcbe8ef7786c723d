//! Fish: slim or round, striped, spotted or plain, swimming either way.

use super::pen::{Colour, Pen, To};
use super::random::Random;

/// Draws a fish.
pub fn draw(pen: &Pen, random: &mut Random) {
    let scales = Colour(random.between(0.0, 360.0), random.between(45.0, 85.0), random.between(42.0, 65.0));
    let fin = Colour(scales.0 + random.around(50.0), scales.1, scales.2 - random.between(4.0, 16.0));
    let tall = random.between(0.28, 0.58);
    pen.turned(random.around(32.0), random.chance(0.5), |pen| {
        tail(pen, random, fin);
        let back = [To::Start(-0.35, -tall * 0.8), To::Curve(-0.2, -tall - 0.3, 0.25, -tall - 0.22, 0.4, -tall * 0.55)];
        pen.fill(&back, fin);
        let belly =
            [To::Start(-0.05, tall * 0.8), To::Bend(0.1, tall + 0.28, 0.3, tall + 0.16), To::Line(0.25, tall * 0.7)];
        pen.fill(&belly, fin);
        let body = [
            To::Start(-0.9, 0.04),
            To::Curve(-0.7, -tall * 1.05, 0.1, -tall * 1.3, 0.68, 0.0),
            To::Curve(0.1, tall * 1.3, -0.7, tall * 1.05, -0.9, 0.04),
        ];
        pen.fill(&body, scales);
        pen.inside(&body, |pen| {
            pen.faint(0.3, |pen| pen.oval(-0.1, tall * 0.9, 0.9, tall * 0.6, Colour(45.0, 40.0, 95.0)));
            pen.faint(0.14, |pen| pen.oval(-0.1, -tall * 1.1, 0.9, tall * 0.6, Colour(0.0, 0.0, 0.0)));
            markings(pen, random, tall, scales);
            let gill = [To::Start(-0.48, -tall * 0.6), To::Bend(-0.34, 0.0, -0.48, tall * 0.6)];
            pen.stroke(&gill, scales.lighter(-16.0), 0.035);
        });
        let side = [To::Start(-0.25, 0.08), To::Bend(-0.05, 0.0, 0.08, 0.22), To::Bend(-0.1, 0.26, -0.25, 0.08)];
        pen.fill(&side, fin.lighter(-6.0));
        face(pen, tall, scales);
    });
}

fn tail(pen: &Pen, random: &mut Random, fin: Colour) {
    let (spread, notch) = (random.between(0.3, 0.52), random.between(0.72, 0.9));
    let outline = [
        To::Start(0.55, 0.0),
        To::Bend(0.75, -0.1, 1.02, -spread),
        To::Bend(notch + 0.06, -0.1, notch, 0.0),
        To::Bend(notch + 0.06, 0.1, 1.02, spread),
        To::Bend(0.75, 0.1, 0.55, 0.0),
    ];
    pen.fill(&outline, fin);
}

fn markings(pen: &Pen, random: &mut Random, tall: f64, scales: Colour) {
    let paint = Colour(scales.0 + random.between(100.0, 260.0), scales.1, if scales.2 > 52.0 { 30.0 } else { 82.0 });
    match random.whole(0, 3) {
        0 => {
            for band in 0..random.whole(2, 4) {
                let x = -0.3 + band as f64 * 0.27;
                let line = [To::Start(x, -tall * 1.3), To::Bend(x + 0.12, 0.0, x, tall * 1.3)];
                pen.stroke(&line, paint, random.between(0.07, 0.13));
            }
        }
        1 => {
            for _ in 0..random.whole(8, 16) {
                let size = random.between(0.03, 0.06);
                pen.oval(random.between(-0.35, 0.55), random.around(tall * 0.7), size, size, paint);
            }
        }
        2 => {
            for row in 0_u32..5 {
                for column in 0..6 {
                    let shift = if row % 2 == 0 { 0.0 } else { 0.08 };
                    let (x, y) = (-0.3 + 0.16 * f64::from(column) + shift, tall * (f64::from(row) - 2.0) * 0.36);
                    pen.ring(x, y, 0.08, 0.07, scales.lighter(-10.0), 0.018);
                }
            }
        }
        _ => {}
    }
}

fn face(pen: &Pen, tall: f64, scales: Colour) {
    let (x, y) = (-0.66, -tall * 0.22);
    pen.oval(x, y, 0.085, 0.085, Colour(50.0, 30.0, 96.0));
    pen.oval(x - 0.01, y, 0.045, 0.045, Colour(220.0, 30.0, 10.0));
    pen.oval(x - 0.025, y - 0.02, 0.015, 0.015, Colour(0.0, 0.0, 100.0));
    pen.stroke(&[To::Start(-0.88, 0.08), To::Bend(-0.8, 0.12, -0.76, 0.1)], scales.lighter(-22.0), 0.025);
}
