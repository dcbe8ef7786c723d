//! A hot-air balloon in a morning sky.

use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, noise};
use crate::scene::{Scene, Subject};
use crate::shape::{around, carve, cuboid, rod, torus};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, mix, smoothstep, vec3};
use std::f32::consts::TAU;

pub const SUBJECT: Subject = Subject { name: "balloon", title: "A hot-air balloon", scene };

/// Strips of cloth the envelope is sewn from.
const GORES: f32 = 24.0;
/// Height of the envelope's mouth; its fattest part is at 0.
const MOUTH: f32 = -1.28;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.9, -1.3, 8.2), vec3(0.0, -0.42, 0.0), 24.5, 0.0),
        light: Light {
            window: vec3(-1.0, 0.75, 1.1),
            size: (0.12, 0.12),
            strength: vec3(31.0, 29.0, 25.0),
            walls: [vec3(0.42, 0.55, 0.76), vec3(0.66, 0.72, 0.78), vec3(0.34, 0.35, 0.33)],
        },
        distance,
        stride: 0.75,
        ball: (vec3(0.0, -0.45, 0.0), 1.65),
        surface,
        table: None,
        backdrop: sky,
    }
}

/// Pale at the horizon, with a few high clouds.
fn sky(direction: Vec3) -> Vec3 {
    let blue = colour(0xdfe8ec).mix(colour(0x9fc1dc), smoothstep(-0.1, 0.5, direction.y));
    let drift = vec3(9.0 * direction.x, 26.0 * direction.y, 4.0) + Vec3::grey(2.0);
    let cloud = smoothstep(0.48, 0.78, fractal(drift, 5));
    blue.mix(colour(0xf6f5f1), 0.85 * cloud)
}

/// Radius of the envelope at a height: a round crown that runs out straight to the mouth.
fn profile(y: f32) -> f32 {
    if y > 0.0 {
        return (1.0 - (y / 0.98).powi(2)).max(0.0).sqrt();
    }
    let t = (y / MOUTH).clamp(0.0, 1.0);
    mix((1.0 - 0.86 * t * t).sqrt(), 1.0 - 0.78 * t, smoothstep(0.0, 1.0, t)) * mix(1.0, 0.98, t)
}

fn envelope(p: Vec3) -> f32 {
    let (radius, angle) = around(p);
    if p.y > 0.0 {
        let bulge = 0.022 * (GORES / 2.0 * angle).sin().abs() * (radius / 0.4).min(1.0);
        return p.length() - 0.99 - bulge;
    }
    let bulge = 0.022 * (GORES / 2.0 * angle).sin().abs();
    // The wall leans by at most some fifty degrees: the horizontal distance is cut to be safe.
    let wall = (radius - profile(p.y) + 0.01 - bulge) * 0.7;
    carve(wall, (radius - profile(p.y) + 0.05).max(-1.0), 0.01).max(MOUTH - p.y)
}

fn basket(p: Vec3) -> f32 {
    let p = p - vec3(0.0, -1.86, 0.0);
    let weave = 0.006 * (70.0 * p.y).sin() * (45.0 * (p.x + p.z)).sin();
    carve(
        cuboid(p, vec3(0.19, 0.14, 0.19), 0.03) - weave,
        cuboid(p - vec3(0.0, 0.1, 0.0), vec3(0.16, 0.15, 0.16), 0.02),
        0.01,
    )
}

fn rim(p: Vec3) -> f32 {
    let top = cuboid(p - vec3(0.0, -1.74, 0.0), vec3(0.205, 0.018, 0.205), 0.015);
    carve(top, cuboid(p - vec3(0.0, -1.74, 0.0), vec3(0.165, 0.1, 0.165), 0.01), 0.005)
}

fn ropes(p: Vec3) -> f32 {
    let q = vec3(p.x.abs(), p.y, p.z.abs());
    let corner = rod(q, vec3(0.18, -1.74, 0.18), vec3(0.155, MOUTH, 0.155), 0.009, 0.009);
    let ring = torus(p - vec3(0.0, MOUTH, 0.0), 0.215, 0.012);
    corner.min(ring)
}

fn distance(p: Vec3) -> f32 {
    envelope(p).min(basket(p)).min(rim(p)).min(ropes(p))
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let (envelope, basket, rim, ropes) = (envelope(p), basket(p), rim(p), ropes(p));
    let nearest = envelope.min(basket).min(rim).min(ropes);
    if nearest == basket {
        let cane = colour(0x8a5a2b) * (0.7 + 0.5 * noise(p * 60.0));
        return Surface::matt(cane, normal);
    }
    if nearest < envelope {
        return Surface::matt(colour(0x54381f), normal);
    }
    let (_, angle) = around(p);
    let gore = (angle / TAU * GORES).floor().rem_euclid(6.0);
    let cloth = match gore as u8 {
        0 | 1 => colour(0xc92a1e),
        2 => colour(0xf2ead8),
        3 | 4 => colour(0xe9a51a),
        _ => colour(0x1c6ea6),
    };
    // A band round the middle and a cap, as balloonists have them.
    let cloth = if p.y > 0.86 || (p.y < -1.02) { colour(0xc92a1e) } else { cloth };
    let panel = ((p.y * 9.0).fract().abs() - 0.5).abs();
    let stitched = cloth * (1.0 - 0.10 * smoothstep(0.46, 0.5, panel));
    Surface { translucency: 0.12, thickness: 0.06, ..Surface::glossy(stitched, 0.45, normal) }
}
