//! Numbers and names as people read them. A no-break space stands between a number and its unit.

use crate::error::ErrorKind;
use crate::protocol::DeviceKind;

const NBSP: char = '\u{a0}';
/// More files than these are only counted in a message.
const NAMED: usize = 3;

/// A file's size: "512 B", "3.9 MB" (a megabyte is a million bytes, as file managers have it).
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    if count < 1e3 {
        format!("{count:.0}{NBSP}B")
    } else if count < 1e6 {
        format!("{:.0}{NBSP}kB", count / 1e3)
    } else if count < 1e9 {
        format!("{:.1}{NBSP}MB", count / 1e6)
    } else {
        format!("{:.1}{NBSP}GB", count / 1e9)
    }
}

/// A large count: "999", "470 k", "3.5 M".
pub fn count(number: usize) -> String {
    let number = number as f64;
    if number < 1e3 {
        format!("{number:.0}")
    } else if number < 1e6 {
        format!("{:.0}{NBSP}k", number / 1e3)
    } else {
        format!("{:.1}{NBSP}M", number / 1e6)
    }
}

/// A probability or accuracy, 0–1, as a percentage with one decimal: "97.0 %". Below a thousandth: "< 0.1 %".
pub fn percent(fraction: f32) -> String {
    if fraction > 0.0 && fraction < 0.0005 {
        format!("<{NBSP}0.1{NBSP}%")
    } else {
        format!("{:.1}{NBSP}%", fraction * 100.0)
    }
}

/// A short time in milliseconds: "0.8 ms", "26 ms", "1.3 s".
pub fn milliseconds(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.1}{NBSP}ms")
    } else if ms < 1000.0 {
        format!("{ms:.0}{NBSP}ms")
    } else {
        format!("{:.1}{NBSP}s", ms / 1000.0)
    }
}

/// A longer time in seconds: "4 s", "1 min 20 s", "2 h 5 min".
pub fn duration(seconds: f64) -> String {
    let seconds = if seconds.is_finite() { seconds.max(0.0).ceil() as u64 } else { 0 };
    match seconds {
        0..60 => format!("{seconds}{NBSP}s"),
        60..3600 => format!("{}{NBSP}min {}{NBSP}s", seconds / 60, seconds % 60),
        _ => format!("{}{NBSP}h {}{NBSP}min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Photos a second: "0.4", "3.8", "38".
pub fn rate(per_second: f64) -> String {
    if per_second < 10.0 { format!("{per_second:.1}") } else { format!("{per_second:.0}") }
}

/// "1 photo", "2 photos".
pub fn photos(number: usize) -> String {
    if number == 1 { format!("1{NBSP}photo") } else { format!("{number}{NBSP}photos") }
}

/// Names as a sentence has them: "a", "a and b", "a, b and c", "a, b, c and 4 more".
pub fn names<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    match (shown.as_slice(), names.len().saturating_sub(NAMED)) {
        ([first @ .., last], 0) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (_, 0) => shown.concat(),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A device as the top bar names it.
pub fn device(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Cpu => "CPU",
        DeviceKind::Gpu => "WebGPU",
    }
}

/// A device as tables and `data-*` name it.
pub fn device_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Cpu => "cpu",
        DeviceKind::Gpu => "gpu",
    }
}

/// An error's kind as `data-kind` spells it: `not-an-image`.
pub fn kind(kind: ErrorKind) -> String {
    serde_json::to_string(&kind).unwrap_or_default().trim_matches('"').to_owned()
}

/// The first of a class's names, with a capital, as a heading has it: ImageNet's "cheetah, chetah, Acinonyx jubatus" is a "Cheetah".
pub fn class_name(label: &str) -> String {
    let mut name = label.split(", ").next().unwrap_or_default().to_owned();
    // Names in the lists begin with a letter of the Latin alphabet; anything else stays as it is.
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}
