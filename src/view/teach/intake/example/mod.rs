//! A project to try everything with: a hundred and twenty small pictures of four kinds, drawn here and now. They are the same at every
//! visit, different enough among themselves that a head has something to learn, and nobody's property.

mod fish;
mod houses;
mod leaves;
mod mugs;
mod pen;
mod random;
mod scenery;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement};
use yew::Callback;

use self::pen::Pen;
use self::random::Random;
use super::Action;
use super::embedder::does;
use crate::error::{Error, ErrorKind};
use crate::view::app::Msg;
use crate::view::browser;
use crate::view::input::Found;
use crate::view::teach::runtime::Given;

/// Pictures a class.
const PER_CLASS: u64 = 30;
/// Pictures between two words about how far it is.
const STEP: usize = 10;
/// Decides everything that varies.
const SEED: u64 = 2017;
/// Widths and heights, pixels: what a network sees is cut from the middle.
const SIZES: [(u32, u32); 4] = [(280, 280), (320, 256), (256, 304), (304, 272)];
/// JPEG quality, 0–1.
const QUALITY: f64 = 0.9;

/// Draws what a picture shows, in a square from −1 to 1.
type Draw = fn(&Pen, &mut Random);

/// Class, file name, drawing.
const CLASSES: [(&str, &str, Draw); 4] = [
    ("Fish", "fish", fish::draw),
    ("Houses", "house", houses::draw),
    ("Leaves", "leaf", leaves::draw),
    ("Mugs", "mug", mugs::draw),
];

/// Draws all pictures, telling how far it is, and gives them as a folder.
pub fn draw(tell: Callback<Msg>) {
    spawn_local(async move {
        let drawn = all(&tell).await;
        tell.emit(does(Action::Drawn(None)));
        tell.emit(match drawn {
            Ok(found) => Msg::Given(Given::Folder(found)),
            Err(thrown) => does(Action::Failed(Error::new(
                ErrorKind::Io,
                "The example",
                "a canvas to draw it on",
                browser::words(&thrown),
                "Allow this page to read its canvas (some privacy settings forbid it), or use photos of your own.",
            ))),
        });
    });
}

async fn all(tell: &Callback<Msg>) -> Result<Vec<Found>, JsValue> {
    let document = browser::window().document().ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let mut found = Vec::new();
    for (kind, (class, name, draw)) in (0_u64..).zip(CLASSES) {
        for number in 1..=PER_CLASS {
            let mut random = Random::new(SEED + kind * PER_CLASS + number);
            picture(&canvas, &mut random, draw)?;
            let name = format!("{name}-{number:02}.jpg");
            found.push(Found { path: format!("Example/{class}/{name}"), file: file(&canvas, &name).await? });
            if found.len() % STEP == 0 {
                tell.emit(does(Action::Drawn(Some(found.len()))));
            }
        }
    }
    Ok(found)
}

fn picture(canvas: &HtmlCanvasElement, random: &mut Random, draw: Draw) -> Result<(), JsValue> {
    let (width, height) = *random.one_of(&SIZES);
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    let (width, height) = (f64::from(width), f64::from(height));
    let pen = Pen::new(&context, width, height);
    scenery::draw(&pen, random);
    let room = width.min(height);
    // The subject fills a third to nearly all of the picture, and need not stand in the middle.
    let half = room * random.between(0.26, 0.44);
    let free = |side: f64| (side / 2.0 - half * 0.9).max(0.0) * 0.8;
    let x = width / 2.0 + random.around(free(width));
    let y = height / 2.0 + random.around(free(height));
    pen.placed(x, y, half, |pen| draw(pen, random));
    pen.light(random);
    Ok(())
}

async fn file(canvas: &HtmlCanvasElement, name: &str) -> Result<File, JsValue> {
    let blob = browser::jpeg_of(canvas, Some(QUALITY)).await?.ok_or("an empty canvas")?;
    let options = FilePropertyBag::new();
    options.set_type("image/jpeg");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options)
}
