//! Photos: what is decoded and how, what is refused and in which words, and the reference pixels.

use std::io::Cursor;
use std::time::{Duration, Instant};

use graft::error::ErrorKind;
use graft::photo::{self, Format, MAX_PIXELS, Orientation, Plan, Rgb};
use graft::preprocess::{crop_and_resize, to_input};
use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, Frame, ImageEncoder, ImageFormat, RgbImage, RgbaImage};

use crate::common::shared;

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];
/// Upper left, upper right, lower left, lower right.
const CORNERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];

/// A picture of four quarters, wider than high: 48 × 32 pixels, so that no quarter shares a JPEG block with another.
fn quarters() -> RgbImage {
    RgbImage::from_fn(48, 32, |x, y| image::Rgb(CORNERS[usize::from(x >= 24) + 2 * usize::from(y >= 16)]))
}

/// The colours in the middle of each quarter, in the order of [`CORNERS`].
fn corners(photo: &Rgb) -> [[u8; 3]; 4] {
    let at = |x: usize, y: usize| {
        let i = (y * photo.width + x) * 3;
        [photo.pixels[i], photo.pixels[i + 1], photo.pixels[i + 2]]
    };
    let [x, y] = [photo.width / 6, photo.height / 6];
    let [far_x, far_y] = [photo.width - 1 - x, photo.height - 1 - y];
    [at(x, y), at(far_x, y), at(x, far_y), at(far_x, far_y)]
}

#[track_caller]
fn assert_corners(photo: &Rgb, expected: [[u8; 3]; 4], tolerance: u8) {
    let found = corners(photo);
    let close = found.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(close, "expected {expected:?}, found {found:?}");
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an image that can be encoded");
    bytes.into_inner()
}

/// An EXIF block that holds nothing but an orientation: TIFF header, one entry (tag 0x0112, SHORT, count 1).
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0]);
    block
}

/// The quarters with an orientation, in each format that can carry one.
fn oriented(orientation: u8) -> Vec<(Format, Vec<u8>)> {
    let image = quarters();
    let (mut jpeg, mut png, mut webp) = (Vec::new(), Vec::new(), Vec::new());
    let mut jpeg_encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
    jpeg_encoder.set_exif_metadata(exif(orientation)).expect("EXIF in a JPEG");
    jpeg_encoder.write_image(&image, 48, 32, ExtendedColorType::Rgb8).expect("a JPEG");
    let mut png_encoder = PngEncoder::new(&mut png);
    png_encoder.set_exif_metadata(exif(orientation)).expect("EXIF in a PNG");
    png_encoder.write_image(&image, 48, 32, ExtendedColorType::Rgb8).expect("a PNG");
    let mut webp_encoder = WebPEncoder::new_lossless(&mut webp);
    webp_encoder.set_exif_metadata(exif(orientation)).expect("EXIF in a WebP");
    webp_encoder.write_image(&image, 48, 32, ExtendedColorType::Rgb8).expect("a WebP");
    vec![(Format::Jpeg, jpeg), (Format::Png, png), (Format::WebP, webp)]
}

/// A PNG whose header promises `width` × `height` pixels and whose data holds almost none.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        file.extend(u32::try_from(data.len()).expect("a short chunk").to_be_bytes());
        let body = [kind.as_slice(), data].concat();
        file.extend(&body);
        file.extend(crc32(&body).to_be_bytes());
    };
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[size.as_slice(), &[8, 2, 0, 0, 0]].concat()); // 8 bits, RGB
    chunk(b"IDAT", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]); // an empty zlib stream
    chunk(b"IEND", &[]);
    file
}

/// PNG's checksum (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[test]
fn orientation_is_obeyed_in_every_format_that_carries_one() {
    let [r, g, b, w] = CORNERS;
    // What a person sees, by EXIF 2.32, section 4.6.4 (tag 0x0112).
    let seen = [
        [r, g, b, w],
        [g, r, w, b],
        [w, b, g, r],
        [b, w, r, g],
        [r, b, g, w],
        [b, r, w, g],
        [w, g, b, r],
        [g, w, r, b],
    ];
    for (orientation, expected) in (1u8..).zip(seen) {
        let size = if orientation < 5 { [48, 32] } else { [32, 48] };
        for (format, bytes) in oriented(orientation) {
            let header = photo::probe(&bytes).expect("a header");
            assert_eq!((header.format, [header.width, header.height]), (format, size), "orientation {orientation}");
            assert_eq!(header.stored_size(), [48, 32]);
            let photo = photo::decode(&bytes).expect("a photo");
            assert_eq!([photo.width, photo.height], size.map(|side| side as usize));
            assert_corners(&photo, expected, 3);
        }
    }
}

