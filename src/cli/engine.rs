//! What the subcommands that compute share: a device, a backbone, and photos from files.

use std::path::Path;

use burn::tensor::Device;
use clap::ValueEnum;

use crate::backbone::Backbone;
use crate::cli::say::note;
use crate::device::{self, Gpu};
use crate::error::{Error, ErrorKind, Result};
use crate::photo::{self, Rgb};
use crate::protocol::DeviceKind;
use crate::weights::WeightFile;
use crate::{registry, verify};

/// Stands for the registry's default backbone, or where that cannot be had for the one that is part of the project.
const DEFAULT_BACKBONE: &str = "default";

/// `--device`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeviceArg {
    /// The processor, with SIMD.
    Cpu,
    /// The graphics processor, through Vulkan, Metal or DirectX 12.
    Gpu,
}

/// What every subcommand that computes understands.
#[derive(Debug, Clone, clap::Args)]
pub struct EngineArgs {
    /// A name that `graft models` lists, or a weight file (.safetensors). By default mobilenet-v2 or, where that cannot be had, graft-small.
    #[arg(long, default_value = DEFAULT_BACKBONE, hide_default_value = true)]
    pub backbone: String,
    /// Where to compute.
    #[arg(long, value_enum, default_value = "cpu")]
    pub device: DeviceArg,
}

/// A device that was opened for a subcommand.
#[derive(Debug)]
pub struct Opened {
    /// Where tensors live.
    pub device: Device,
    /// What it is.
    pub kind: DeviceKind,
    gpu: Option<Gpu>,
}

impl Opened {
    /// Opens a device; a GPU must pass its test.
    ///
    /// # Errors
    /// [`ErrorKind::Device`]: a terminal is told, rather than given another device than it asked for.
    pub async fn open(device: DeviceArg) -> Result<Self> {
        match device {
            DeviceArg::Cpu => Ok(Self::cpu()),
            DeviceArg::Gpu => {
                let gpu = Gpu::open().await.map_err(use_cpu)?;
                verify::device(&gpu.device, DeviceKind::Gpu).await.map_err(use_cpu)?;
                note!("device: {}", gpu.name);
                Ok(Self::of_gpu(gpu))
            }
        }
    }

    /// The processor.
    pub fn cpu() -> Self {
        Self { device: device::cpu(), kind: DeviceKind::Cpu, gpu: None }
    }

    pub(super) fn of_gpu(gpu: Gpu) -> Self {
        Self { device: gpu.device.clone(), kind: DeviceKind::Gpu, gpu: Some(gpu) }
    }

    /// What work on this device came to, unless the GPU complained meanwhile: nothing that it computed since can be trusted ([`Gpu::fault`]).
    ///
    /// # Errors
    /// Those of the work; [`ErrorKind::Device`] where the GPU complained.
    pub fn trusted<T>(&self, result: Result<T>) -> Result<T> {
        match self.gpu.as_ref().and_then(Gpu::fault) {
            Some(fault) => Err(use_cpu(device::lost(fault))),
            None => result,
        }
    }
}

/// An error of a GPU, with what helps in a terminal: a page would go on with the CPU by itself.
pub fn use_cpu(error: Error) -> Error {
    Error { cure: "Use --device cpu, or install a Vulkan driver.".into(), ..error }
}

/// The backbone of that name in the registry, or in the weight file of that path, on a device.
///
/// # Errors
/// It is unknown, missing or damaged.
pub fn backbone(name: &str, device: &Device) -> Result<Backbone> {
    Backbone::new(&weights(name)?, device)
}

/// The weight file of that name in the registry, or of that path.
///
/// # Errors
/// It is unknown, missing or damaged.
pub fn weights(name: &str) -> Result<WeightFile> {
    let bytes = match name {
        DEFAULT_BACKBONE => registry::load_default()?,
        file if file.ends_with(".safetensors") => read(Path::new(file))?,
        name => registry::load(name)?,
    };
    WeightFile::read(&bytes).map_err(|error| error.about(name))
}

/// A photo from a file.
///
/// # Errors
/// The file cannot be read or decoded; the error names it.
pub fn photo(path: &Path) -> Result<Rgb> {
    photo::decode(&read(path)?).map_err(|error| error.about(path.display().to_string()))
}

/// A file's bytes.
///
/// # Errors
/// It cannot be read; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| io(path, "a file that can be read", &error))
}

/// An error about a path.
pub fn io(path: &Path, expected: &str, error: &std::io::Error) -> Error {
    let cure = "Check the path and its permissions.";
    Error::new(ErrorKind::Io, path.display().to_string(), expected, error.to_string(), cure)
}
