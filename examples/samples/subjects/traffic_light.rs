//! A traffic light at red.

use crate::camera::Camera;
use crate::light::Light;
use crate::noise::fractal;
use crate::scene::{Scene, Subject};
use crate::shape::{carve, cuboid, cylinder, ellipsoid};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, mix, smoothstep, vec3};

pub const SUBJECT: Subject = Subject { name: "traffic-light", title: "A traffic light", scene };

/// Heights of the three lamps, red first; their radius.
const LAMPS: [f32; 3] = [0.78, 0.0, -0.78];
const LENS: f32 = 0.29;
/// The front of the housing.
const FRONT: f32 = 0.28;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(1.25, -1.1, 7.7), vec3(0.05, -0.06, 0.0), 24.5, 0.03),
        light: Light { strength: vec3(9.0, 8.7, 8.3), ..Light::studio() },
        distance,
        stride: 0.85,
        ball: (vec3(0.0, -0.8, 0.0), 2.6),
        surface,
        table: None,
        backdrop: sky,
    }
}

fn sky(direction: Vec3) -> Vec3 {
    let pale = colour(0xe9ebe9).mix(colour(0xbfd2df), smoothstep(-0.2, 0.5, direction.y));
    let cloud = smoothstep(0.45, 0.75, fractal(vec3(7.0 * direction.x, 14.0 * direction.y, 9.0), 4));
    pale.mix(colour(0xf4f4f1), 0.8 * cloud)
}

/// The lamp nearest in height, and the point seen from it with z along its axis.
fn lamp(p: Vec3) -> (usize, Vec3) {
    let number = if p.y > 0.39 {
        0
    } else if p.y > -0.39 {
        1
    } else {
        2
    };
    (number, p - vec3(0.0, LAMPS[number], FRONT))
}

fn lens(p: Vec3) -> f32 {
    let (_, q) = lamp(p);
    ellipsoid(q, vec3(LENS, LENS, 0.09))
}

fn housing(p: Vec3) -> f32 {
    let shell = cuboid(p, vec3(0.46, 1.22, FRONT), 0.09);
    let (_, q) = lamp(p);
    // Each lamp has its own box on the shell.
    let door = cuboid(q - vec3(0.0, 0.0, -0.04), vec3(0.40, 0.37, 0.07), 0.04);
    carve(shell.min(door), (q.x.hypot(q.y) - LENS).max(-q.z - 0.12), 0.02)
}

/// A tube open below, cut back towards its lower edge.
fn visor(p: Vec3) -> f32 {
    let (_, q) = lamp(p);
    let tube = (q.x.hypot(q.y) - LENS - 0.025).abs() - 0.012;
    let reach = mix(0.16, 0.46, smoothstep(-0.35, 0.3, q.y));
    tube.max(q.z - reach).max(-q.z).max(-q.y - 0.17) * 0.8
}

fn pole(p: Vec3) -> f32 {
    let post = cylinder(p - vec3(0.0, -2.6, -0.1), 0.10, 1.6, 0.01);
    let collar = cylinder(p - vec3(0.0, -1.27, -0.1), 0.17, 0.07, 0.02);
    let cap = cylinder(p - vec3(0.0, 1.25, -0.05), 0.14, 0.05, 0.02);
    post.min(collar).min(cap)
}

fn distance(p: Vec3) -> f32 {
    housing(p).min(lens(p)).min(visor(p)).min(pole(p))
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let (housing, lens, visor, pole) = (housing(p), lens(p), visor(p), pole(p));
    let nearest = housing.min(lens).min(visor).min(pole);
    if nearest == lens {
        let (number, q) = lamp(p);
        // Glass pressed into small prisms.
        let prism = 0.5 + 0.25 * ((95.0 * q.x).cos() + (95.0 * q.y).cos());
        let lit = if number == 0 { 1.0 } else { 0.0 };
        let heart = smoothstep(1.1 * LENS, 0.0, q.x.hypot(q.y));
        let (glass, glow) = match number {
            0 => (colour(0x7a0a08), vec3(1.5, 0.06, 0.03)),
            1 => (colour(0x6b4a0a), Vec3::ZERO),
            _ => (colour(0x0c4a38), Vec3::ZERO),
        };
        let glow = glow * (lit * (0.45 + 0.75 * heart) * (0.88 + 0.24 * prism));
        return Surface { glow, ..Surface::glossy(glass * (0.85 + 0.3 * prism), 0.12, normal) };
    }
    if nearest == pole {
        return Surface::glossy(colour(0x6d7370), 0.35, normal);
    }
    if nearest == visor {
        return Surface::glossy(colour(0x191b1a), 0.4, normal);
    }
    Surface::glossy(colour(0x262a28), 0.35, normal)
}
