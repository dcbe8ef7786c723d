//! What light does at a point of a surface: a matt base under a clear coat.

use crate::vec3::Vec3;

#[derive(Clone, Copy)]
pub struct Surface {
    /// The share of light the base scatters, per channel, 0.0..=1.0.
    pub albedo: Vec3,
    /// The share the coat mirrors when looked at head-on: 0.04 for lacquer, 0.0 for none.
    pub coat: Vec3,
    /// GGX alpha of the coat: 0.03 polished, 0.5 satin.
    pub roughness: f32,
    /// Light given off; 1.0 is as bright as lit paper.
    pub glow: Vec3,
    /// The share of scattered light that leaves on the other side, as through a petal, 0.0..=1.0.
    pub translucency: f32,
    /// How far that other side is.
    pub thickness: f32,
    /// The direction the surface faces, of length 1.
    pub normal: Vec3,
}

impl Surface {
    /// Chalk, felt, paper.
    pub fn matt(albedo: Vec3, normal: Vec3) -> Self {
        Self { albedo, coat: Vec3::ZERO, roughness: 1.0, glow: Vec3::ZERO, translucency: 0.0, thickness: 0.0, normal }
    }

    /// Peel, glaze, lacquer.
    pub fn glossy(albedo: Vec3, roughness: f32, normal: Vec3) -> Self {
        Self { coat: Vec3::grey(0.04), roughness, ..Self::matt(albedo, normal) }
    }
}
