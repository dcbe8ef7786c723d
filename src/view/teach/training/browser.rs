//! Does what the part asks of the browser.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, JsString};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
};
use yew::Callback;

use super::augmenting::Tiles;
use super::{Action, Effect};
use crate::error::{Error, ErrorKind};
use crate::protocol::{TeachCommand, TeachEvent, TuneCommand, TuneEvent};
use crate::view::app::Msg;
use crate::view::browser;
use crate::view::state;
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::{Outgoing, TeachRuntime};

/// Pixels of a saved picture for each of the drawing's.
const PIXELS: f64 = 3.0;

thread_local! {
    /// The `blob:` address of the preview that is shown.
    static PREVIEW: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Width and height of a preview's tile, pixels.
const TILE: u32 = 128;

/// Does one thing; what is to be sent to an engine comes back.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) -> Option<Outgoing> {
    match effect {
        Effect::Supply(run, sample) => {
            let (command, photo) = match runtime.vault.photo(sample) {
                Some(photo) => (TuneCommand::Supply { run, sample }, Some(photo.into())),
                None => (TuneCommand::SupplyFailed { run, sample, error: gone() }, None),
            };
            return Some((0, TeachCommand::Tune(command), photo));
        }
        Effect::Preview(sample, augmentation, seed) => {
            // A photo that is gone is shown to be so elsewhere.
            let photo = runtime.vault.photo(sample)?;
            let command = TuneCommand::Preview { augmentation, seed, side: TILE };
            return Some((0, TeachCommand::Tune(command), Some(photo.into())));
        }
        Effect::AskHeadFile => {
            runtime.act(TeachAction::Training(Action::HeadFile(runtime.head.is_some())));
        }
        Effect::UseTrained => {
            if let Some(head) = runtime.trained.take() {
                runtime.head = Some(head);
            }
        }
        Effect::SaveText(name, kind, text) => {
            let saved = browser::save(&name, kind, &text);
            say(&runtime.tell, &name, saved);
        }
        Effect::SavePng(name, svg, width, height) => {
            let tell = runtime.tell.clone();
            spawn_local(async move {
                let saved = save_png(&name, &svg, width, height).await;
                say(&tell, &name, saved);
            });
        }
    }
    None
}

fn gone() -> Error {
    Error::new(
        ErrorKind::Io,
        "A photo",
        "the file that was added",
        "that it is not kept any more",
        "Add the file again; until then the others are used without it.",
    )
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(runtime: &mut TeachRuntime, _engine: usize, event: &TeachEvent, data: &ArrayBuffer) {
    let TeachEvent::Tune(TuneEvent::Previewed { tiles, side }) = event else { return };
    let Ok(address) = browser::jpeg_address(data) else { return };
    if let Some(old) = PREVIEW.replace(Some(address.clone())) {
        // Not at once: it is shown until the new one is.
        browser::after(1000, move || {
            let _ = Url::revoke_object_url(&old);
        });
    }
    let tiles = Tiles { names: tiles.clone(), side: *side, address };
    runtime.act(TeachAction::Training(Action::Previewed(tiles)));
}

fn say(tell: &Callback<Msg>, name: &str, saved: Result<(), JsValue>) {
    let Err(thrown) = saved else { return };
    tell.emit(Msg::Do(state::Action::ButtonFailed(Error::new(
        ErrorKind::Io,
        name,
        "that this page may save a file",
        browser::words(&thrown),
        "The table below the curves holds the same numbers.",
    ))));
}

/// Draws the SVG into a canvas and saves that.
async fn save_png(name: &str, svg: &str, width: f64, height: f64) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsString::from(svg)), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let drawn = draw(&address, width, height).await;
    let _ = Url::revoke_object_url(&address);
    let picture = drawn?;
    let address = Url::create_object_url_with_blob(&picture)?;
    let document = browser::window().document().ok_or("no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Not at once: the browser reads it after the click.
    browser::after(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    });
    Ok(())
}

async fn draw(address: &str, width: f64, height: f64) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(address);
    JsFuture::from(image.decode()).await?;
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width((width * PIXELS) as u32);
    canvas.set_height((height * PIXELS) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * PIXELS, height * PIXELS)?;
    let (sender, blob) = promised();
    canvas.to_blob(sender.unchecked_ref())?;
    let blob = JsFuture::from(blob).await?;
    blob.dyn_into().map_err(|_| "the picture is too large for this browser".into())
}

/// A function, and the promise of what it is called with.
fn promised() -> (JsValue, js_sys::Promise) {
    let mut keep = JsValue::UNDEFINED;
    let promise = js_sys::Promise::new(&mut |resolve, _| keep = resolve.into());
    (keep, promise)
}
