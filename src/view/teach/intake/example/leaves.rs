//! Leaves: long, round or lobed, green to red, turned any way.

use std::f64::consts::PI;

use super::pen::{Colour, Pen, To};
use super::random::Random;

/// Draws a leaf.
pub fn draw(pen: &Pen, random: &mut Random) {
    let autumn = random.chance(0.4);
    let hue = if autumn { random.between(8.0, 52.0) } else { random.between(75.0, 150.0) };
    let blade = Colour(hue, random.between(40.0, 75.0), random.between(28.0, 55.0));
    pen.turned(random.between(0.0, 360.0), random.chance(0.5), |pen| {
        let stem = [To::Start(0.0, 0.6), To::Bend(0.05, 0.85, random.around(0.2), 1.05)];
        pen.stroke(&stem, blade.lighter(-14.0), 0.055);
        match random.whole(0, 2) {
            0 => pointed(pen, random, blade),
            1 => lobed(pen, random, blade),
            _ => heart_shaped(pen, random, blade),
        }
    });
}

fn pointed(pen: &Pen, random: &mut Random, blade: Colour) {
    let wide = random.between(0.34, 0.72);
    let outline = [
        To::Start(0.0, 0.75),
        To::Curve(-wide * 1.1, 0.45, -wide, -0.35, 0.0, -1.0),
        To::Curve(wide, -0.35, wide * 1.1, 0.45, 0.0, 0.75),
    ];
    blade_with_veins(pen, &outline, blade, random, wide, -0.95);
}

fn heart_shaped(pen: &Pen, random: &mut Random, blade: Colour) {
    let wide = random.between(0.75, 0.95);
    let outline = [
        To::Start(0.0, 0.55),
        To::Curve(-0.35, 0.95, -wide * 1.15, 0.55, -wide * 0.85, 0.0),
        To::Curve(-wide * 0.6, -0.5, -0.15, -0.75, 0.0, -1.0),
        To::Curve(0.15, -0.75, wide * 0.6, -0.5, wide * 0.85, 0.0),
        To::Curve(wide * 1.15, 0.55, 0.35, 0.95, 0.0, 0.55),
    ];
    blade_with_veins(pen, &outline, blade, random, wide * 0.8, -0.9);
}

/// As a maple has it: five to seven points around the stalk.
fn lobed(pen: &Pen, random: &mut Random, blade: Colour) {
    let points = *random.one_of(&[5_u32, 7]);
    let (deep, length) = (random.between(0.38, 0.55), random.between(0.85, 1.0));
    let corner = |turn: f64, far: f64| (far * turn.sin(), 0.15 - far * turn.cos());
    let mut outline = vec![To::Start(0.0, 0.72)];
    let mut veins = Vec::new();
    for point in 0..points {
        let turn = (f64::from(point) / f64::from(points - 1) - 0.5) * 1.5 * PI;
        let far = length * (1.0 - 0.3 * (turn / (0.75 * PI)).abs());
        let half = 0.75 * PI / f64::from(points - 1);
        let (tip, gap) = (corner(turn, far), corner(turn + half, deep));
        let (before, after) = (corner(turn - half * 0.45, far * 0.72), corner(turn + half * 0.45, far * 0.72));
        outline.extend([To::Bend(before.0, before.1, tip.0, tip.1), To::Bend(after.0, after.1, gap.0, gap.1)]);
        veins.push(corner(turn, far * 0.85));
    }
    outline.push(To::Line(0.0, 0.72));
    pen.fill(&outline, blade);
    for (x, y) in veins {
        pen.stroke(&[To::Start(0.0, 0.6), To::Bend(x * 0.3, 0.2 + y * 0.2, x, y)], blade.lighter(16.0), 0.03);
    }
}

fn blade_with_veins(pen: &Pen, outline: &[To], blade: Colour, random: &mut Random, wide: f64, tip: f64) {
    pen.fill(outline, blade);
    pen.inside(outline, |pen| {
        // One half lies in the shade.
        pen.faint(0.16, |pen| pen.block(0.0, -1.1, 1.2, 2.4, Colour(0.0, 0.0, 0.0)));
        let vein = blade.lighter(16.0);
        let count = random.whole(4, 7);
        for place in 0..count {
            let y = 0.55 - 1.25 * place as f64 / count as f64;
            for side in [-1.0, 1.0] {
                let line = [To::Start(0.0, y), To::Bend(side * wide * 0.5, y - 0.08, side * wide * 1.1, y - 0.42)];
                pen.stroke(&line, vein, 0.022);
            }
        }
        if random.chance(0.35) {
            for _ in 0..random.whole(3, 9) {
                let size = random.between(0.02, 0.06);
                pen.oval(random.around(wide * 0.8), random.around(0.7), size, size, blade.lighter(-16.0));
            }
        }
    });
    pen.stroke(&[To::Start(0.0, 0.7), To::Bend(0.03, 0.0, 0.0, tip)], blade.lighter(18.0), 0.04);
}