#[test]
fn a_forgotten_orientation_leaves_the_stored_pixels() {
    for orientation in 1..=8 {
        let (_, mut jpeg) = oriented(orientation).swap_remove(0);
        photo::forget_jpeg_orientation(&mut jpeg);
        assert_eq!(photo::probe(&jpeg).expect("a header").orientation, Orientation::NoTransforms);
        assert_corners(&photo::decode(&jpeg).expect("a photo"), CORNERS, 3);
    }
}

#[test]
fn an_orientation_without_sense_is_ignored() {
    for orientation in [0, 9, 255] {
        for (_, bytes) in oriented(orientation) {
            assert_corners(&photo::decode(&bytes).expect("a photo"), CORNERS, 3);
        }
    }
}

#[test]
fn every_format_gives_the_same_picture() {
    let image = DynamicImage::ImageRgb8(quarters());
    for (format, tolerance) in [
        (ImageFormat::Png, 0),
        (ImageFormat::WebP, 0),
        (ImageFormat::Bmp, 0),
        (ImageFormat::Gif, 0),
        (ImageFormat::Jpeg, 3),
    ] {
        let photo = photo::decode(&encoded(&image, format)).expect("a photo");
        assert_eq!([photo.width, photo.height, photo.pixels.len()], [48, 32, 48 * 32 * 3]);
        assert_corners(&photo, CORNERS, tolerance);
    }
}

#[test]
fn grey_and_sixteen_bits_become_rgb() {
    let image = DynamicImage::ImageRgb8(quarters());
    let grey = CORNERS.map(|[r, g, b]| [0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b); 3]);
    let grey = grey.map(|pixel| pixel.map(|value| value.round() as u8));
    let luma = DynamicImage::ImageLuma8(image.to_luma8());
    assert_corners(&photo::decode(&encoded(&luma, ImageFormat::Jpeg)).expect("a grey JPEG"), grey, 4);
    assert_corners(&photo::decode(&encoded(&luma, ImageFormat::Png)).expect("a grey PNG"), grey, 1);
    let deep_grey = DynamicImage::ImageLuma16(image.to_luma16());
    assert_corners(&photo::decode(&encoded(&deep_grey, ImageFormat::Png)).expect("a 16-bit grey PNG"), grey, 1);
    let deep = DynamicImage::ImageRgb16(image.to_rgb16());
    assert_corners(&photo::decode(&encoded(&deep, ImageFormat::Png)).expect("a 16-bit PNG"), CORNERS, 0);
}

#[test]
fn transparency_lies_on_white() {
    // Opaque red; green half seen through; blue a quarter; nothing at all, whose hidden colour is black.
    let quarter = |x: u32, y: u32| usize::from(x >= 24) + 2 * usize::from(y >= 16);
    let colours = [[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 255, 64], [0, 0, 0, 0]];
    let seen = [RED, [127, 255, 127], [191, 191, 255], WHITE];
    let rgba = RgbaImage::from_fn(48, 32, |x, y| image::Rgba(colours[quarter(x, y)]));
    let image = DynamicImage::ImageRgba8(rgba);
    assert_corners(&photo::decode(&encoded(&image, ImageFormat::Png)).expect("a transparent PNG"), seen, 0);
    assert_corners(&photo::decode(&encoded(&image, ImageFormat::WebP)).expect("a transparent WebP"), seen, 0);
    let deep = DynamicImage::ImageRgba16(image.to_rgba16());
    assert_corners(&photo::decode(&encoded(&deep, ImageFormat::Png)).expect("a transparent 16-bit PNG"), seen, 1);
    let grey = DynamicImage::ImageLumaA8(image::GrayAlphaImage::from_pixel(48, 32, image::LumaA([0, 51])));
    let seen = [[204; 3]; 4];
    assert_corners(&photo::decode(&encoded(&grey, ImageFormat::Png)).expect("a transparent grey PNG"), seen, 0);
}

