//! Three numbers: a point, a direction, or a linear colour (red, green, blue; 1.0 is paper white).

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vec3 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

pub const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

/// A linear colour from the sRGB hexadecimal that a designer writes, such as `0xf2c230`.
pub fn colour(srgb: u32) -> Vec3 {
    let channel = |shift: u32| {
        let [value, ..] = (srgb >> shift).to_le_bytes();
        let value = f32::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    vec3(channel(16), channel(8), channel(0))
}

/// `a` where t is 0, `b` where t is 1.
pub fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// 0 below `low`, 1 above `high`, a smooth S between; with `low > high` it falls instead of rising.
pub fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

impl Vec3 {
    pub const ZERO: Self = vec3(0.0, 0.0, 0.0);
    pub const ONE: Self = vec3(1.0, 1.0, 1.0);
    pub const UP: Self = vec3(0.0, 1.0, 0.0);

    pub const fn grey(value: f32) -> Self {
        vec3(value, value, value)
    }

    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub fn cross(self, other: Self) -> Self {
        vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    pub fn normalize(self) -> Self {
        self * (1.0 / self.length().max(1e-12))
    }

    pub fn mix(self, other: Self, t: f32) -> Self {
        self + (other - self) * t
    }

    pub fn abs(self) -> Self {
        vec3(self.x.abs(), self.y.abs(), self.z.abs())
    }

    pub fn max(self, least: f32) -> Self {
        vec3(self.x.max(least), self.y.max(least), self.z.max(least))
    }

    /// Squared length.
    pub fn square(self) -> f32 {
        self.dot(self)
    }

    pub fn mean(self) -> f32 {
        (self.x + self.y + self.z) / 3.0
    }

    pub fn largest(self) -> f32 {
        self.x.max(self.y).max(self.z)
    }

    /// Component by component.
    pub fn divide(self, other: Self) -> Self {
        vec3(self.x / other.x, self.y / other.y, self.z / other.z)
    }

    /// This direction, mirrored at a surface with the given normal; both point away from the surface.
    pub fn mirror(self, normal: Self) -> Self {
        normal * (2.0 * self.dot(normal)) - self
    }

    /// Turned about the x axis, by radians.
    pub fn turn_x(self, angle: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        vec3(self.x, cos * self.y - sin * self.z, sin * self.y + cos * self.z)
    }

    /// Turned about the y axis (the vertical one), by radians.
    pub fn turn_y(self, angle: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        vec3(cos * self.x + sin * self.z, self.y, cos * self.z - sin * self.x)
    }

    /// Turned about the z axis, by radians.
    pub fn turn_z(self, angle: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        vec3(cos * self.x - sin * self.y, sin * self.x + cos * self.y, self.z)
    }

    /// Two directions that complete this one (of length 1) to a right-handed frame.
    pub fn frame(self) -> (Self, Self) {
        let helper = if self.x.abs() < 0.6 { vec3(1.0, 0.0, 0.0) } else { Self::UP };
        let u = helper.cross(self).normalize();
        (u, self.cross(u))
    }
}

impl Add for Vec3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        vec3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl AddAssign for Vec3 {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        vec3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Neg for Vec3 {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        vec3(self.x * factor, self.y * factor, self.z * factor)
    }
}

/// Component by component: a colour through a filter.
impl Mul for Vec3 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        vec3(self.x * other.x, self.y * other.y, self.z * other.z)
    }
}
