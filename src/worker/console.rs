//! Panics and log lines, brought to the browser's console; a panic also to the page, which starts the engine again.

use log::{LevelFilter, Log, Metadata, Record};
use wasm_bindgen::JsValue;

struct Console;

impl Log for Console {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        let line = JsValue::from_str(&format!("{}: {}", record.target(), record.args()));
        match record.level() {
            log::Level::Error => web_sys::console::error_1(&line),
            log::Level::Warn => web_sys::console::warn_1(&line),
            _ => web_sys::console::log_1(&line),
        }
    }

    fn flush(&self) {}
}

/// Sends warnings and errors to the console, and calls `crashed` with a panic's text before the program stops.
pub fn install(crashed: impl Fn(String) + Send + Sync + 'static) {
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    std::panic::set_hook(Box::new(move |info| {
        web_sys::console::error_1(&JsValue::from_str(&info.to_string()));
        crashed(info.to_string());
    }));
}
