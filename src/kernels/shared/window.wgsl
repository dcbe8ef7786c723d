// Square windows that slide over an image, and where in an image an invocation works.

const KERNEL = {{ kernel }}u; // rows and columns of a window
const STRIDE = {{ stride }}u; // from one window's begin to the next one's

// Image, row, column and channel (or vector of channels).
struct Place {
    n: u32,
    y: u32,
    x: u32,
    c: u32,
}

// The place of element `index` of an array [n][height][width][channels].
fn place_of(index: u32, height: u32, width: u32, channels: u32) -> Place {
    return Place(
        index / (channels * width * height),
        index / (channels * width) % height,
        index / channels % width,
        index % channels,
    );
}

// Whether one of a line's `count` windows begins at `at`; what lies before the first one wraps to something very large.
fn begins(at: u32, count: u32) -> bool {
    return at % STRIDE == 0u && at / STRIDE < count;
}

