//! One picture: a thing within a ball, on a table or in the open, before a backdrop.

use crate::camera::Camera;
use crate::light::Light;
use crate::surface::Surface;
use crate::vec3::Vec3;

pub struct Scene {
    pub camera: Camera,
    pub light: Light,
    /// Signed distance to the thing.
    pub distance: fn(Vec3) -> f32,
    /// How much of the distance is safe to go at once: 1.0 for exact distances, less where relief steepens them.
    pub stride: f32,
    /// A ball (centre, radius) that holds the thing: outside it nothing is looked for.
    pub ball: (Vec3, f32),
    /// The thing's surface, from a point on it and the normal there.
    pub surface: fn(Vec3, Vec3) -> Surface,
    /// The table, at height 0, where there is one.
    pub table: Option<Table>,
    /// What the camera sees where nothing is, by direction.
    pub backdrop: fn(Vec3) -> Vec3,
}

#[derive(Clone, Copy)]
pub struct Table {
    pub surface: fn(Vec3) -> Surface,
    /// The table fades into the backdrop between these distances from the middle.
    pub fade: (f32, f32),
}

pub struct Subject {
    /// File name without its ending, and what `--only` takes.
    pub name: &'static str,
    /// What the page calls it.
    pub title: &'static str,
    pub scene: fn() -> Scene,
}
