//! Brightness, contrast and saturation in one pass.

use super::Draw;

/// Bits behind the point.
const POINT: u32 = 12;
/// Rec. 601 luma in 4096ths: how bright a colour looks.
const LUMA: [i32; 3] = [1225, 2404, 467];

/// Changes `pixels` `[N, 3]` in place.
///
/// With `l` a pixel's brightness and `m` that of the whole photo, `s`, `c`, `b` the changes: saturation gives `l + s (v − l)`, contrast
/// `m + c (v − m)`, brightness `v + 255 b`. Saturation leaves `l` and with it `m` alone, so that all three are one sum.
pub fn colour(pixels: &mut [u8], draw: &Draw) {
    let Draw { brightness, contrast, saturation, .. } = *draw;
    if brightness == 0.0 && contrast == 1.0 && saturation == 1.0 {
        return;
    }
    let pixels = pixels.as_chunks_mut::<3>().0;
    let mean = if contrast == 1.0 { 0.0 } else { mean_luma(pixels) };
    let value = fixed(contrast * saturation);
    let grey = fixed(contrast * (1.0 - saturation));
    // Half a step more, so that cutting off rounds.
    let constant = fixed(mean * (1.0 - contrast) + 255.0 * brightness) + (1 << (POINT - 1));
    for pixel in pixels {
        let all = constant + ((grey * luma(pixel)) >> POINT);
        for colour in pixel.iter_mut() {
            *colour = ((value * i32::from(*colour) + all) >> POINT).clamp(0, 255) as u8;
        }
    }
}

/// With [`POINT`] bits behind the point.
#[inline(always)]
fn luma([red, green, blue]: &[u8; 3]) -> i32 {
    LUMA[0] * i32::from(*red) + LUMA[1] * i32::from(*green) + LUMA[2] * i32::from(*blue)
}

fn mean_luma(pixels: &[[u8; 3]]) -> f32 {
    let sum: u64 = pixels.iter().map(|pixel| luma(pixel) as u64).sum();
    (sum as f64 / (pixels.len().max(1) as f64 * f64::from(1u32 << POINT))) as f32
}

fn fixed(value: f32) -> i32 {
    (value * (1u32 << POINT) as f32).round() as i32
}
