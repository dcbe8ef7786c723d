//! An espresso in a white cup, seen from where one sits.

use super::{TABLE, wall};
use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, noise, scatter};
use crate::scene::{Scene, Subject};
use crate::shape::{around, bend, blend, chain, cylinder, within};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, smoothstep, vec3};

pub const SUBJECT: Subject = Subject { name: "espresso", title: "An espresso", scene };

/// Height of the coffee above the table.
const LEVEL: f32 = 0.93;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.5, 5.0, 5.2), vec3(0.1, 0.46, 0.0), 29.5, 0.07).focus_nearer(0.3),
        light: Light::studio(),
        distance,
        stride: 0.9,
        ball: (vec3(0.0, 0.5, 0.0), 2.0),
        surface,
        table: Some(TABLE),
        backdrop: wall,
    }
}

fn saucer(p: Vec3) -> f32 {
    const PROFILE: [(f32, f32); 5] = [(0.0, 0.10), (0.62, 0.10), (0.72, 0.13), (1.2, 0.24), (1.62, 0.37)];
    let plate = chain(p, &PROFILE) - 0.035;
    let foot = (around(p).0 - 0.7).hypot(p.y - 0.05) - 0.05;
    blend(plate, foot, 0.06)
}

fn cup(p: Vec3) -> f32 {
    const PROFILE: [(f32, f32); 8] =
        [(0.0, 0.20), (0.40, 0.20), (0.55, 0.28), (0.68, 0.45), (0.78, 0.68), (0.84, 0.90), (0.88, 1.12), (0.90, 1.20)];
    let wall = chain(p, &PROFILE) - 0.045;
    let foot = cylinder(p - vec3(0.0, 0.17, 0.0), 0.44, 0.06, 0.02);
    blend(wall, foot, 0.05)
}

fn handle(p: Vec3) -> f32 {
    let p = p.turn_y(0.5);
    within(p, vec3(1.12, 0.78, 0.0), 0.55, 0.15, || loop_of(p))
}

fn loop_of(p: Vec3) -> f32 {
    let upper = bend(p, vec3(0.84, 1.02, 0.0), vec3(1.42, 1.12, 0.0), vec3(1.36, 0.78, 0.0));
    let lower = bend(p, vec3(1.36, 0.78, 0.0), vec3(1.26, 0.46, 0.0), vec3(0.74, 0.52, 0.0));
    blend(upper.0 - 0.062, lower.0 - 0.062, 0.02)
}

fn coffee(p: Vec3) -> f32 {
    // A film within the wall, so thin that it stays there where the cup narrows.
    cylinder(p - vec3(0.0, LEVEL - 0.02, 0.0), 0.845, 0.02, 0.01)
}

fn china(p: Vec3) -> f32 {
    blend(cup(p), handle(p), 0.08).min(saucer(p))
}

fn distance(p: Vec3) -> f32 {
    china(p).min(coffee(p))
}

/// Crema: hazel, drawn into swirls, darker where it has broken, with small bubbles along the wall.
fn crema(p: Vec3, normal: Vec3) -> Surface {
    let (radius, angle) = around(p);
    let swirl = vec3(p.x, 0.0, p.z).turn_y(2.2 * (1.0 - radius));
    let marble = fractal(swirl * 3.2 + Vec3::grey(fractal(swirl * 2.0, 2)) * 1.8, 5);
    let foam = colour(0x8a5222).mix(colour(0xc58a45), smoothstep(0.38, 0.68, marble));
    let foam = foam.mix(colour(0x4a230d), 0.75 * smoothstep(0.44, 0.30, marble));
    let foam = foam * (0.82 + 0.36 * noise(p * 55.0));
    let rim = smoothstep(0.62, 0.82, radius);
    let foam = foam.mix(colour(0xb27838), 0.7 * rim);
    let bubble = smoothstep(0.3, 0.18, scatter(vec3(16.0 * p.x, angle.cos(), 16.0 * p.z)).0);
    let foam = foam.mix(colour(0xd9ab6b), 0.35 * bubble * rim);
    Surface { roughness: 0.25, ..Surface::glossy(foam, 0.25, normal) }
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    if coffee(p) < china(p) { crema(p, normal) } else { Surface::glossy(colour(0xf1f0ec), 0.07, normal) }
}
