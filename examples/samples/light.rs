//! The studio: a soft window high on one side, and white walls all round.

use crate::random::Random;
use crate::vec3::{Vec3, smoothstep, vec3};

/// Light from far away, so that it depends on direction only.
#[derive(Clone, Copy)]
pub struct Light {
    /// Middle of the window, as a direction from the scene (any length).
    pub window: Vec3,
    /// Half width and half height of the window, as tangents of the angle it spans.
    pub size: (f32, f32),
    /// Radiance of the window.
    pub strength: Vec3,
    /// Radiance of the walls: straight up, at the horizon, straight down.
    pub walls: [Vec3; 3],
}

impl Light {
    /// A tall window to the left, behind the camera, in white walls.
    pub fn studio() -> Self {
        Self {
            window: vec3(-0.95, 1.25, 0.75),
            size: (0.20, 0.26),
            strength: vec3(10.6, 10.2, 9.6),
            walls: [vec3(0.62, 0.64, 0.67), vec3(0.43, 0.43, 0.42), vec3(0.24, 0.23, 0.22)],
        }
    }

    /// Radiance of the walls in a direction of length 1.
    pub fn wall(&self, direction: Vec3) -> Vec3 {
        let [up, level, down] = self.walls;
        if direction.y >= 0.0 {
            level.mix(up, direction.y.sqrt())
        } else {
            level.mix(down, smoothstep(0.0, 0.5, -direction.y))
        }
    }

    /// Radiance of the window in a direction of length 1; zero beside it.
    pub fn window(&self, direction: Vec3) -> Vec3 {
        let axis = self.window.normalize();
        let forward = direction.dot(axis);
        if forward <= 0.0 {
            return Vec3::ZERO;
        }
        let (right, up) = axis.frame();
        let (x, y) = (direction.dot(right) / forward, direction.dot(up) / forward);
        if x.abs() < self.size.0 && y.abs() < self.size.1 { self.strength } else { Vec3::ZERO }
    }

    /// A direction to a random point of the window, and the radiance from there divided by how likely it was chosen.
    pub fn sample_window(&self, random: &mut Random) -> (Vec3, Vec3) {
        let axis = self.window.normalize();
        let (right, up) = axis.frame();
        let (x, y) = (2.0 * random.unit() - 1.0, 2.0 * random.unit() - 1.0);
        let to = axis + right * (x * self.size.0) + up * (y * self.size.1);
        // The window is a rectangle one unit away; its solid angle shrinks with the cube of the distance to the point.
        let solid_angle = 4.0 * self.size.0 * self.size.1 / to.length().powi(3);
        (to.normalize(), self.strength * solid_angle)
    }
}
