//! Signed distances: how far a point is from a shape, negative inside. Formulas after Quilez, "Distance functions"
//! (iquilezles.org/articles/distfunctions), written anew; those marked "bound" may be short, never long by much.

use crate::vec3::{Vec3, vec3};

pub fn sphere(p: Vec3, radius: f32) -> f32 {
    p.length() - radius
}

/// Half axes `r` (bound).
pub fn ellipsoid(p: Vec3, r: Vec3) -> f32 {
    let near = p.divide(r).length();
    let steep = p.divide(r * r).length();
    if steep < 1e-6 { -r.x.min(r.y).min(r.z) } else { near * (near - 1.0) / steep }
}

/// A ring in the x–z plane: `large` to the middle of the tube, `small` the tube's radius.
pub fn torus(p: Vec3, large: f32, small: f32) -> f32 {
    (around(p).0 - large).hypot(p.y) - small
}

/// A box with half sides `half`, its edges rounded by `round`.
pub fn cuboid(p: Vec3, half: Vec3, round: f32) -> f32 {
    let q = p.abs() - half + Vec3::grey(round);
    q.max(0.0).length() + q.largest().min(0.0) - round
}

/// An upright cylinder about the y axis, from -half to half, its edges rounded by `round`.
pub fn cylinder(p: Vec3, radius: f32, half: f32, round: f32) -> f32 {
    let (x, y) = (around(p).0 - radius + round, p.y.abs() - half + round);
    x.max(0.0).hypot(y.max(0.0)) + x.max(y).min(0.0) - round
}

/// A rod from `a` to `b` whose radius goes from `ra` to `rb` (bound).
pub fn rod(p: Vec3, a: Vec3, b: Vec3, ra: f32, rb: f32) -> f32 {
    let (from, along) = (p - a, b - a);
    let t = (from.dot(along) / along.dot(along)).clamp(0.0, 1.0);
    (from - along * t).length() - (ra + (rb - ra) * t)
}

/// A rod bent along a quadratic Bézier curve: (distance to its middle line, position along it 0.0..=1.0).
pub fn bend(p: Vec3, a: Vec3, b: Vec3, c: Vec3) -> (f32, f32) {
    const PIECES: u8 = 16;
    let at = |t: f32| a * ((1.0 - t) * (1.0 - t)) + b * (2.0 * t * (1.0 - t)) + c * (t * t);
    let mut nearest = (f32::MAX, 0.0);
    let mut from = a;
    for piece in 0..PIECES {
        let to = at(f32::from(piece + 1) / f32::from(PIECES));
        let along = to - from;
        let t = ((p - from).dot(along) / along.dot(along)).clamp(0.0, 1.0);
        let distance = (p - from - along * t).length();
        if distance < nearest.0 {
            nearest = (distance, (f32::from(piece) + t) / f32::from(PIECES));
        }
        from = to;
    }
    nearest
}

/// Both shapes, with a fillet about `k` wide where they meet.
pub fn blend(a: f32, b: f32, k: f32) -> f32 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// `a` without `b`, the edge rounded by about `k`.
pub fn carve(a: f32, b: f32, k: f32) -> f32 {
    -blend(-a, b, k)
}

/// A costly shape that lies within a ball: far from the ball, the distance to the ball does instead.
///
/// `margin` is how near counts as far; wider than any fillet the shape is to get, or the fillet would show the ball.
pub fn within(p: Vec3, centre: Vec3, radius: f32, margin: f32, shape: impl FnOnce() -> f32) -> f32 {
    let to_ball = (p - centre).length() - radius;
    if to_ball > margin { to_ball } else { shape() }
}

/// (distance from the y axis, angle about it in radians).
pub fn around(p: Vec3) -> (f32, f32) {
    (p.x.hypot(p.z), p.z.atan2(p.x))
}

/// The point turned about the y axis into the nearest of `count` equal wedges, which lies along +x; and its number.
pub fn wedge(p: Vec3, count: f32) -> (Vec3, f32) {
    let step = std::f32::consts::TAU / count;
    let number = (around(p).1 / step).round();
    (p.turn_y(number * step), number.rem_euclid(count))
}

/// A shape of revolution: the profile is a chain of (radius, height) points; distance to the line through them, which
/// has no inside. Thicken it for a wall.
pub fn chain(p: Vec3, profile: &[(f32, f32)]) -> f32 {
    let q = vec3(around(p).0, p.y, 0.0);
    profile
        .windows(2)
        .map(|pair| match pair {
            [a, b] => rod(q, vec3(a.0, a.1, 0.0), vec3(b.0, b.1, 0.0), 0.0, 0.0),
            _ => f32::MAX,
        })
        .fold(f32::MAX, f32::min)
}
