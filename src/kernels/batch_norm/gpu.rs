//! Launches batch normalisation's WGSL.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::EPSILON;
use crate::kernels::Activation;
use crate::kernels::gpu::{WORKGROUP, Wgsl, dims4, empty, launch, wgsl};

/// Invocations that keep a large GPU busy: the pixels are split into chunks until there are so many.
const BUSY: usize = 1 << 15;

/// Pixels of a chunk at least: fewer are not worth an invocation.
const CHUNK: usize = 32;

/// Output, mean and variance; see [`super::batch_norm`] for shapes.
pub fn run(
    input: CubeTensor,
    gamma: CubeTensor,
    beta: CubeTensor,
    activation: Activation,
) -> (CubeTensor, CubeTensor, CubeTensor) {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let split = Split::new(n * h * w, c);
    let partial = empty(&input, [split.chunks, 2, c]);
    launch(
        kernel("batch norm moments", include_str!("moments.wgsl")),
        split.invocations(),
        &[&input, &partial],
        &split.sizes(),
    );
    let (mean, variance) = (empty(&input, [c]), empty(&input, [c]));
    let join = kernel("batch norm join", include_str!("join.wgsl"));
    launch(join, c / 4 * WORKGROUP as usize, &[&partial, &mean, &variance], &split.sizes());
    let output = normalise(input, mean.clone(), variance.clone(), gamma, beta, activation);
    (output, mean, variance)
}

/// See [`super::normalise`].
pub fn normalise(
    input: CubeTensor,
    mean: CubeTensor,
    variance: CubeTensor,
    gamma: CubeTensor,
    beta: CubeTensor,
    activation: Activation,
) -> CubeTensor {
    let [input, mean, variance, gamma, beta] = [input, mean, variance, gamma, beta].map(into_contiguous);
    let shape @ [n, h, w, c] = dims4(&input);
    let output = empty(&input, shape);
    let count = n * h * w * c / 4;
    let sizes = [count as u32, c as u32 / 4, EPSILON.to_bits()];
    let source = Wgsl {
        name: "batch norm",
        source: wgsl!("../shared/activation.wgsl", "normalise.wgsl"),
        constants: vec![("activation", activation.code())],
    };
    launch(source, count, &[&input, &mean, &variance, &gamma, &beta, &output], &sizes);
    output
}

/// The gradients of input, gamma and beta.
pub fn gradient(
    gradient: CubeTensor,
    input: CubeTensor,
    statistics: [CubeTensor; 2],
    parameters: [CubeTensor; 2],
    activation: Activation,
) -> [CubeTensor; 3] {
    let ([gradient, input], [mean, variance]) =
        ([gradient, input].map(into_contiguous), statistics.map(into_contiguous));
    let [gamma, beta] = parameters.map(into_contiguous);
    let shape @ [n, h, w, c] = dims4(&input);
    let constants = vec![("activation", activation.code())];

    let channels = empty(&input, [4, c]);
    let gather = kernel("batch norm channels", include_str!("channels.wgsl"));
    launch(gather, c / 4, &[&mean, &variance, &gamma, &beta, &channels], &[c as u32 / 4, EPSILON.to_bits()]);

    let split = Split::new(n * h * w, c);
    let partial = empty(&input, [split.chunks, 2, c]);
    let sums = Wgsl {
        name: "batch norm sums",
        source: wgsl!("../shared/activation.wgsl", "sums.wgsl"),
        constants: constants.clone(),
    };
    launch(sums, split.invocations(), &[&gradient, &input, &channels, &partial], &split.sizes());

    let (d_gamma, d_beta) = (empty(&input, [c]), empty(&input, [c]));
    let add = kernel("batch norm add", include_str!("add.wgsl"));
    launch(add, c / 4 * WORKGROUP as usize, &[&partial, &d_gamma, &d_beta], &split.sizes());

    let d_input = empty(&input, shape);
    let source =
        Wgsl { name: "batch norm gradient", source: wgsl!("../shared/activation.wgsl", "gradient.wgsl"), constants };
    let sizes = [n * h * w, c / 4].map(|value| value as u32);
    let tensors = [&gradient, &input, &channels, &d_gamma, &d_beta, &d_input];
    launch(source, n * h * w * c / 4, &tensors, &sizes);
    [d_input, d_gamma, d_beta]
}

fn kernel(name: &'static str, source: &'static str) -> Wgsl {
    Wgsl { name, source, constants: vec![] }
}

/// How pixels are split into chunks, each summed by one invocation for each vector of channels.
struct Split {
    pixels: usize,
    channels4: usize,
    chunk: usize,
    chunks: usize,
}

impl Split {
    fn new(pixels: usize, channels: usize) -> Self {
        let channels4 = channels / 4;
        let chunk = pixels.div_ceil(BUSY.div_ceil(channels4)).max(CHUNK).min(pixels);
        Self { pixels, channels4, chunk, chunks: pixels.div_ceil(chunk) }
    }

    fn invocations(&self) -> usize {
        self.chunks * self.channels4
    }

    /// In the shaders' order.
    fn sizes(&self) -> [u32; 4] {
        [self.pixels, self.channels4, self.chunk, self.chunks].map(|value| value as u32)
    }
}
