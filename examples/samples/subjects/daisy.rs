//! An ox-eye daisy: two whorls of white petals about a yellow dome of florets.

use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, hash, noise};
use crate::scene::{Scene, Subject};
use crate::shape::{around, bend, cuboid, cylinder, ellipsoid, wedge};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, mix, smoothstep, vec3};
use std::sync::OnceLock;

pub const SUBJECT: Subject = Subject { name: "daisy", title: "A daisy", scene };

const PETALS: f32 = 16.0;
const FLORETS: u16 = 260;
/// Radius and height of the dome of florets.
const DOME: (f32, f32) = (0.35, 0.15);

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.0, 3.6, 4.2), vec3(0.0, -0.12, 0.0), 27.5, 0.06),
        light: Light { strength: vec3(10.9, 10.4, 9.5), ..Light::studio() },
        distance,
        stride: 0.55,
        ball: (vec3(0.0, -1.2, 0.0), 2.3),
        surface,
        table: None,
        backdrop: meadow,
    }
}

/// A lawn far out of focus.
fn meadow(direction: Vec3) -> Vec3 {
    let blur = fractal(direction * 7.0 + vec3(3.0, 0.0, 1.0), 2);
    colour(0x8fb08a).mix(colour(0xc9d8b4), smoothstep(0.25, 0.75, blur))
}

/// The flower looks up and a little towards the camera.
fn local(p: Vec3) -> Vec3 {
    p.turn_x(-0.24).turn_z(0.08)
}

/// Distance on the dome to the nearest floret, which sit at the golden angle from one to the next (Vogel 1979).
fn floret(p: Vec3) -> f32 {
    static SEATS: OnceLock<Vec<(f32, f32)>> = OnceLock::new();
    let seats = SEATS.get_or_init(|| {
        (0..FLORETS)
            .map(|number| {
                let radius = DOME.0 * (f32::from(number) / f32::from(FLORETS)).sqrt();
                let angle = 2.399_963_2 * f32::from(number);
                (radius * angle.cos(), radius * angle.sin())
            })
            .collect()
    });
    let square = seats.iter().map(|&(x, z)| (p.x - x).powi(2) + (p.z - z).powi(2)).fold(f32::MAX, f32::min);
    square.sqrt()
}

fn dome(p: Vec3) -> f32 {
    let plain = ellipsoid(p - vec3(0.0, 0.02, 0.0), vec3(DOME.0, DOME.1, DOME.0));
    if plain > 0.05 { plain - 0.02 } else { plain - 0.022 * smoothstep(0.024, 0.0, floret(p)) }
}

/// One whorl, turned and lowered; every petal a little different. (distance, across the petal −1.0..=1.0, along it)
fn whorl(p: Vec3, turn: f32, low: f32) -> (f32, f32, f32) {
    let (q, number) = wedge(p.turn_y(turn), PETALS);
    // Whole, and small.
    let number = number as i32;
    let salt = if low > 0.0 { 1 } else { 2 };
    let long = mix(0.40, 0.46, hash(number, salt, 3));
    let droop = mix(0.10, 0.30, hash(number, salt, 5));
    let side = mix(-0.06, 0.06, hash(number, salt, 7));
    let out = (q.x - 0.25).max(0.0);
    let z = q.z - side * out;
    let width = 0.112 * (1.0 - 0.25 * smoothstep(0.5, 0.2, q.x));
    let across = z / width;
    let fold = 0.010 * (across * 7.0).cos() + 0.035 * across * across;
    let y = q.y + low - 0.10 * out + droop * out * out - fold;
    let shape = ellipsoid(vec3(q.x - 0.28 - long, y, z), vec3(long, 0.022, width));
    (shape, across, out / (2.0 * long))
}

fn petals(p: Vec3) -> (f32, f32, f32) {
    let to_disc = cylinder(p - vec3(0.0, -0.06, 0.0), 1.22, 0.22, 0.0);
    if to_disc > 0.05 {
        return (to_disc, 0.0, 0.0);
    }
    let (upper, lower) = (whorl(p, 0.0, 0.0), whorl(p, 0.196, 0.045));
    if upper.0 < lower.0 { upper } else { lower }
}

fn stem(p: Vec3) -> f32 {
    let to_box = cuboid(p - vec3(0.2, -1.7, -0.3), vec3(0.4, 1.8, 0.4), 0.0);
    if to_box > 0.1 {
        return to_box;
    }
    bend(p, vec3(0.0, -0.05, 0.0), vec3(0.0, -1.0, 0.0), vec3(0.5, -3.3, -0.6)).0 - 0.05
}

fn distance(p: Vec3) -> f32 {
    let q = local(p);
    dome(q).min(petals(q).0).min(stem(q))
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let q = local(p);
    let (dome, (petal, across, along), stem) = (dome(q), petals(q), stem(q));
    if dome < petal && dome < stem {
        let (radius, _) = around(q);
        let tip = smoothstep(0.022, 0.004, floret(q));
        let ripe = colour(0xf3b90f).mix(colour(0xe0b81c), smoothstep(0.16, 0.05, radius));
        return Surface::matt(colour(0xb87908).mix(ripe, 0.35 + 0.65 * tip), normal);
    }
    if stem < petal {
        return Surface::glossy(colour(0x5f8a3a) * (0.8 + 0.4 * noise(q * 18.0)), 0.4, normal);
    }
    let veins = 0.5 + 0.5 * (across * 22.0).cos();
    let white = colour(0xf4f3ee).mix(colour(0xe4e5da), 0.35 * veins);
    let white = white.mix(colour(0xe3e6b8), smoothstep(0.16, 0.0, along));
    Surface { translucency: 0.22, thickness: 0.05, ..Surface::matt(white, normal) }
}
