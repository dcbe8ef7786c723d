// What one invocation of a convolution computes: four neighbouring pixels by one panel of eight channels.

struct Tile {
    n: u32,
    y: u32,
    x: u32,      // of the first pixel
    column: u32, // the panel's first vector of four channels
}

// Neighbouring invocations take neighbouring pixels of the same panel, so that they share its weights.
fn tile_of(index: u32, images: u32, out_height: u32, out_width: u32) -> Tile {
    let tiles = (out_width + 3u) / 4u;
    return Tile(
        index / (tiles * out_height) % images,
        index / tiles % out_height,
        index % tiles * 4u,
        index / (tiles * out_height * images) * 2u,
    );
}

