//! A tennis ball: felt with a nap, and the seam that makes it one.

use super::{TABLE, wall};
use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, noise};
use crate::scene::{Scene, Subject};
use crate::shape::{rod, sphere};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, smoothstep, vec3};
use std::f32::consts::TAU;
use std::sync::OnceLock;

pub const SUBJECT: Subject = Subject { name: "tennis-ball", title: "A tennis ball", scene };

/// Half the width of the seam.
const SEAM: f32 = 0.035;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.3, 2.3, 5.6), vec3(0.0, 0.92, 0.0), 27.0, 0.07).focus_nearer(0.8),
        light: Light::studio(),
        distance,
        stride: 0.7,
        ball: (vec3(0.0, 1.0, 0.0), 1.06),
        surface,
        table: Some(TABLE),
        backdrop: wall,
    }
}

/// From the table to the ball as its maker sees it, the seam about the axes.
fn local(p: Vec3) -> Vec3 {
    (p - vec3(0.0, 1.0, 0.0)).turn_y(0.55).turn_x(-0.35).turn_z(0.5)
}

/// The seam lies on the unit sphere: (a cos t + b cos 3t, a sin t − b sin 3t, 2 √(ab) sin 2t) with a + b = 1.
fn seam(p: Vec3) -> f32 {
    static POINTS: OnceLock<Vec<Vec3>> = OnceLock::new();
    let points = POINTS.get_or_init(|| {
        let (a, b) = (0.72, 0.28_f32);
        (0..96_u8)
            .map(|step| TAU * f32::from(step) / 96.0)
            .map(|t| {
                let z = 2.0 * (a * b).sqrt() * (2.0 * t).sin();
                vec3(a * t.cos() + b * (3.0 * t).cos(), a * t.sin() - b * (3.0 * t).sin(), z)
            })
            .collect()
    });
    let p = p.normalize();
    let ahead = points.iter().cycle().skip(1);
    points.iter().zip(ahead).map(|(&a, &b)| rod(p, a, b, 0.0, 0.0)).fold(f32::MAX, f32::min)
}

fn distance(p: Vec3) -> f32 {
    let p = local(p);
    let ball = sphere(p, 1.0);
    if ball > 0.06 {
        return ball - 0.03;
    }
    let groove = 1.0 - smoothstep(0.4 * SEAM, 1.7 * SEAM, seam(p));
    let nap = fractal(p * 34.0, 2) - 0.5 + 0.35 * (noise(p * 110.0) - 0.5);
    ball + 0.035 * groove - 0.022 * nap * (1.0 - groove)
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let p = local(p);
    let rubber = 1.0 - smoothstep(0.75 * SEAM, 1.15 * SEAM, seam(p));
    let tint = fractal(p * 9.0, 3);
    let felt = colour(0xc9dc2f).mix(colour(0xdcea5c), smoothstep(0.3, 0.7, tint));
    let fibre = 0.86 + 0.28 * noise(p * 120.0);
    Surface::matt((felt * fibre).mix(colour(0xe9e8df), rubber), normal)
}
