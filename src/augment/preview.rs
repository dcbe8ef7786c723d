//! Shows a person what each change does.

use super::{Draw, apply, augment, mix};
use crate::project::Augmentation;

/// Tiles with all changes at once.
const ALL: u64 = 3;

/// Named tiles `[side, side, 3]`: the `photo` as it is; then each change that is on, by itself and as far as it goes (`flip`, `rotation`, `zoom`,
/// `shift`, `brightness`, `contrast`, `saturation`); then three photos as training would meet them (`all`), where any is on.
///
/// # Panics
/// As [`augment`].
pub fn preview(pixels: &[u8], side: usize, augmentation: &Augmentation, seed: u64) -> Vec<(&'static str, Vec<u8>)> {
    let none = Draw::none(augmentation.fill);
    let mut tiles = vec![("photo", apply(pixels, side, &none))];
    // Which way each goes is drawn; how far is not, as a tile in which nothing seems to happen shows nothing.
    let draw = Draw::random(augmentation, seed);
    let most = |most: f32, drawn: f32| if drawn < 0.0 { -most } else { most };
    let Augmentation { flip, rotation, zoom, shift, brightness, contrast, saturation, fill: _ } = *augmentation;
    let single = [
        ("flip", flip, Draw { flip, ..none }),
        ("rotation", rotation > 0.0, Draw { rotation: most(rotation, draw.rotation), ..none }),
        ("zoom", zoom < 1.0, Draw { zoom, ..none }),
        ("shift", shift > 0.0, Draw { shift: draw.shift.map(|drawn| most(shift, drawn)), ..none }),
        ("brightness", brightness > 0.0, Draw { brightness: most(brightness, draw.brightness), ..none }),
        ("contrast", contrast > 0.0, Draw { contrast: 1.0 + most(contrast, draw.contrast - 1.0), ..none }),
        ("saturation", saturation > 0.0, Draw { saturation: 1.0 + most(saturation, draw.saturation - 1.0), ..none }),
    ];
    let shown = single.into_iter().filter(|&(_, on, _)| on);
    tiles.extend(shown.map(|(name, _, draw)| (name, apply(pixels, side, &draw))));
    if !augmentation.is_off() {
        tiles.extend((0..ALL).map(|at| ("all", augment(pixels, side, augmentation, mix(seed.wrapping_add(at))))));
    }
    tiles
}