#[test]
fn inks_become_light() {
    // Drawn by tests/data/draw_cmyk.py.
    let cmyk = photo::decode(include_bytes!("../data/cmyk_adobe.jpg")).expect("a CMYK JPEG");
    assert_corners(&cmyk, CORNERS, 4);
    let ycck = photo::decode(include_bytes!("../data/ycck_adobe.jpg")).expect("a YCCK JPEG");
    assert_corners(&ycck, CORNERS, 4);
}

#[test]
fn of_an_animation_the_first_frame_is_taken() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    let first = DynamicImage::ImageRgb8(quarters()).to_rgba8();
    let second = RgbaImage::from_pixel(48, 32, image::Rgba([0, 0, 0, 255]));
    encoder.encode_frames([Frame::new(first), Frame::new(second)]).expect("a GIF");
    drop(encoder);
    assert_corners(&photo::decode(&bytes).expect("a GIF"), CORNERS, 0);
}

#[test]
fn one_pixel_is_a_photo() {
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(1, 1, image::Rgb([10, 20, 30])));
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
        let photo = photo::decode(&encoded(&image, format)).expect("a photo");
        let pixels = crop_and_resize(&photo, 4);
        assert_eq!(pixels, photo.pixels.repeat(16));
        assert_eq!(photo::probe(&photo::thumbnail(&photo, 320)).map(|header| header.pixels()), Ok(1));
    }
}

#[test]
fn what_is_cut_short_is_damaged() {
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([(x * y) as u8, (x * 3) as u8, (y * 5) as u8])
    }));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP] {
        let bytes = encoded(&image, format);
        assert!(photo::decode(&bytes).is_ok());
        for share in [0.05, 0.3, 0.6, 0.9] {
            let cut = (bytes.len() as f64 * share) as usize;
            let error = photo::decode(&bytes[..cut]).expect_err("a file cut short");
            assert_eq!(error.kind, ErrorKind::DamagedImage, "{format:?} cut to {cut} of {}: {error}", bytes.len());
        }
    }
    let jpeg = encoded(&image, ImageFormat::Jpeg);
    let error = photo::decode(&jpeg[..jpeg.len() / 2]).expect_err("half a JPEG").about("half.jpg").to_string();
    let length = jpeg.len() / 2;
    assert!(
        error.starts_with(&format!(
            "half.jpg: expected a whole JPEG image, found a file that ends early, after {length} bytes. "
        )),
        "{error}"
    );
}

#[test]
fn an_ending_is_found_in_pieces_and_past_a_preview() {
    // A JPEG in whose EXIF block another whole JPEG lies, as cameras put their previews; and bytes after the end, as phones put videos.
    let image = DynamicImage::ImageRgb8(quarters());
    let jpeg = encoded(&image, ImageFormat::Jpeg);
    let length = u16::try_from(jpeg.len() + 2).expect("a small preview").to_be_bytes();
    let mut with_preview = [&jpeg[..2], &[0xFF, 0xE1], &length, &jpeg, &jpeg[2..]].concat();
    let whole = with_preview.len();
    with_preview.extend([0; 100]);
    for (bytes, format) in [(&with_preview, Format::Jpeg), (&encoded(&image, ImageFormat::Png), Format::Png)] {
        for piece in [1, 3, 64, 1000] {
            let mut ending = photo::Ending::new(format);
            bytes.chunks(piece).for_each(|piece| ending.feed(piece));
            assert_eq!(ending.finish(), Ok(()), "{format:?} in pieces of {piece}");
        }
    }
    assert!(photo::check_ending(&with_preview[..whole], Format::Jpeg).is_ok());
    assert!(photo::check_ending(&with_preview[..whole - 1], Format::Jpeg).is_err());
    assert!(
        photo::check_ending(&with_preview[..jpeg.len() + 6], Format::Jpeg).is_err(),
        "the preview's end is not the photo's"
    );
}

