//! A fly agaric on a cushion of moss.

use super::{pale_wood, wall};
use crate::camera::Camera;
use crate::light::Light;
use crate::noise::{fractal, hash, noise};
use crate::scene::{Scene, Subject, Table};
use crate::shape::{around, blend, carve, cylinder, ellipsoid, rod, within};
use crate::surface::Surface;
use crate::vec3::{Vec3, colour, mix, smoothstep, vec3};
use std::sync::OnceLock;

pub const SUBJECT: Subject = Subject { name: "agaric", title: "A fly agaric", scene };

/// Half axes of the cap, and the height of its rim.
const CAP: Vec3 = vec3(1.08, 0.66, 1.08);
const RIM: f32 = 1.45;
/// Flakes on the cap.
const COUNT: i32 = 64;

fn scene() -> Scene {
    Scene {
        camera: Camera::new(vec3(0.2, 2.3, 6.4), vec3(0.0, 1.06, 0.0), 28.5, 0.08).focus_nearer(0.7),
        light: Light::studio(),
        distance,
        stride: 0.6,
        ball: (vec3(0.0, 0.7, 0.0), 2.2),
        surface,
        table: Some(Table { surface: pale_wood, fade: (2.6, 7.0) }),
        backdrop: wall,
    }
}

fn moss(p: Vec3) -> f32 {
    let mound = ellipsoid(p - vec3(0.0, -0.12, 0.0), vec3(1.5, 0.42, 1.2));
    if mound > 0.2 {
        return mound - 0.1;
    }
    let tufts = fractal(p * 5.0, 2);
    let leaves = noise(p * 28.0) + 0.5 * noise(p * 55.0);
    mound - 0.22 * (tufts - 0.45) - 0.05 * leaves
}

fn cap(p: Vec3) -> f32 {
    let p = (p - vec3(0.0, RIM, 0.0)).turn_z(-0.08);
    let dome = ellipsoid(p, CAP);
    let below = ellipsoid(p - vec3(0.0, -0.32, 0.0), vec3(1.15, 0.40, 1.15));
    carve(dome, below, 0.06).max(-p.y - 0.16)
}

/// A flake of the veil that once covered the cap: where it sits, which way is out, half its width.
struct Flake {
    seat: Vec3,
    out: Vec3,
    size: f32,
}

/// The flakes, spread evenly over the cap and then shaken.
fn flakes() -> &'static [Flake] {
    static FLAKES: OnceLock<Vec<Flake>> = OnceLock::new();
    FLAKES.get_or_init(|| {
        (0..COUNT)
            .map(|number| {
                let share = (number as f32 + 0.5) / COUNT as f32;
                let height = mix(1.0, 0.02, share) + 0.05 * (hash(number, 1, 0) - 0.5);
                let angle = 2.399_963_2 * number as f32 + 0.5 * hash(number, 2, 0);
                let ring = (1.0 - height * height).max(0.0).sqrt();
                let seat = vec3(ring * angle.cos(), height, ring * angle.sin()) * CAP;
                let size = mix(0.035, 0.105, hash(number, 3, 0)) * mix(1.0, 0.7, share);
                Flake { seat, out: seat.divide(CAP * CAP).normalize(), size }
            })
            .collect()
    })
}

/// Distance to the nearest flake; they are a little flat.
fn veil(p: Vec3) -> f32 {
    let p = (p - vec3(0.0, RIM, 0.0)).turn_z(-0.08);
    let nearest =
        flakes().iter().map(|flake| ((p - flake.seat).length() - flake.size, flake)).min_by(|a, b| a.0.total_cmp(&b.0));
    let Some((round, flake)) = nearest else {
        return f32::MAX;
    };
    if round > 0.08 {
        return round;
    }
    let from = p - flake.seat;
    let height = from.dot(flake.out);
    let flat = (from - flake.out * height).length().hypot(1.25 * height) - flake.size;
    flat / 1.25 - 0.04 * (fractal(p * 16.0, 2) - 0.5)
}

fn stalk(p: Vec3) -> f32 {
    let to_hull = cylinder(p - vec3(0.02, 0.75, 0.0), 0.42, 0.95, 0.0);
    if to_hull > 0.1 {
        return to_hull;
    }
    let rough = 0.03 * (noise(p * vec3(13.0, 5.0, 13.0)) - 0.5);
    let stem = rod(p, vec3(0.04, 0.1, 0.0), vec3(0.0, RIM + 0.2, 0.0), 0.27, 0.17);
    let bulb = ellipsoid(p - vec3(0.04, 0.22, 0.0), vec3(0.36, 0.28, 0.36));
    // The ring hangs like a skirt.
    let (radius, angle) = around(p);
    let hem = 0.03 * (9.0 * angle).sin() + 0.02 * (23.0 * angle).sin();
    let q = vec3(radius, p.y, 0.0);
    let skirt = rod(q, vec3(0.18, 1.16, 0.0), vec3(0.36, 0.95 + hem, 0.0), 0.02, 0.03);
    blend(blend(stem, bulb, 0.1), skirt, 0.04) - rough
}

fn distance(p: Vec3) -> f32 {
    let top = within(p, vec3(0.0, 1.6, 0.0), 1.3, 0.1, || cap(p).min(veil(p)));
    top.min(stalk(p)).min(moss(p))
}

fn surface(p: Vec3, normal: Vec3) -> Surface {
    let (cap, veil, stalk, moss) = (cap(p), veil(p), stalk(p), moss(p));
    let nearest = cap.min(veil).min(stalk).min(moss);
    if nearest == veil {
        return Surface::matt(colour(0xf5efdd), normal);
    }
    if nearest == stalk {
        let streak = noise(p * vec3(22.0, 4.0, 22.0));
        return Surface::matt(colour(0xf3ecd8).mix(colour(0xd9cdb0), 0.6 * streak), normal);
    }
    if nearest == moss {
        let shade = fractal(p * 7.0, 3);
        let tips = noise(p * 40.0);
        let green = colour(0x3f5f1e).mix(colour(0x8fa63c), smoothstep(0.3, 0.7, 0.6 * shade + 0.4 * tips));
        return Surface::matt(green, normal);
    }
    if normal.y < -0.25 {
        // Gills, seen from below.
        let (_, angle) = around(p);
        let gills = 0.5 + 0.5 * (angle * 90.0).cos();
        return Surface::matt(colour(0xf1e6cc).mix(colour(0xb9a57e), gills), normal);
    }
    let edge = smoothstep(0.35, 0.0, p.y - RIM);
    let red = colour(0xc41a0c).mix(colour(0xe0490f), 0.55 * edge + 0.25 * fractal(p * 3.0, 3));
    Surface::glossy(red, 0.10, normal)
}
