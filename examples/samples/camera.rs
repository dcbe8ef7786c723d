//! A lens of finite width: what lies before or behind the focus goes soft.

use crate::random::Random;
use crate::vec3::Vec3;

#[derive(Clone, Copy)]
pub struct Camera {
    pub eye: Vec3,
    pub target: Vec3,
    /// Angle across the picture, in degrees.
    pub angle: f32,
    /// Radius of the lens, in scene units; 0.0 for a pinhole.
    pub aperture: f32,
    /// Distance in focus.
    pub focus: f32,
}

pub struct Ray {
    pub origin: Vec3,
    pub direction: Vec3,
}

impl Camera {
    /// Looks from `eye` at `target`, in focus there.
    pub fn new(eye: Vec3, target: Vec3, angle: f32, aperture: f32) -> Self {
        Self { eye, target, angle, aperture, focus: (target - eye).length() }
    }

    /// In focus nearer than the target, by so many units: the front of a round thing rather than its middle.
    pub fn focus_nearer(mut self, by: f32) -> Self {
        self.focus -= by;
        self
    }

    /// The ray through a point of the picture; x and y in -1.0..=1.0, y up.
    pub fn ray(&self, x: f32, y: f32, random: &mut Random) -> Ray {
        let forward = (self.target - self.eye).normalize();
        let right = forward.cross(Vec3::UP).normalize();
        let up = right.cross(forward);
        let half = (self.angle.to_radians() / 2.0).tan();
        let through = (forward + right * (x * half) + up * (y * half)) * self.focus;
        let (lens_x, lens_y) = random.disc();
        let offset = right * (lens_x * self.aperture) + up * (lens_y * self.aperture);
        Ray { origin: self.eye + offset, direction: (through - offset).normalize() }
    }
}
