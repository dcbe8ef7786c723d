//! Small things that only a browser can do: its clock, its memory, addresses, files to save.

use js_sys::{Array, ArrayBuffer, Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, Storage, Url, UrlSearchParams, Window};

#[wasm_bindgen]
extern "C" {
    /// The address of a file of ours by its name, see `boot.js`.
    #[wasm_bindgen(js_namespace = graft, js_name = url)]
    pub fn address(name: &str) -> String;

    /// Opens the whole program in place of this one and hands it these files.
    #[wasm_bindgen(js_namespace = graft, js_name = whole)]
    pub fn open_whole(files: &Array);

    /// The files that the program before this one handed over.
    #[wasm_bindgen(js_namespace = graft, js_name = handed)]
    pub fn handed() -> Array;
}

/// The window; this program runs in no other place.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// `?name=` in the page's address.
pub fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// What an earlier visit kept; `None` also where the browser keeps nothing.
pub fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text for later visits, where the browser does that.
pub fn remember(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text); // full or forbidden: then it is simply not kept
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Shows a theme; "auto" is the system's.
pub fn show_theme(word: &str) {
    let Some(root) = window().document().and_then(|document| document.document_element()) else { return };
    let _ = if word == "auto" { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", word) };
}

/// Shows the page as a projector needs it, or as usual.
pub fn show_projector(on: bool) {
    if let Some(root) = window().document().and_then(|document| document.document_element()) {
        let _ = root.toggle_attribute_with_force("data-projector", on);
    }
}

/// Puts a title on the window's tab.
pub fn show_title(title: &str) {
    let Some(document) = window().document() else { return };
    if document.title() != title {
        document.set_title(title);
    }
}

/// Lets the browser ask before the tab is closed, or not.
pub fn warn_before_leaving(warn: bool) {
    let window = window();
    if warn == window.onbeforeunload().is_some() {
        return;
    }
    let ask = warn.then(|| {
        Closure::<dyn Fn(web_sys::BeforeUnloadEvent)>::new(|event: web_sys::BeforeUnloadEvent| {
            event.prevent_default();
            event.set_return_value("unsaved"); // older browsers ask only then
        })
        .into_js_value()
    });
    window.set_onbeforeunload(ask.as_ref().map(JsCast::unchecked_ref));
}

/// Moves the focus to the place itself, past the bar at the top.
pub fn focus_place(event: web_sys::MouseEvent) {
    event.prevent_default(); // the address says which place it is, and so it stays
    let place = window().document().and_then(|document| document.get_element_by_id("place"));
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = place.focus();
    }
}

/// Gives the focus to an element, unless something has it already. It is looked for once the page is drawn.
pub fn focus_if_lost(selector: String) {
    after(0, move || {
        let Some(document) = window().document() else { return };
        let is_lost = document.active_element().is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"));
        let element = document.query_selector(&selector).ok().flatten().filter(|_| is_lost);
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Is the focus within an element?
pub fn has_focus(selector: &str) -> bool {
    let active = window().document().and_then(|document| document.active_element());
    active.is_some_and(|active| active.closest(selector).ok().flatten().is_some())
}

/// Calls back whenever a key is pressed anywhere, by the name that browsers give it, for as long as the page lives.
pub fn on_key(name: &'static str, act: impl Fn() + 'static) {
    let act = Closure::<dyn Fn(web_sys::KeyboardEvent)>::new(move |event: web_sys::KeyboardEvent| {
        if event.key() == name && !event.repeat() {
            event.prevent_default();
            act();
        }
    });
    let _ = window().add_event_listener_with_callback("keydown", act.as_ref().unchecked_ref());
    act.forget(); // as long as the page
}

/// Calls back once, after `ms` milliseconds.
pub fn after(ms: i32, act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), ms);
}

/// Calls back every `ms` milliseconds for as long as the page lives.
pub fn every(ms: i32, act: impl FnMut() + 'static) {
    let act = Closure::<dyn FnMut()>::new(act);
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(act.as_ref().unchecked_ref(), ms);
    act.forget(); // as long as the page
}

/// Calls back whenever the part of the address after `#` changes, for as long as the page lives.
pub fn on_address(act: impl FnMut() + 'static) {
    let act = Closure::<dyn FnMut()>::new(act);
    let _ = window().add_event_listener_with_callback("hashchange", act.as_ref().unchecked_ref());
    act.forget(); // as long as the page
}

/// The promise's value, or `None` if it takes longer than `ms` milliseconds.
pub async fn within(ms: i32, promise: Promise) -> Result<Option<JsValue>, JsValue> {
    let late_mark = JsValue::from(js_sys::Object::new());
    let late = Promise::new(&mut |resolve: Function, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_1(&resolve, ms, &late_mark);
    });
    let value = JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await?;
    Ok((value != late_mark).then_some(value))
}

/// Puts a text into the clipboard.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    // A page opened over plain http has no clipboard, though the type says it has.
    let clipboard: JsValue = js_sys::Reflect::get(&window().navigator(), &"clipboard".into())?;
    if clipboard.is_undefined() {
        return Err("a page over plain http, which may not use the clipboard".into());
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.map(drop)
}

/// A `blob:` address of a JPEG, until it is revoked.
pub fn jpeg_address(jpeg: &ArrayBuffer) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    Url::create_object_url_with_blob(&Blob::new_with_buffer_source_sequence_and_options(&Array::of1(jpeg), &options)?)
}

/// A canvas as a JPEG of this quality (0–1; `None`: the browser's own); `None` where it is empty.
pub async fn jpeg_of(canvas: &HtmlCanvasElement, quality: Option<f64>) -> Result<Option<Blob>, JsValue> {
    let encoded = Promise::new(&mut |resolve: Function, reject: Function| {
        let quality = quality.map_or(JsValue::UNDEFINED, JsValue::from_f64);
        if let Err(thrown) = canvas.to_blob_with_type_and_encoder_options(&resolve, "image/jpeg", &quality) {
            let _ = reject.call1(&JsValue::NULL, &thrown);
        }
    });
    Ok(JsFuture::from(encoded).await?.dyn_into().ok())
}

/// Saves a text as a file.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    save_blob(name, &Blob::new_with_str_sequence_and_options(&Array::of1(&JsString::from(text)), &options)?)
}

/// Saves bytes as a file.
pub fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let document = window().document().ok_or("no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Not at once: the browser reads it after the click.
    after(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    });
    Ok(())
}

/// What a thrown value says.
pub fn words(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => thrown.as_string().unwrap_or_else(|| "an error without words".to_owned()),
    }
}
