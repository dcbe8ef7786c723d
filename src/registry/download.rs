//! Downloads with `curl`, which every system has: an HTTP and TLS stack of our own would outweigh the rest of the program.

use std::path::Path;
use std::process::{Command, Stdio};

/// Seconds until a server must have answered; an unreachable one is given up after this.
const CONNECT_SECONDS: u64 = 10;

/// Why a download failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// This file could not be had; others might.
    File(String),
    /// The server, or `curl`, cannot be reached: others will not fare better.
    Unreachable(String),
}

/// Downloads `url` into `path`, in at most so many seconds and bytes.
pub(super) fn download(url: &str, path: &Path, seconds: u64, bytes: u64) -> Result<(), Failure> {
    let output = Command::new("curl")
        .args(["--fail", "--location", "--silent", "--show-error", "--proto", "=https"])
        .args(["--connect-timeout", &CONNECT_SECONDS.min(seconds).to_string()])
        .args(["--max-time", &seconds.to_string()])
        .args(["--max-filesize", &bytes.to_string()])
        .arg("--output")
        .arg(path)
        .arg("--")
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::Unreachable(format!("curl could not be run ({error})")))?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_string();
    match output.status.code() {
        // Its exit codes (https://curl.se/docs/manpage.html#EXIT): proxy, name, connection, time-out, TLS, reception.
        Some(5 | 6 | 7 | 28 | 35 | 56 | 60) => Err(Failure::Unreachable(message)),
        _ => Err(Failure::File(message)),
    }
}
