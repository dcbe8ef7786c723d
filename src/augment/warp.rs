//! Flip, rotation, zoom and shift in one resampling, so that a photo is blurred once at most.

use super::Draw;
use crate::project::Fill;

/// Bits behind the point of a place in the photo.
const POINT: u32 = 16;
/// Bits of a weight between neighbouring pixels.
const WEIGHT: u32 = 8;
/// Middle grey: zero for the networks, up to half a step.
const GREY: u8 = 128;

/// A step in the photo, or a place in it: `[x, y]` in pixels with [`POINT`] bits behind the point.
type Place = [i64; 2];

/// The photo `[side, side, 3]`, flipped, turned, enlarged and moved about its middle, resampled bilinearly.
pub fn warp(pixels: &[u8], side: usize, draw: &Draw) -> Vec<u8> {
    let Draw { flip, rotation, zoom, shift, .. } = *draw;
    if !flip && rotation == 0.0 && zoom == 1.0 && shift == [0.0; 2] {
        return pixels.to_vec();
    }
    let (sine, cosine) = sine_and_cosine(f64::from(rotation));
    let zoom = f64::from(zoom);
    let mirror = if flip { -1.0 } else { 1.0 };
    let middle = (side as f64 - 1.0) / 2.0;
    // Where in the photo a pixel comes from: the changes undone, the last one first.
    let across = [zoom * cosine * mirror, zoom * -sine].map(fixed);
    let down = [zoom * sine * mirror, zoom * cosine].map(fixed);
    let moved = shift.map(|share| f64::from(share) * side as f64);
    let from = |axis: usize| {
        let (x, y) = (-middle - moved[0], -middle - moved[1]);
        let turned = if axis == 0 { (cosine * x + sine * y) * mirror } else { -sine * x + cosine * y };
        fixed(middle + zoom * turned)
    };
    let start = [from(0), from(1)];
    let photo = Photo { pixels, side: side as i64, fill: draw.fill };
    let mut output = Vec::with_capacity(pixels.len());
    for row in 0..side as i64 {
        let mut place: Place = [start[0] + row * down[0], start[1] + row * down[1]];
        for _ in 0..side {
            output.extend(photo.at(place));
            place = [place[0] + across[0], place[1] + across[1]];
        }
    }
    output
}

struct Photo<'a> {
    pixels: &'a [u8],
    side: i64,
    fill: Fill,
}

impl Photo<'_> {
    /// The colour at a place, between the four pixels around it.
    #[inline(always)]
    fn at(&self, [x, y]: Place) -> [u8; 3] {
        let (left, top) = (x >> POINT, y >> POINT);
        let share = |place: i64| (place >> (POINT - WEIGHT)) as u32 & ((1 << WEIGHT) - 1);
        let (right, low) = (share(x), share(y));
        let inside = left >= 0 && top >= 0 && left + 1 < self.side && top + 1 < self.side;
        let corners = if inside {
            let above = ((top * self.side + left) * 3) as usize;
            let below = above + self.side as usize * 3;
            let [above, below] = [above, below].map(|at| self.pixels[at..].first_chunk::<6>().expect("two pixels"));
            [
                [above[0], above[1], above[2]],
                [above[3], above[4], above[5]],
                [below[0], below[1], below[2]],
                [below[3], below[4], below[5]],
            ]
        } else {
            [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| self.beyond(left + x, top + y))
        };
        let one = 1 << WEIGHT;
        let weights = [(one - right) * (one - low), right * (one - low), (one - right) * low, right * low];
        std::array::from_fn(|colour| {
            let sum: u32 = (0..4).map(|corner| weights[corner] * u32::from(corners[corner][colour])).sum();
            ((sum + (1 << (2 * WEIGHT - 1))) >> (2 * WEIGHT)) as u8
        })
    }

    /// A pixel that may lie outside.
    #[cold]
    fn beyond(&self, x: i64, y: i64) -> [u8; 3] {
        let last = self.side - 1;
        let (x, y) = match self.fill {
            Fill::Grey if x < 0 || y < 0 || x > last || y > last => return [GREY; 3],
            Fill::Grey | Fill::Edge => (x.clamp(0, last), y.clamp(0, last)),
            Fill::Mirror => (mirrored(x, self.side), mirrored(y, self.side)),
        };
        let at = ((y * self.side + x) * 3) as usize;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]]
    }
}

/// `… 1 0 | 0 1 2 … last | last …`: the edge itself is doubled, as by a mirror that stands on it.
fn mirrored(place: i64, side: i64) -> i64 {
    let within = place.rem_euclid(2 * side);
    within.min(2 * side - 1 - within)
}

fn fixed(value: f64) -> i64 {
    (value * f64::from(1u32 << POINT)).round() as i64
}

/// Sine and cosine of degrees up to 45 either way by their series: a machine's own functions differ from one to another in the last bit.
fn sine_and_cosine(degrees: f64) -> (f64, f64) {
    let angle = degrees * (std::f64::consts::PI / 180.0);
    let square = angle * angle;
    let series = |first: f64, offset: u32| {
        let (mut sum, mut term) = (first, first);
        for n in 1..=8 {
            let n = f64::from(2 * n - 1 + offset);
            term *= -square / (n * (n + 1.0));
            sum += term;
        }
        sum
    };
    (series(angle, 1), series(1.0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_sine_and_cosine() {
        for degrees in [-45.0f64, -10.0, 0.0, 1.0, 30.0, 45.0] {
            let (sine, cosine) = sine_and_cosine(degrees);
            assert!((sine - degrees.to_radians().sin()).abs() < 1e-14, "{degrees}");
            assert!((cosine - degrees.to_radians().cos()).abs() < 1e-14, "{degrees}");
        }
    }

    #[test]
    fn a_mirror_at_the_edge() {
        let places: Vec<i64> = (-4..8).map(|place| mirrored(place, 4)).collect();
        assert_eq!(places, [3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0]);
    }
}
