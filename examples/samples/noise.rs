//! Value noise: the irregularity of felt, peel, wood and cloud.

use crate::vec3::{Vec3, mix, vec3};

/// A repeatable number in 0.0..1.0 for each point of the whole-number grid.
pub fn hash(x: i32, y: i32, z: i32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x8da6_b343)
        ^ (y as u32).wrapping_mul(0xd816_3841)
        ^ (z as u32).wrapping_mul(0xcb1a_b31f);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    bits ^= bits >> 16;
    (bits >> 8) as f32 / 16_777_216.0
}

/// Smooth noise in 0.0..1.0 with features one unit across.
pub fn noise(p: Vec3) -> f32 {
    let (x, y, z) = (p.x.floor(), p.y.floor(), p.z.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v, w) = (ease(p.x - x), ease(p.y - y), ease(p.z - z));
    let (x, y, z) = (x as i32, y as i32, z as i32);
    let edge = |dy, dz| mix(hash(x, y + dy, z + dz), hash(x + 1, y + dy, z + dz), u);
    mix(mix(edge(0, 0), edge(1, 0), v), mix(edge(0, 1), edge(1, 1), v), w)
}

/// Noise of several sizes added up, each half as large and half as strong as the last; 0.0..1.0, mostly near 0.5.
pub fn fractal(p: Vec3, octaves: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut p) = (0.0, 0.5, 0.0, p);
    for _ in 0..octaves {
        sum += weight * noise(p);
        total += weight;
        weight *= 0.5;
        // Not exactly twice, and shifted, so that the grids of the sizes do not line up.
        p = p * 2.03 + vec3(17.1, 9.2, 5.7);
    }
    sum / total
}

/// Distance to the nearest of the points scattered one to a grid cell, and a number 0.0..1.0 that tells them apart.
pub fn scatter(p: Vec3) -> (f32, f32) {
    let (x, y, z) = (p.x.floor() as i32, p.y.floor() as i32, p.z.floor() as i32);
    let mut nearest = (f32::MAX, 0.0);
    for dz in -1..=1 {
        for dy in -1..=1 {
            for dx in -1..=1 {
                let (cx, cy, cz) = (x + dx, y + dy, z + dz);
                let point = vec3(
                    cx as f32 + hash(cx, cy, cz),
                    cy as f32 + hash(cy, cz, cx + 71),
                    cz as f32 + hash(cz, cx, cy + 37),
                );
                let distance = (p - point).length();
                if distance < nearest.0 {
                    nearest = (distance, hash(cx + 11, cy + 23, cz + 47));
                }
            }
        }
    }
    nearest
}