#[test]
fn what_is_no_image_is_named() {
    let found = |bytes: &[u8]| {
        let error = photo::decode(bytes).expect_err("no image");
        assert_eq!(error.kind, ErrorKind::NotAnImage, "{error}");
        assert!(!error.cure.is_empty());
        error.found
    };
    assert_eq!(found(b""), "nothing: the file is empty (0 bytes)");
    assert_eq!(found(b"%PDF-1.7\n%\xE2\xE3"), "a PDF document");
    assert_eq!(found("Dear diary, … naïve".as_bytes()), "a text");
    assert_eq!(found(b"\n <!DOCTYPE html><html>"), "an HTML page");
    assert_eq!(
        found(b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "an SVG drawing (lines, not pixels)"
    );
    assert_eq!(found(b"<svg/>"), "an SVG drawing (lines, not pixels)");
    assert_eq!(found(b"{\"a\": 1}"), "a JSON text");
    assert!(found(b"PK\x03\x04\x14\0\0\0").starts_with("a zip archive"));
    assert_eq!(found(b"\0\0\0\x20ftypisom\0\0\x02\0isom"), "a video (MP4 or QuickTime)");
    assert_eq!(found(b"\x01\x02\x03\x04"), "4 bytes of another kind");
    let svg = photo::decode(b"<svg/>").expect_err("a drawing");
    assert!(svg.cure.contains("PNG"), "{svg}");
}

#[test]
fn what_only_a_browser_decodes_is_said_so() {
    let boxed = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len() + 8).expect("a short box");
        [length.to_be_bytes().as_slice(), kind, data].concat()
    };
    for (brand, format) in [(b"heic", Format::Heic), (b"avif", Format::Avif)] {
        let size = boxed(b"ispe", &[[0; 4], 4032u32.to_be_bytes(), 3024u32.to_be_bytes()].concat());
        let properties = boxed(b"iprp", &boxed(b"ipco", &size));
        let bytes = [
            boxed(b"ftyp", &[brand.as_slice(), &[0; 4]].concat()),
            boxed(b"meta", &[&[0; 4], properties.as_slice()].concat()),
        ]
        .concat();
        let header = photo::probe(&bytes).expect("a header");
        assert_eq!((header.format, header.width, header.height), (format, 4032, 3024));
        assert!(matches!(photo::plan(&header, 224), Plan::BrowserOnly { .. }));
        let error = photo::decode(&bytes).expect_err("no decoder of ours");
        assert!(error.found.contains(format.name()), "{error}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded() {
    let started = Instant::now();
    let error = photo::decode(&png_bomb(20_000, 20_000)).expect_err("400 million pixels");
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(error.kind, ErrorKind::TooLarge);
    assert_eq!(error.expected, "at most 120 million pixels");
    assert_eq!(error.found, "20000 × 20000, which is 400 million");
    // Under the limit, a header that promises what the file does not hold is damage, not a crash.
    assert_eq!(photo::decode(&png_bomb(10_000, 1000)).map_err(|error| error.kind), Err(ErrorKind::DamagedImage));
    assert_eq!(photo::decode(&png_bomb(0, 0)).map_err(|error| error.kind), Err(ErrorKind::DamagedImage));
    assert_eq!(
        photo::decode(&png_bomb(u32::MAX >> 1, u32::MAX >> 1)).map_err(|error| error.kind),
        Err(ErrorKind::TooLarge)
    );
    assert_eq!(photo::decode(&png_bomb(12_001, 10_000)).map_err(|error| error.kind), Err(ErrorKind::TooLarge));
    assert!(photo::probe(&png_bomb(12_000, 10_000)).is_ok_and(|header| header.pixels() == MAX_PIXELS));
}

#[test]
fn broken_files_never_panic() {
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(37, 29, |x, y| {
        image::Rgb([(x * y) as u8, (x * 7) as u8, (y * 9) as u8])
    }));
    let mut noise = 1u64;
    let mut random = move |below: usize| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (noise >> 33) as usize % below
    };
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP] {
        let sound = encoded(&image, format);
        for round in 0..400 {
            let mut bytes = sound.clone();
            if round % 4 == 0 {
                bytes.truncate(random(sound.len()));
            } else {
                // Headers decide the most, so half of the flips fall there.
                let region = if round % 2 == 0 { sound.len().min(64) } else { sound.len() };
                (0..=random(4)).for_each(|_| bytes[random(region)] ^= 1 << random(8));
            }
            if let Ok(photo) = photo::decode(&bytes) {
                assert_eq!(photo.pixels.len(), photo.width * photo.height * 3);
            }
            photo::forget_jpeg_orientation(&mut bytes);
        }
    }
}

