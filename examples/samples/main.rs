//! Renders the example photos of the empty page: `cargo run --release --example samples -- www/samples`.
//!
//! A small path tracer over signed distance fields, with nothing taken from anywhere: every shape, surface and lamp is
//! a formula in `subjects/`. The same machine writes the same bytes on each run, however many threads it has.
//!
//! ```text
//! vec3 → noise, shape → scene (camera, light, surface) → trace → film (denoise) → JPEG + samples.json
//!                          ↑ subjects/*: one picture a file
//! ```

mod camera;
mod denoise;
mod film;
mod light;
mod noise;
mod random;
mod scene;
mod shape;
mod subjects;
mod surface;
mod trace;
mod vec3;

use std::path::{Path, PathBuf};
use std::time::Instant;

/// Paths traced for each pixel unless `--paths` says otherwise: with them no grain is left after the filter.
const PATHS: u32 = 40;

fn main() -> Result<(), String> {
    let mut paths = PATHS;
    let mut folder = None;
    let mut only = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--paths" => {
                let count = words.next().unwrap_or_default();
                paths = count.parse().map_err(|_| format!("--paths: expected a whole number, found {count:?}"))?;
            }
            "--only" => only.extend(words.next()),
            _ => folder = Some(PathBuf::from(word)),
        }
    }
    let folder = folder.ok_or("usage: samples [--paths N] [--only NAME]… FOLDER")?;
    render_all(&folder, paths, &only)
}

/// Writes a JPEG for each subject (or those named in `only`), and, when all are drawn, the list the page reads.
fn render_all(folder: &Path, paths: u32, only: &[String]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut listed = Vec::new();
    for subject in subjects::all() {
        if !only.is_empty() && !only.iter().any(|name| name == subject.name) {
            continue;
        }
        let started = Instant::now();
        let jpeg = film::encode(&film::expose(&(subject.scene)(), paths))?;
        let file = format!("{}.jpg", subject.name);
        let path = folder.join(&file);
        std::fs::write(&path, &jpeg).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{file}  {} bytes  {:.0} s", jpeg.len(), started.elapsed().as_secs_f32());
        let title = subject.title;
        listed.push(format!(r#"  {{"file": "{file}", "title": "{title}", "credit": "rendered by examples/samples"}}"#));
    }
    if !only.is_empty() {
        return Ok(());
    }
    let list = folder.join("samples.json");
    std::fs::write(&list, format!("[\n{}\n]\n", listed.join(",\n")))
        .map_err(|error| format!("{}: {error}", list.display()))
}
