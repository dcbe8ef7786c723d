//! From a photo's file to pixels in the engine's worker: small ones by our own decoders, large ones by the browser, scaled down (see `photo::plan`).

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas};

use crate::error::{Error, ErrorKind, Result};
use crate::photo::{self, Ending, Format, Header, Plan, Rgb};
use crate::session::Photo;
use crate::weights::Checksum;

/// What is read first, bytes: a header rarely ends later, and a file up to this size is read at once.
const HEAD: f64 = (1 << 20) as f64;

/// A large file passes through the engine's memory in pieces of this size, bytes.
const PIECE: f64 = (1 << 20) as f64;

/// Decodes the photo in `blob` for a network whose input is `input` pixels a side.
///
/// # Errors
/// As [`photo::decode`]; `NotAnImage`, with the cure, for a format that this browser cannot decode; `Io` if the file cannot be read
/// any more (moved, changed or deleted since it was chosen).
pub async fn decode(blob: &Blob, input: usize) -> Result<Photo> {
    let (header, mut head) = read_header(blob).await?;
    let rgb = match photo::plan(&header, input) {
        Plan::Rust => match photo::decode(&rest_of(blob, head).await?) {
            // A sound file of a kind that we do not know, such as a JPEG with arithmetic coding.
            Err(error) if error.kind == ErrorKind::NotAnImage => {
                by_bitmap(blob, header.width).await.map_err(|_| error)?
            }
            decoded => decoded?,
        },
        Plan::Scaled { width, height } => {
            check_ending(blob, header.format).await?;
            let scaled = if header.format == Format::Jpeg {
                photo::forget_jpeg_orientation(&mut head);
                jpeg_by_browser(blob, &head, [width, height]).await
            } else {
                by_bitmap(blob, width).await
            };
            match scaled {
                Ok(rgb) => photo::turn(rgb, header.orientation),
                // Our own decoder reads the file with its orientation.
                Err(_) => photo::decode(&read(blob).await?.to_vec())?,
            }
        }
        Plan::BrowserOnly { width } => {
            by_bitmap(blob, width).await.map_err(|_| unknown_to_this_browser(header.format))?
        }
    };
    Ok(Photo { rgb, size: [header.width, header.height] })
}

/// sha256 of the file, 64 lower-case hexadecimal digits.
pub async fn digest(blob: &Blob) -> Result<String> {
    let mut sum = Checksum::default();
    let mut start = 0.0;
    while start < blob.size() {
        sum.feed(&read(&slice(blob, start, start + PIECE)?).await?.to_vec());
        start += PIECE;
    }
    Ok(sum.finish())
}

/// The header, and the beginning of the file in which it stood.
async fn read_header(blob: &Blob) -> Result<(Header, Vec<u8>)> {
    let head = read(&slice(blob, 0.0, HEAD)?).await?.to_vec();
    match photo::probe(&head) {
        // Some files hold previews of several megabytes before the photo's own header.
        Err(error) if error.kind == ErrorKind::DamagedImage && blob.size() > HEAD => {
            let head = read(blob).await?.to_vec();
            Ok((photo::probe(&head)?, head))
        }
        header => Ok((header?, head)),
    }
}

/// The whole file, of which `head` is there already.
async fn rest_of(blob: &Blob, head: Vec<u8>) -> Result<Vec<u8>> {
    if head.len() as f64 == blob.size() { Ok(head) } else { Ok(read(blob).await?.to_vec()) }
}

/// A file's bytes, outside of the engine's memory.
pub async fn read(blob: &Blob) -> Result<Uint8Array> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(unreadable)?;
    Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()))
}

/// The bytes from `start` to `end`, or to the end of the file.
fn slice(blob: &Blob, start: f64, end: f64) -> Result<Blob> {
    blob.slice_with_f64_and_f64(start, end).map_err(unreadable)
}

fn unreadable(reason: JsValue) -> Error {
    Error::new(
        ErrorKind::Io,
        "the photo",
        "a file that can be read",
        format!("one that cannot ({})", text_of(&reason)),
        "It may have been moved or changed since it was chosen: choose it again.",
    )
}

/// Whether the file is there to its end; it passes by in pieces, so that no memory grows by the file.
async fn check_ending(blob: &Blob, format: Format) -> Result<()> {
    let mut ending = Ending::new(format);
    let mut start = 0.0;
    while start < blob.size() {
        ending.feed(&read(&slice(blob, start, start + PIECE)?).await?.to_vec());
        start += PIECE;
    }
    ending.finish()
}

/// A JPEG's pixels, scaled to `size`, as they are stored in the file, whose beginning is `head`.
async fn jpeg_by_browser(blob: &Blob, head: &[u8], size: [u32; 2]) -> std::result::Result<Rgb, JsValue> {
    // `ImageDecoder` scales while it decodes; it is missing on pages that came over plain http and in older browsers.
    if let Ok(rgb) = by_image_decoder(read_with(blob, head).await?, size).await {
        return Ok(rgb);
    }
    // The first attempt consumed the bytes.
    let file = read_with(blob, head).await?;
    by_bitmap(&Blob::new_with_u8_array_sequence(&Array::of1(&file))?, size[0]).await
}

/// The file with `head` in place of its beginning.
async fn read_with(blob: &Blob, head: &[u8]) -> std::result::Result<Uint8Array, JsValue> {
    let file = Uint8Array::new(&JsFuture::from(blob.array_buffer()).await?);
    let length = u32::try_from(head.len()).unwrap_or(u32::MAX).min(file.length());
    file.subarray(0, length).copy_from(&head[..length as usize]);
    Ok(file)
}

