use std::cell::Cell;

use clap::Parser;
use image::{ImageFormat, RgbImage};

use super::{Args, Told, Workbench};
use crate::cli::engine::Opened;
use crate::device::Gpu;
use crate::protocol::{DeviceKind, Ended};

#[derive(Debug, Parser)]
struct Call {
    #[command(flatten)]
    args: Args,
}

/// A folder of two classes, taken away when the test is done.
struct Photos(std::path::PathBuf);

impl Photos {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("graft-{name}-{}", std::process::id()));
        for (class, colour) in [("red", [200, 0, 0]), ("blue", [0, 0, 200])] {
            std::fs::create_dir_all(folder.join(class)).expect("a folder");
            for number in 0..6u8 {
                let shade = |x: u32, y: u32| (x * 7 + y * 13) as u8 % (8 + number);
                let photo = RgbImage::from_fn(48, 48, |x, y| {
                    image::Rgb(colour.map(|value: u8| value.saturating_add(shade(x, y))))
                });
                photo
                    .save_with_format(folder.join(class).join(format!("{number}.png")), ImageFormat::Png)
                    .expect("a photo");
            }
        }
        Self(folder)
    }

    fn args(&self, flags: &[&str]) -> Args {
        let data = self.0.display().to_string();
        let call = ["train", "--backbone", "graft-small", "--split", "random", "--data", &data];
        Call::parse_from(call.iter().chain(flags)).args
    }
}

impl Drop for Photos {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_processor_goes_on_where_the_gpu_fails() {
    let photos = Photos::new("gpu-lost");
    let gpu = Gpu::pretended();
    let mut workbench = Workbench::at(Opened::of_gpu(gpu.clone()));
    // With augmentation an epoch takes longer than rows are waited for.
    let args = photos.args(&[
        "--unfreeze",
        "last:1",
        "--head-first",
        "0",
        "--epochs",
        "6",
        "--batch",
        "4",
        "--augment",
        "moderate",
    ]);
    let (mut epochs, mut notes) = (Vec::new(), Vec::new());
    let given = workbench.give(&args, |told| match told {
        Told::Epoch(row) => {
            epochs.push(row.epoch);
            gpu.complain("the driver stopped");
        }
        Told::Note(note) => notes.push(note.to_owned()),
        _ => {}
    });
    let summary = given.expect("what the processor trained").outcome.summary;
    assert_eq!(epochs, [1, 2, 3, 4, 5, 6], "each once");
    assert_eq!((summary.ended, summary.device), (Ended::Done, Some(DeviceKind::Cpu)));
    assert!(
        matches!(&notes[..], [note] if note.contains("the driver stopped") && note.contains("after epoch")),
        "{notes:?}"
    );
    assert_eq!(workbench.kind(), DeviceKind::Cpu, "also in the next lesson");
}

#[test]
fn what_a_gpu_computed_is_not_trusted_once_it_complained() {
    let photos = Photos::new("gpu-untrusted");
    let gpu = Gpu::pretended();
    let opened = Opened::of_gpu(gpu.clone());
    assert_eq!(opened.trusted(Ok(1)), Ok(1));
    gpu.complain("a shader was refused");
    let error = opened.trusted(Ok(1)).expect_err("a fault");
    assert!(error.found.contains("refused") && error.cure.contains("--device cpu"), "{error}");
    // Nor is anything trained on what it made of the photos.
    let told = Cell::new(0);
    let mut workbench = Workbench::at(opened);
    let given = workbench.give(&photos.args(&["--epochs", "2"]), |_| told.set(told.get() + 1));
    assert_eq!((given.err(), told.get()), (Some(error), 0));
}
