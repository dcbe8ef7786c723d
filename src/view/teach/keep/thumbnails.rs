//! Thumbnails of photos that came with a `.graft` file, which are not embedded again and so get none from the engine.

use js_sys::ArrayBuffer;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ResizeQuality};

use crate::project::SampleId;
use crate::view::browser;
use crate::view::teach::runtime::Vault;

/// Longest side, pixels, as the engine's are.
const SIDE: u32 = 160;
/// Thumbnails after which the page is told.
const AT_ONCE: usize = 24;

/// Makes the thumbnails that these samples lack, one after another; `told` is called now and then.
pub fn make(vault: Vault, samples: Vec<(SampleId, [u32; 2])>, told: impl Fn() + 'static) {
    spawn_local(async move {
        let mut made = 0;
        for (sample, size) in samples {
            let Some(kept) = vault.get(sample).filter(|kept| kept.thumbnail.is_none()) else { continue };
            let Some(photo) = kept.photo else { continue };
            // What cannot be drawn here, the engine's decoder may still have read: the class shows a blank.
            if let Ok(thumbnail) = thumbnail(&photo, size).await
                && vault.photo(sample).is_some_and(|now| now == photo)
            {
                vault.keep_thumbnail(sample, thumbnail);
                made += 1;
                if made % AT_ONCE == 0 {
                    told();
                }
            }
        }
        if made > 0 {
            told();
        }
    });
}

async fn thumbnail(photo: &Blob, [width, height]: [u32; 2]) -> Result<ArrayBuffer, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_resize_quality(ResizeQuality::Medium);
    // The other side follows.
    if width.max(height) > SIDE || width == 0 {
        if width >= height { options.set_resize_width(SIDE) } else { options.set_resize_height(SIDE) }
    }
    let drawn = browser::window().create_image_bitmap_with_blob_and_image_bitmap_options(photo, &options)?;
    let bitmap: ImageBitmap = JsFuture::from(drawn).await?.dyn_into()?;
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.dyn_into()?;
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    let jpeg = browser::jpeg_of(&canvas, Some(0.8)).await?.ok_or("an empty canvas")?;
    JsFuture::from(jpeg.array_buffer()).await?.dyn_into()
}