#[test]
fn large_photos_are_the_browsers() {
    let header =
        |format, width, height| photo::Header { format, width, height, orientation: Orientation::NoTransforms };
    assert_eq!(photo::plan(&header(Format::Jpeg, 2000, 1500), 224), Plan::Rust);
    assert_eq!(photo::plan(&header(Format::Jpeg, 4000, 3000), 224), Plan::Scaled { width: 1000, height: 750 });
    assert_eq!(photo::plan(&header(Format::Png, 4001, 2999), 224), Plan::Scaled { width: 1001, height: 750 });
    // A panorama keeps what the network needs of its shorter side.
    assert_eq!(photo::plan(&header(Format::Jpeg, 12_000, 500), 224), Plan::Scaled { width: 12_000, height: 500 });
    // Browsers may not know that a WebP can have an orientation.
    let turned = photo::Header { orientation: Orientation::Rotate90, ..header(Format::WebP, 4000, 3000) };
    assert_eq!(photo::plan(&turned, 224), Plan::Rust);
    let turned = photo::Header { orientation: Orientation::Rotate90, ..header(Format::Jpeg, 3000, 4000) };
    assert_eq!(photo::plan(&turned, 224), Plan::Scaled { width: 1000, height: 750 });
}

#[test]
fn thumbnails_keep_the_aspect() {
    let photo = |width, height| Rgb { width, height, pixels: [200, 100, 50].repeat(width * height) };
    for (size, expected) in
        [([1000, 500], [320, 160]), ([333, 1000], [107, 320]), ([5000, 1], [320, 1]), ([300, 200], [300, 200])]
    {
        let small = photo::decode(&photo::thumbnail(&photo(size[0], size[1]), 320)).expect("a JPEG");
        assert_eq!([small.width, small.height], expected);
        assert_corners(&small, [[200, 100, 50]; 4], 3);
    }
}

#[test]
fn the_network_sees_the_middle() {
    // A grey frame of a sixteenth on every side around a red middle: exactly the frame falls away.
    let image = Rgb {
        width: 160,
        height: 80,
        pixels: (0..80)
            .flat_map(|y| {
                (0..160).flat_map(move |x| if (10..150).contains(&x) && (5..75).contains(&y) { RED } else { [90; 3] })
            })
            .collect(),
    };
    let pixels = crop_and_resize(&image, 70);
    let middle = &pixels[(35 * 70 + 1) * 3..(35 * 70 + 69) * 3];
    assert_eq!(middle, RED.repeat(68), "nothing of the frame");
    assert_eq!(to_input(&[0, 255]), [-1.0, 1.0]);
    assert!(to_input(&[127, 128]).iter().all(|value| value.abs() < 0.005));
}

#[test]
fn reference_pixels() {
    let Some(golden) = shared("golden", "the reference's pixels") else { return };
    let Some(photos) = shared("data/caltech101", "the reference's pixels") else { return };
    let list = std::fs::read(golden.join("golden.json")).expect("golden.json");
    let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
    let images = list["images"].as_array().expect("a list of photos");
    let photos: Vec<Rgb> = images
        .iter()
        .map(|name| photos.join(name.as_str().expect("a file name")))
        .map(|path| photo::decode(&std::fs::read(path).expect("a photo's file")).expect("a photo"))
        .collect();
    let mut files = 0;
    for entry in std::fs::read_dir(golden).expect("the golden folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "safetensors") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a golden file");
        let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
        let reference = tensors.tensor("pixels").expect("pixels");
        let size = reference.shape()[1];
        for (photo, expected) in photos.iter().zip(reference.data().chunks_exact(size * size * 3)) {
            let differences: Vec<u8> =
                crop_and_resize(photo, size).iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).collect();
            let mean = differences.iter().map(|&d| f64::from(d)).sum::<f64>() / differences.len() as f64;
            let most = differences.iter().max().copied().unwrap_or(0);
            // The reference decoded the JPEGs with libjpeg-turbo; the resampling itself differs by one unit at most.
            assert!(mean < MEAN && most <= MOST, "{}: mean {mean:.3}, most {most}", path.display());
        }
        files += 1;
    }
    assert!(files > 0, "no golden file");
}

/// Largest mean difference from the reference's pixels, units of 255.
const MEAN: f64 = 0.3;
/// Largest single difference.
const MOST: u8 = 4;
