//! `graft classify`: the most probable classes of photos.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;

use super::engine::{EngineArgs, Opened, backbone, photo};
use crate::backbone::Backbone;
use crate::cli::say::{note, say};
use crate::error::Result;
use crate::predict::{softmax, top};
use crate::preprocess::crop_and_resize;
use crate::protocol::{DeviceKind, TopItem};

/// What `graft classify` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    engine: EngineArgs,
    /// How many classes to give.
    #[arg(long, default_value_t = 5)]
    top: usize,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// JPEG, PNG, WebP, GIF or BMP files.
    #[arg(required = true)]
    photos: Vec<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    photo: String,
    backbone: &'a str,
    device: DeviceKind,
    top: Vec<TopItem>,
    /// Milliseconds from the file to the classes.
    ms: f64,
}

/// Classifies one photo after another; one that fails does not stop the rest.
///
/// # Errors
/// There is no such device or backbone.
pub fn run(args: &Args) -> Result<ExitCode> {
    pollster::block_on(async {
        let opened = Opened::open(args.engine.device).await?;
        let network = backbone(&args.engine.backbone, &opened.device)?;
        let mut status = ExitCode::SUCCESS;
        for path in &args.photos {
            let started = Instant::now();
            match opened.trusted(classify(&network, path, args.top).await) {
                Ok(top) => {
                    let ms = started.elapsed().as_secs_f64() * 1e3;
                    let name = &network.meta().name;
                    print(
                        &Line { photo: path.display().to_string(), backbone: name, device: opened.kind, top, ms },
                        args.json,
                    );
                }
                Err(error) => {
                    status = ExitCode::from(1);
                    if args.json {
                        say!(
                            "{}",
                            serde_json::json!({ "photo": path.display().to_string(), "error": error.to_string() })
                        );
                    } else {
                        note!("graft: {error}");
                    }
                }
            }
        }
        Ok(status)
    })
}

async fn classify(network: &Backbone, path: &Path, count: usize) -> Result<Vec<TopItem>> {
    let pixels = crop_and_resize(&photo(path)?, network.meta().input);
    let logits = network.run(&pixels).await?.logits.concat();
    Ok(top(&softmax(&logits), &network.meta().labels, count))
}

fn print(line: &Line, json: bool) {
    if json {
        say!("{}", serde_json::json!(line));
        return;
    }
    say!("{} ({:.0} ms)", line.photo, line.ms);
    for item in &line.top {
        say!("  {:5.1} %  {:<9}  {}", 100.0 * item.probability, item.id.as_deref().unwrap_or("–"), item.label);
    }
}
