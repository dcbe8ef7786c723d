//! A green apple, waxed, with its stalk.

use super::{TABLE, wall};
use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, noise, scatter};
use crate::scene::{Scene, Subject};
use crate::shape::{around, bend, blend, within};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, smoothstep, vec3};

pub const SUBJECT: Subject = Subject { name: "granny-smith", title: "A Granny Smith apple", scene };

/// Height of the apple's middle above the table.
const MIDDLE: f32 = 0.83;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(-0.2, 3.0, 5.4), vec3(0.0, 0.86, 0.0), 28.0, 0.07).focus_nearer(0.6),
        light: Light::studio(),
        distance,
        stride: 0.75,
        ball: (vec3(0.0, 1.0, 0.0), 1.35),
        surface,
        table: Some(TABLE),
        backdrop: wall,
    }
}

/// A ring so thick that its hole is only a hollow, tall, wider on top, with five faint ribs below.
fn flesh(p: Vec3) -> f32 {
    let p = vec3(p.x, p.y - MIDDLE, p.z).turn_z(0.07);
    let (radius, angle) = around(p);
    let ribs = 0.02 * (5.0 * angle).cos() * smoothstep(0.3, -0.9, p.y);
    let taper = 1.0 + 0.16 * p.y - 0.05 * p.y * p.y + ribs;
    ((radius / taper - 0.40).hypot(p.y / 1.28)) - 0.63
}

fn stalk(p: Vec3) -> f32 {
    within(p, vec3(0.08, 1.6, 0.0), 0.45, 0.12, || twig(p))
}

fn twig(p: Vec3) -> f32 {
    let (distance, along) = bend(p, vec3(0.0, 1.3, 0.0), vec3(0.0, 1.7, 0.0), vec3(0.2, 1.92, 0.05));
    distance - 0.035 - 0.03 * smoothstep(0.75, 1.0, along)
}

fn distance(p: Vec3) -> f32 {
    blend(flesh(p), stalk(p), 0.05)
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    if stalk(p) < flesh(p) {
        let bark = colour(0x5b4a2c).mix(colour(0x8a7a4a), noise(p * vec3(40.0, 9.0, 40.0)));
        return Surface::glossy(bark, 0.5, normal);
    }
    let (radius, angle) = around(p);
    let streaks = fractal(vec3(5.0 * angle.cos(), 0.7 * p.y, 5.0 * angle.sin()), 4);
    let skin = colour(0x86b52e).mix(colour(0xa9cb52), smoothstep(0.15, 0.85, streaks));
    let hollow = smoothstep(0.34, 0.05, radius) * smoothstep(MIDDLE, MIDDLE + 0.5, p.y);
    let skin = skin.mix(colour(0x9a9440), 0.7 * hollow);
    let (dot, kind) = scatter(p * 10.5);
    let dots = smoothstep(0.13, 0.07, dot) * smoothstep(0.15, 0.4, kind);
    Surface::glossy(skin.mix(colour(0xe3edc0), 0.6 * dots), 0.09, normal)
}
