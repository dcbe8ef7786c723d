// Partial sums of the gradients of a convolution's weights and bias, over one chunk of pixels each. Twin of weight_sums.rs, which leaves
// the bias to cpu_backward.rs.
// One invocation keeps four numbers of a patch by one panel of eight outputs; after the patch's numbers comes the bias, as if the input
// were 1 there. ../gradient/sums.wgsl adds up the chunks. Neighbouring invocations take neighbouring numbers, and share the gradient.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;         // [n][height][width][channels4]
@group(0) @binding(1) var<storage, read> gradient: array<vec4<f32>>;      // [pixels][panels][2]
@group(0) @binding(2) var<storage, read_write> partial: array<vec4<f32>>; // [chunks][panels][4 * numbers4][2], each with [panels][2] behind
@group(0) @binding(3) var<storage, read> sizes: array<u32>;               // pixels, height, width, channels4, out_height, out_width, panels, top, left, chunk, chunks

const KERNEL = {{ kernel }}u;
const STRIDE = {{ stride }}u;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = sizes[1];
    let width = sizes[2];
    let channels4 = sizes[3];
    let out_height = sizes[4];
    let out_width = sizes[5];
    let panels = sizes[6];
    let numbers4 = KERNEL * KERNEL * channels4;
    let quads = numbers4 + 1u;

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let quad = index % quads;
    let panel = index / quads % panels;
    let chunk = index / (quads * panels);
    if chunk >= sizes[10] {
        return;
    }
    let is_bias = quad == numbers4;
    let tap = select(quad / channels4, 0u, is_bias);
    let c = quad % channels4;
    // Unsigned wrap-around makes what lies before the first row or column very large: one comparison finds both sides.
    let down = tap / KERNEL - sizes[7];
    let right = tap % KERNEL - sizes[8];

    var s0a = vec4<f32>(0.0);
    var s0b = vec4<f32>(0.0);
    var s1a = vec4<f32>(0.0);
    var s1b = vec4<f32>(0.0);
    var s2a = vec4<f32>(0.0);
    var s2b = vec4<f32>(0.0);
    var s3a = vec4<f32>(0.0);
    var s3b = vec4<f32>(0.0);
    let first = chunk * sizes[9];
    let end = min(first + sizes[9], sizes[0]);
    var x = first % out_width;
    var y = first / out_width % out_height;
    var n = first / (out_width * out_height);
    for (var pixel = first; pixel < end; pixel++) {
        let row = y * STRIDE + down;
        let column = x * STRIDE + right;
        let inside = row < height && column < width;
        let at = select(0u, ((n * height + row) * width + column) * channels4 + c, inside && !is_bias);
        var value = select(vec4<f32>(0.0), input[at], inside);
        if is_bias {
            value = vec4<f32>(1.0, 0.0, 0.0, 0.0);
        }
        let a = gradient[(pixel * panels + panel) * 2u];
        let b = gradient[(pixel * panels + panel) * 2u + 1u];
        s0a += value.x * a;
        s0b += value.x * b;
        s1a += value.y * a;
        s1b += value.y * b;
        s2a += value.z * a;
        s2b += value.z * b;
        s3a += value.w * a;
        s3b += value.w * b;
        x += 1u;
        if x == out_width {
            x = 0u;
            y += 1u;
            if y == out_height {
                y = 0u;
                n += 1u;
            }
        }
    }

    let begin = chunk * panels * (8u * numbers4 + 2u);
    if is_bias {
        partial[begin + panels * 8u * numbers4 + panel * 2u] = s0a;
        partial[begin + panels * 8u * numbers4 + panel * 2u + 1u] = s0b;
        return;
    }
    let to = begin + (panel * numbers4 + quad) * 8u;
    partial[to] = s0a;
    partial[to + 1u] = s0b;
    partial[to + 2u] = s1a;
    partial[to + 3u] = s1b;
    partial[to + 4u] = s2a;
    partial[to + 5u] = s2b;
    partial[to + 6u] = s3a;
    partial[to + 7u] = s3b;
}
