//! How much memory training may take: what page and engine hold their estimates against.

/// The most in a browser, bytes: a WebAssembly memory ends at 4 GiB, and networks, embeddings and the program are in it, too.
const PAGE: usize = 3 << 30;

/// Of a machine's memory a page takes this share at most: system, browser and other pages need the rest.
const PAGES_SHARE: f64 = 0.5;

/// Bytes of what `navigator.deviceMemory` counts in.
const GIB: f64 = (1u64 << 30) as f64;

/// What training may take in a page, bytes.
pub fn of_a_page() -> usize {
    page(device_memory())
}

/// What training may take in this program, bytes: in a browser [`of_a_page`], in a terminal [`of_a_machine`].
#[cfg(target_arch = "wasm32")]
pub fn here() -> usize {
    of_a_page()
}

/// What training may take in this program, bytes: in a browser [`of_a_page`], in a terminal [`of_a_machine`].
#[cfg(not(target_arch = "wasm32"))]
pub fn here() -> usize {
    of_a_machine()
}

/// `gibibytes`: what the browser says that the machine has.
fn page(gibibytes: Option<f64>) -> usize {
    let told = gibibytes.filter(|gibibytes| gibibytes.is_finite() && *gibibytes > 0.0);
    told.map_or(PAGE, |gibibytes| PAGE.min((gibibytes * PAGES_SHARE * GIB) as usize))
}

/// `navigator.deviceMemory`, GiB, of the window or the worker: a power of two, rounded so that it gives nobody away; only Chromium has it.
#[cfg(target_arch = "wasm32")]
fn device_memory() -> Option<f64> {
    let get = |of: &wasm_bindgen::JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    get(&get(&js_sys::global(), "navigator")?, "deviceMemory")?.as_f64()
}

/// No browser, as in one that does not tell.
#[cfg(not(target_arch = "wasm32"))]
fn device_memory() -> Option<f64> {
    None
}

/// What training may take in a terminal, bytes: most of what is free when it is first asked for, and from then on the same, so that runs after one
/// another are cut alike.
#[cfg(not(target_arch = "wasm32"))]
pub fn of_a_machine() -> usize {
    /// Where the system does not tell.
    const UNKNOWN: usize = 8 << 30;
    static LIMIT: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *LIMIT.get_or_init(|| {
        let told = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| available(&text));
        // An eighth is left, as the estimate is one.
        told.map_or(UNKNOWN, |bytes| bytes / 8 * 7)
    })
}

/// Bytes that Linux says new programs can have without swapping, from the text of `/proc/meminfo`.
#[cfg(not(target_arch = "wasm32"))]
fn available(meminfo: &str) -> Option<usize> {
    let told = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: usize = told.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_half_of_a_small_machine() {
        assert_eq!([Some(0.25), Some(2.0), Some(4.0), Some(8.0)].map(page), [128 << 20, 1 << 30, 2 << 30, PAGE]);
        assert_eq!([None, Some(f64::NAN), Some(-1.0), Some(f64::INFINITY)].map(page), [PAGE; 4]);
        assert_eq!(of_a_page(), PAGE, "no browser tells");
    }

    #[test]
    fn a_terminal_takes_what_is_free() {
        let text = "MemTotal:       16384000 kB\nMemFree:          204800 kB\nMemAvailable:    8192000 kB\n";
        assert_eq!(available(text), Some(8_192_000 * 1024));
        assert_eq!([available(""), available("MemAvailable: many kB"), available("MemAvailable: 5")], [None; 3]);
        assert!(here() > 0 && here() == of_a_machine());
    }
}
