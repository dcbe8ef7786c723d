//! A glazed teapot, in the page's own green.

use super::{TABLE, wall};
use crate::camera::Camera;
use crate::light::Light;
use crate::noise::fractal;
use crate::scene::{Scene, Subject};
use crate::shape::{around, bend, blend, carve, cylinder, ellipsoid, within};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, mix, smoothstep, vec3};

pub const SUBJECT: Subject = Subject { name: "teapot", title: "A teapot", scene };

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.9, 3.3, 6.4), vec3(0.03, 0.84, 0.0), 30.0, 0.07).focus_nearer(0.6),
        light: Light::studio(),
        distance,
        stride: 0.8,
        ball: (vec3(0.05, 0.95, 0.0), 1.9),
        surface,
        table: Some(TABLE),
        backdrop: wall,
    }
}

fn belly(p: Vec3) -> f32 {
    let round = ellipsoid(p - vec3(0.0, 0.82, 0.0), vec3(1.06, 0.79, 1.06));
    let foot = cylinder(p - vec3(0.0, 0.08, 0.0), 0.6, 0.08, 0.03);
    blend(round, foot, 0.08)
}

fn lid(p: Vec3) -> f32 {
    let dome = ellipsoid(p - vec3(0.0, 1.43, 0.0), vec3(0.57, 0.26, 0.57));
    let dome = carve(dome, -(p.y - 1.45), 0.02);
    let knob = ellipsoid(p - vec3(0.0, 1.80, 0.0), vec3(0.15, 0.125, 0.15));
    let neck = cylinder(p - vec3(0.0, 1.68, 0.0), 0.075, 0.1, 0.01);
    blend(dome, blend(knob, neck, 0.05), 0.06)
}

fn spout(p: Vec3) -> f32 {
    within(p, vec3(1.2, 0.9, 0.0), 0.88, 0.2, || tube(p))
}

fn tube(p: Vec3) -> f32 {
    let (distance, along) = bend(p, vec3(0.72, 0.55, 0.0), vec3(1.32, 0.60, 0.0), vec3(1.58, 1.42, 0.0));
    let outer = distance - mix(0.30, 0.115, along.sqrt());
    // Cut level at the mouth, and hollow.
    let outer = outer.max((p - vec3(1.55, 1.36, 0.0)).dot(vec3(0.2, 0.98, 0.0)));
    carve(outer, distance - mix(0.2, 0.07, along), 0.02)
}

fn handle(p: Vec3) -> f32 {
    within(p, vec3(-1.25, 0.87, 0.0), 0.74, 0.2, || hoop(p))
}

fn hoop(p: Vec3) -> f32 {
    let upper = bend(p, vec3(-0.84, 1.20, 0.0), vec3(-1.64, 1.52, 0.0), vec3(-1.62, 0.92, 0.0));
    let lower = bend(p, vec3(-1.62, 0.92, 0.0), vec3(-1.59, 0.44, 0.0), vec3(-0.92, 0.50, 0.0));
    blend(upper.0 - 0.10, lower.0 - 0.095, 0.02)
}

fn distance(p: Vec3) -> f32 {
    let body = blend(blend(belly(p), spout(p), 0.16), handle(p), 0.12);
    // A groove in which the lid sits.
    let groove = (around(p).0 - 0.60).hypot(p.y - 1.47) - 0.035;
    carve(body, groove, 0.02).min(lid(p))
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let pooled = fractal(p * 2.4, 3);
    let glaze = colour(0x1f7a4d).mix(colour(0x35956a), smoothstep(0.3, 0.75, pooled));
    // Glaze runs thin over edges and pools at the foot.
    let glaze = glaze.mix(colour(0x145c3a), smoothstep(0.4, 0.0, p.y));
    Surface::glossy(glaze, 0.03, normal)
}
