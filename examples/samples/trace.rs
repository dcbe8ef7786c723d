//! Follows light backwards: from the lens, from surface to surface, until it meets the window or a wall.

use crate::camera::Ray;
use crate::random::Random;
use crate::scene::Scene;
use crate::surface::Surface;
use crate::vec3::{Vec3, smoothstep, vec3};

/// Surfaces a path may visit; white china still gains visibly from the fifth.
const BOUNCES: u32 = 6;
/// Steps towards a surface before giving up; grazing rays need most.
const STEPS: u32 = 256;
/// Closer than this counts as touching; a pixel covers about twenty times as much.
const TOUCH: f32 = 3e-4;
/// A path that brings more than this is cut: single sparks would show as white dots.
const BRIGHTEST: f32 = 6.0;

/// What one path from the camera brings: its light, and what it met first.
pub struct Sample {
    pub light: Vec3,
    /// Colour of the first surface, or of the backdrop.
    pub albedo: Vec3,
    /// Normal there; zero for the backdrop.
    pub normal: Vec3,
}

/// Follows one path from the camera.
pub fn sample(scene: &Scene, ray: Ray, random: &mut Random) -> Sample {
    let Ray { origin, direction } = ray;
    match hit(scene, origin, direction) {
        Some((p, surface)) if !fades(scene, p, random) => {
            let light = radiance(scene, direction, (p, surface), random);
            Sample { light, albedo: surface.albedo, normal: surface.normal }
        }
        _ => {
            let light = (scene.backdrop)(direction);
            Sample { light, albedo: light, normal: Vec3::ZERO }
        }
    }
}

/// Light that leaves the first surface towards the camera, `direction` being the way from the camera to it.
fn radiance(scene: &Scene, mut direction: Vec3, first: (Vec3, Surface), random: &mut Random) -> Vec3 {
    let (mut light, mut filter, mut origin) = (Vec3::ZERO, Vec3::ONE, first.0);
    let mut met = Some(first);
    // After a mirror the window is met by chance; after a matt surface it has been asked already.
    let mut mirrored = true;
    for bounce in 0..BOUNCES {
        let Some((p, surface)) = met.take().or_else(|| hit(scene, origin, direction)) else {
            let window = if mirrored { scene.light.window(direction) } else { Vec3::ZERO };
            light += (filter * (scene.light.wall(direction) + window)).cap(bounce);
            break;
        };
        light += filter * surface.glow;

        let mut normal = surface.normal;
        let view = -direction;
        let microfacet = random.microfacet(normal, surface.roughness);
        let facing = view.dot(microfacet).clamp(0.0, 1.0);
        let coat = fresnel(surface.coat, facing, surface.roughness);
        let coated = coat.largest();
        // A coat mirrors little, but its highlights are what one looks at: the first gets more paths than its share.
        let chance = if bounce == 0 && coated > 0.0 { coated.max(0.3) } else { coated };
        mirrored = random.unit() < chance;
        if mirrored {
            direction = view.mirror(microfacet);
            if direction.dot(normal) <= 0.0 {
                break;
            }
            filter = filter * coat * (1.0 / chance);
            origin = p + normal * (4.0 * TOUCH);
            continue;
        }

        filter = filter * surface.albedo * ((1.0 - coated) / (1.0 - chance).max(1e-6));
        origin = p + normal * (4.0 * TOUCH);
        if random.unit() < surface.translucency {
            origin = p - normal * (surface.thickness + 4.0 * TOUCH);
            normal = -normal;
        }
        let (to_window, window) = scene.light.sample_window(random);
        let cosine = to_window.dot(normal);
        if cosine > 0.0 && march(scene, origin, to_window, f32::MAX).is_none() {
            light += (filter * window * (cosine / std::f32::consts::PI)).cap(bounce);
        }
        direction = random.cosine(normal);
        if bounce > 1 {
            // Dim paths end early; the rest carry their share.
            let survival = filter.largest().min(0.95);
            if random.unit() > survival {
                break;
            }
            filter = filter * (1.0 / survival);
        }
    }
    light
}

impl Vec3 {
    /// Light after the first surface, cut to what a pixel can average out.
    fn cap(self, bounce: u32) -> Self {
        let largest = self.largest();
        if bounce > 0 && largest > BRIGHTEST { self * (BRIGHTEST / largest) } else { self }
    }
}

/// Schlick's share of light mirrored, less at the rim of rough surfaces, which shade themselves.
fn fresnel(head_on: Vec3, facing: f32, roughness: f32) -> Vec3 {
    if head_on.largest() <= 0.0 {
        return Vec3::ZERO;
    }
    let rim = Vec3::grey((1.0 - roughness).max(head_on.largest()));
    head_on + (rim - head_on).max(0.0) * (1.0 - facing).powi(5)
}

/// Whether the table has gone over into the backdrop here; at random in between, so that the average fades.
fn fades(scene: &Scene, p: Vec3, random: &mut Random) -> bool {
    let Some(table) = scene.table.filter(|_| p.y < 2.0 * TOUCH) else {
        return false;
    };
    random.unit() < smoothstep(table.fade.0, table.fade.1, p.x.hypot(p.z))
}

/// The nearest surface along a ray: where, and what it is.
fn hit(scene: &Scene, origin: Vec3, direction: Vec3) -> Option<(Vec3, Surface)> {
    let table = scene.table.filter(|_| direction.y < -1e-6 && origin.y > 0.0);
    let to_table = table.map_or(f32::MAX, |_| -origin.y / direction.y);
    if let Some(t) = march(scene, origin, direction, to_table) {
        let p = origin + direction * t;
        return Some((p, (scene.surface)(p, normal(scene, p))));
    }
    table.map(|table| {
        let p = origin + direction * to_table;
        (vec3(p.x, 0.0, p.z), (table.surface)(p))
    })
}

/// Distance along the ray to the thing, if it is nearer than `limit`.
fn march(scene: &Scene, origin: Vec3, direction: Vec3, limit: f32) -> Option<f32> {
    let (centre, radius) = scene.ball;
    let from_centre = origin - centre;
    let middle = -from_centre.dot(direction);
    let half = radius * radius - (from_centre + direction * middle).dot(from_centre + direction * middle);
    if half <= 0.0 {
        return None;
    }
    let half = half.sqrt();
    let mut t = (middle - half).max(0.0);
    let end = (middle + half).min(limit);
    for _ in 0..STEPS {
        if t >= end {
            return None;
        }
        let distance = (scene.distance)(origin + direction * t);
        if distance < TOUCH {
            return Some(t);
        }
        t += distance * scene.stride;
    }
    None
}

/// The direction in which the distance grows fastest, from four samples at the corners of a tetrahedron.
fn normal(scene: &Scene, p: Vec3) -> Vec3 {
    const STEP: f32 = 8e-4;
    let corners = [vec3(1.0, -1.0, -1.0), vec3(-1.0, -1.0, 1.0), vec3(-1.0, 1.0, -1.0), vec3(1.0, 1.0, 1.0)];
    corners.into_iter().fold(Vec3::ZERO, |sum, corner| sum + corner * (scene.distance)(p + corner * STEP)).normalize()
}
