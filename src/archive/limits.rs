//! How much of a zip file is believed. A few kilobytes can claim to be petabytes (a "zip bomb"): every claim is bounded here, and what
//! is unpacked is bounded again by its claim while it is read.

/// The most files in a zip file. Twenty times the ten thousand photos a project is made for; their list takes about 60 MB.
pub const MAX_ENTRIES: u64 = 200_000;

/// The most bytes of a zip file's directory, which is read in one piece.
pub const MAX_DIRECTORY: u64 = 64 << 20;

/// The most bytes of one file, unpacked: it is held in memory whole. A photo of 50 megapixels takes 200 MB as an uncompressed BMP.
pub const MAX_ENTRY: u64 = 256 << 20;

/// The most bytes of all files together, unpacked: more than a browser keeps for a page.
pub const MAX_TOTAL: u64 = 64 << 30;

/// From this size on, files must not unpack to more than [`MAX_RATIO`] times their size. Smaller ones are harmless, and a drawing in few
/// colours may well be packed so much.
pub const RATIO_FROM: u64 = 16 << 20;

/// See [`RATIO_FROM`]. Photos are packed already (ratio 1); deflate reaches 1032 at most.
pub const MAX_RATIO: u64 = 200;
