//! The pictures, one a file, and what they share: the table and the wall behind it.

mod agaric;
mod balloon;
mod daisy;
mod espresso;
mod granny_smith;
mod teapot;
mod tennis_ball;
mod traffic_light;

use crate::noise::fractal;
use crate::scene::{Subject, Table};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, smoothstep, vec3};

/// In the order in which the page shows them.
pub fn all() -> Vec<Subject> {
    vec![
        daisy::SUBJECT,
        teapot::SUBJECT,
        tennis_ball::SUBJECT,
        granny_smith::SUBJECT,
        balloon::SUBJECT,
        espresso::SUBJECT,
        agaric::SUBJECT,
        traffic_light::SUBJECT,
    ]
}

/// A pale table that meets the wall out of focus.
const TABLE: Table = Table { surface: pale_wood, fade: (3.2, 7.5) };

/// Ash wood, oiled: long grain along x, nearly white.
fn pale_wood(p: Vec3) -> Surface {
    let bent = 0.35 * fractal(vec3(0.35 * p.x, 0.0, 1.3 * p.z), 3);
    let rings = fractal(vec3(0.25 * p.x, 3.0, 9.0 * (p.z + bent)), 3);
    let pores = fractal(vec3(2.2 * p.x, 8.0, 95.0 * (p.z + bent)), 2);
    let tone = smoothstep(0.3, 0.7, rings);
    let wood = colour(0xe2d8c8).mix(colour(0xd8cbb6), tone) * (1.0 - 0.14 * smoothstep(0.55, 0.85, pores));
    Surface { coat: Vec3::grey(0.03), roughness: 0.42, ..Surface::matt(wood, Vec3::UP) }
}

/// The wall behind the table: warm white, lighter towards the middle of the room.
fn wall(direction: Vec3) -> Vec3 {
    let height = smoothstep(-0.5, 0.45, direction.y);
    colour(0xe4dfd6).mix(colour(0xf1efea), height)
}
