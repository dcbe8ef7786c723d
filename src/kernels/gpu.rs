//! What the WGSL kernels share: a new tensor beside another one, and the launch of a source with its numbers.

use burn::backend::Shape;
use burn::backend::wgpu::{CubeTensor, KernelSource, SourceKernel, SourceTemplate};
use burn::tensor::DType;
use cubecl::client::Client;
use cubecl::prelude::KernelId;
use cubecl::server::{Handle, KernelArguments};
use cubecl::{CubeCount, CubeDim};

/// Invocations in a workgroup of every kernel: a multiple of all subgroup sizes in use, a quarter of WebGPU's guaranteed limit.
pub const WORKGROUP: u32 = 64;

/// Workgroups that WebGPU guarantees along one dimension of a dispatch.
const MAX_GROUPS: u32 = 65_535;

/// The text of a kernel's WGSL behind that of files in `shared/`; paths as in `include_str!`.
macro_rules! wgsl {
    ($($file:literal),+) => {
        concat!($(include_str!($file)),+)
    };
}
pub(super) use wgsl;

/// A WGSL source with everything that varies in it.
#[derive(Debug, Clone)]
pub struct Wgsl {
    /// The file's name: with `constants` it identifies the compiled kernel.
    pub name: &'static str,
    /// The text, with `{{ name }}` where a constant goes.
    pub source: &'static str,
    /// The values of the constants. All of them are part of the compile cache's key.
    pub constants: Vec<(&'static str, u32)>,
}

impl KernelSource for Wgsl {
    fn source(&self) -> SourceTemplate {
        let template = SourceTemplate::new(self.source).register("workgroup", WORKGROUP.to_string());
        self.constants.iter().fold(template, |t, (name, value)| t.register(*name, value.to_string()))
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.name, self.constants.clone()))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// A new tensor on `like`'s device; its values are undefined until a kernel writes them.
pub fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let shape = Shape::from(shape);
    let buffer = like.client.empty(shape.num_elements() * size_of::<f32>());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), shape, buffer, DType::F32)
}

/// Queues `kernel` over `invocations` threads. Bindings in the shader's order: `tensors`, then one buffer with `numbers` (u32).
///
/// Invocations are numbered as by [`dispatch`].
pub fn launch(kernel: Wgsl, invocations: usize, tensors: &[&CubeTensor], numbers: &[u32]) {
    let client = &tensors[0].client;
    let numbers = client.create_from_slice(bytemuck::cast_slice(numbers));
    let buffers: Vec<_> = tensors.iter().map(|tensor| &tensor.handle).chain([&numbers]).collect();
    dispatch(client, kernel, invocations, &buffers);
}

/// Queues `kernel` over `invocations` threads, `buffers` bound in the shader's order.
///
/// The invocation's number is `(workgroup_id.y * num_workgroups.x + workgroup_id.x) * workgroup + local_invocation_index`: a second
/// dimension is used only where one does not hold all workgroups.
pub fn dispatch(client: &Client, kernel: Wgsl, invocations: usize, buffers: &[&Handle]) {
    let groups = invocations.div_ceil(WORKGROUP as usize) as u32;
    let rows = groups.div_ceil(MAX_GROUPS).max(1);
    let count = CubeCount::Static(groups.div_ceil(rows), rows, 1);
    let bindings = buffers.iter().map(|&buffer| buffer.clone().binding()).collect();
    client.launch(
        Box::new(SourceKernel::new(kernel, CubeDim::new_1d(WORKGROUP))),
        count,
        KernelArguments::new().with_buffers(bindings),
    );
}

/// The tensor's four dimensions; the callers have checked that it has four.
pub fn dims4(tensor: &CubeTensor) -> [usize; 4] {
    tensor.meta.shape().dims()
}