/// Decodes a JPEG scaled down to `size`, at about the speed at which its data can be read. `file` is transferred, so that its memory
/// is free when the decoder closes, and not some time later.
async fn by_image_decoder(file: Uint8Array, [width, height]: [u32; 2]) -> std::result::Result<Rgb, JsValue> {
    let init = Object::new();
    let set = |key: &str, value: JsValue| Reflect::set(&init, &key.into(), &value);
    let buffer = file.buffer();
    set("transfer", Array::of1(&buffer).into())?;
    set("data", buffer.into())?;
    set("type", Format::Jpeg.media_type().into())?;
    set("colorSpaceConversion", "none".into())?;
    set("desiredWidth", width.into())?;
    set("desiredHeight", height.into())?;
    let decoder = ImageDecoder::new(&init)?;
    let rgb = async {
        let result = JsFuture::from(decoder.decode()?).await?;
        let frame: Frame = Reflect::get(&result, &"image".into())?.unchecked_into();
        let scaled = [frame.display_width(), frame.display_height()] == [width, height];
        let rgb = if scaled { draw(&frame, [width, height]) } else { Err("not scaled".into()) };
        frame.close();
        rgb
    }
    .await;
    decoder.close();
    rgb
}

/// Decodes and scales down to `width`, aspect kept; upright where the file has an orientation.
///
/// The scaling is the bitmap's, and the bitmap is made from the file: where a canvas scales, or a bitmap is made from a decoded frame, Chromium
/// keeps the whole photo in memory long after.
async fn by_bitmap(blob: &Blob, width: u32) -> std::result::Result<Rgb, JsValue> {
    let options = Object::new();
    let set = |key: &str, value: JsValue| Reflect::set(&options, &key.into(), &value);
    set("imageOrientation", "from-image".into())?;
    set("colorSpaceConversion", "none".into())?;
    set("resizeWidth", width.into())?;
    set("resizeQuality", "high".into())?;
    let scope: WorkerScope = js_sys::global().unchecked_into();
    let bitmap: ImageBitmap = JsFuture::from(scope.create_image_bitmap(blob, &options)?).await?.unchecked_into();
    let rgb = draw(&bitmap, [bitmap.width(), bitmap.height()]);
    bitmap.close();
    rgb
}

/// Draws a frame or bitmap of `size` on white, and reads the pixels.
fn draw(image: &JsValue, [width, height]: [u32; 2]) -> std::result::Result<Rgb, JsValue> {
    let canvas = OffscreenCanvas::new(width, height)?;
    let options = Object::new();
    // Kept by the CPU: the pixels are read at once, and a way through the GPU and back would only cost time.
    Reflect::set(&options, &"willReadFrequently".into(), &true.into())?;
    let context = canvas.get_context_with_context_options("2d", &options)?.ok_or("no 2d context")?;
    Reflect::set(&context, &"fillStyle".into(), &"#fff".into())?;
    let context: Context = context.unchecked_into();
    let [w, h] = [f64::from(width), f64::from(height)];
    context.fill_rect(0.0, 0.0, w, h);
    context.draw_image(image, 0.0, 0.0, w, h)?;
    let rgba = context.get_image_data(0.0, 0.0, w, h)?.data().0;
    // A canvas's memory waits for the garbage collector; an empty one has none.
    canvas.set_width(0);
    canvas.set_height(0);
    Ok(Rgb { width: width as usize, height: height as usize, pixels: photo::rgba_on_white(rgba) })
}

fn unknown_to_this_browser(format: Format) -> Error {
    let cure = match format {
        Format::Heic => "Open this page in Safari, which can decode HEIC, or convert the photo to JPEG.",
        Format::JpegXl | Format::Tiff => "Open this page in Safari, or convert the photo to JPEG or PNG.",
        _ => "Use a newer browser, or convert the photo to JPEG or PNG.",
    };
    let name = format.name();
    Error::new(
        ErrorKind::NotAnImage,
        "the photo",
        "an image that this browser can decode",
        format!("the format {name}"),
        cure,
    )
}

pub fn text_of(value: &JsValue) -> String {
    let message = Reflect::get(value, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| value.as_string()).unwrap_or_else(|| "for an unknown reason".into())
}

// What web-sys has only among its unstable interfaces, or only for one type of argument.
#[wasm_bindgen]
extern "C" {
    type ImageDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> std::result::Result<ImageDecoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &ImageDecoder) -> std::result::Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &ImageDecoder);

    type Frame;
    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    fn display_width(this: &Frame) -> u32;
    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    fn display_height(this: &Frame) -> u32;
    #[wasm_bindgen(method)]
    fn close(this: &Frame);

    type WorkerScope;
    #[wasm_bindgen(method, catch, js_name = createImageBitmap)]
    fn create_image_bitmap(
        this: &WorkerScope,
        blob: &Blob,
        options: &Object,
    ) -> std::result::Result<js_sys::Promise, JsValue>;

    type Context;
    #[wasm_bindgen(method, js_name = fillRect)]
    fn fill_rect(this: &Context, x: f64, y: f64, width: f64, height: f64);
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(
        this: &Context,
        image: &JsValue,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> std::result::Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = getImageData)]
    fn get_image_data(
        this: &Context,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> std::result::Result<web_sys::ImageData, JsValue>;
}
