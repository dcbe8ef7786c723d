//! Opens the CPU or the GPU, and notices when the GPU can no longer be trusted.

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::{MemoryConfiguration, WgpuSetup, wgpu};

use crate::error::{Error, ErrorKind, Result};

/// The name of the CPU device in reports.
pub const CPU_NAME: &str = "CPU (SIMD)";

/// Storage buffers the widest kernel binds (the head's update: input, gradient, parameters, averages, plan, counter, sizes).
const STORAGE_BUFFERS: u32 = 7;

/// The CPU as a Burn device.
pub fn cpu() -> Device {
    Device::flex()
}

/// A GPU that was opened by [`Gpu::open`].
#[derive(Debug, Clone)]
pub struct Gpu {
    /// The Burn device: tensors on it live in the GPU's memory.
    pub device: Device,
    /// The adapter's name, for people.
    pub name: String,
    fault: Arc<Mutex<Option<String>>>,
}

impl Gpu {
    /// Opens the strongest adapter there is: WebGPU in a browser; Vulkan, Metal or DirectX 12 natively.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where there is no adapter, where it lacks what the kernels or Burn need, or where it refuses.
    pub async fn open() -> Result<Self> {
        let backends =
            if cfg!(target_arch = "wasm32") { wgpu::Backends::BROWSER_WEBGPU } else { wgpu::Backends::PRIMARY };
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| missing("a graphics adapter", in_plain_words("none", &error)))?;
        check(&adapter)?;
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                // CubeCL asks the adapter, not the device, what it may use: so the device gets all of it.
                required_features: adapter.features().difference(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS),
                required_limits: adapter.limits(),
                // SAFETY: experimental features are only accepted because some adapters list them; no kernel uses any.
                experimental_features: unsafe { wgpu::ExperimentalFeatures::enabled() },
                ..Default::default()
            })
            .await
            .map_err(|error| {
                missing("a graphics adapter that lets itself be used", in_plain_words("a refusal", &error))
            })?;
        let (name, backend) = (adapter_name(&adapter), adapter.get_info().backend);
        let burn = Device::wgpu_options()
            // One buffer a tensor: WebGPU forbids that one buffer is read and written by the same dispatch, and the kernels
            // declare their inputs read-only, which real GPUs reward.
            .memory_config(MemoryConfiguration::ExclusivePages)
            .setup(WgpuSetup { instance, adapter, device: device.clone(), queue, backend })
            .init()
            .map_err(|error| missing("a graphics adapter that Burn accepts", in_plain_words("a refusal", &error)))?;
        // After Burn's own handler, so that this one counts: theirs panics, ours tells the session, which goes on with the CPU.
        let fault = Arc::new(Mutex::new(None));
        let seen = fault.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            log::error!("the GPU reported: {error}");
            seen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.to_string());
        }));
        Ok(Self { device: burn, name, fault })
    }

    /// What the GPU complained of, if it ever did. A kernel that was refused leaves stale numbers behind without any other sign
    /// (tracel-ai/cubecl#1641), so that nothing computed since can be trusted.
    pub fn fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
impl Gpu {
    /// The CPU in a GPU's place, for tests of what becomes of work when one fails.
    pub fn pretended() -> Self {
        Self { device: cpu(), name: "a pretended GPU".to_owned(), fault: Arc::default() }
    }

    /// From now on [`Self::fault`] is this.
    pub fn complain(&self, fault: &str) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.to_owned());
    }
}

/// A GPU complained of `fault` ([`Gpu::fault`]).
pub fn lost(fault: String) -> Error {
    let cure = "Graft goes on with the CPU, and nothing is lost; reload the page to try the GPU again.";
    Error::new(ErrorKind::Device, "the GPU", "a device that goes on working", fault, cure)
}

/// What Burn and the kernels need of an adapter.
fn check(adapter: &wgpu::Adapter) -> Result<()> {
    // In a browser CubeCL 0.11 stops the whole program where timestamps are missing (cubecl-wgpu, compute/stream.rs).
    if cfg!(target_arch = "wasm32") && !adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
        return Err(missing("a graphics adapter that can take the time (`timestamp-query`)", "one that cannot"));
    }
    let buffers = adapter.limits().max_storage_buffers_per_shader_stage;
    if buffers < STORAGE_BUFFERS {
        return Err(missing(format!("{STORAGE_BUFFERS} storage buffers a shader"), format!("{buffers}")));
    }
    Ok(())
}

/// What a person is told: in a terminal with the reason as the driver gives it; a page's visitor can do nothing with its dozen of names, which the
/// browser's console has.
fn in_plain_words(found: &str, reason: &dyn std::fmt::Display) -> String {
    log::warn!("the GPU: {reason}");
    if cfg!(target_arch = "wasm32") { found.to_owned() } else { format!("{found} ({reason})") }
}

fn missing(expected: impl Into<String>, found: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Device,
        "the GPU",
        expected,
        found,
        "Graft goes on with the CPU: same results, slower. A newer browser or graphics driver may help.",
    )
}

/// Browsers may withhold every part of the name.
fn adapter_name(adapter: &wgpu::Adapter) -> String {
    let info = adapter.get_info();
    [info.name, info.driver, info.driver_info]
        .into_iter()
        .find(|text| !text.trim().is_empty())
        .unwrap_or_else(|| "an adapter that does not tell its name".to_string())
}
