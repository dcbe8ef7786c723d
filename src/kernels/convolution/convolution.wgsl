// k x k convolution with bias and activation over vectors of four channels; what lies outside the input is zero. Twin of cpu.rs.
// One invocation computes four neighbouring pixels by one panel of eight channels.
// In front: ../shared/activation.wgsl (activate), ../shared/tile.wgsl (tile_of).
//
// TURNED: the gradient of a convolution's input instead. "Input" is then the gradient of the outputs, and a pixel sums over the windows
// that hold it. Weights are panels of what is computed by what is summed over, taps in the same order.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [n][height][width][depth4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;       // [columns4 / 2][len][2]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;         // [columns4]
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][columns4]
@group(0) @binding(4) var<storage, read> sizes: array<u32>;              // n, height, width, depth4, out_height, out_width, columns4, top, left, len

const KERNEL = {{ kernel }}u;
const STRIDE = {{ stride }}u;
const TURNED = {{ turned }}u;

// Row or column of the input that `tap` sees from an output; something very large where there is none: what lies before the first one
// wraps around.
fn seen(at: u32, tap: u32, before: u32) -> u32 {
    if TURNED == 0u {
        return at * STRIDE + tap - before;
    }
    let begin = at + before - tap;
    return select(0xffffffffu, begin / STRIDE, begin % STRIDE == 0u);
}

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = sizes[1];
    let width = sizes[2];
    let depth4 = sizes[3];
    let out_height = sizes[4];
    let out_width = sizes[5];
    let columns4 = sizes[6];

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let tile = tile_of(index, sizes[0], out_height, out_width);
    let x = tile.x;
    let column = tile.column;
    if column >= columns4 {
        return;
    }

    let bias_a = bias[column];
    let bias_b = bias[column + 1u];
    var s0a = bias_a;
    var s1a = bias_a;
    var s2a = bias_a;
    var s3a = bias_a;
    var s0b = bias_b;
    var s1b = bias_b;
    var s2b = bias_b;
    var s3b = bias_b;

    let none = vec4<f32>(0.0);
    for (var i = 0u; i < KERNEL; i++) {
        let row = seen(tile.y, i, sizes[7]);
        if row >= height {
            continue;
        }
        let first = (tile.n * height + row) * width;
        for (var j = 0u; j < KERNEL; j++) {
            let c0 = seen(x, j, sizes[8]);
            let c1 = seen(x + 1u, j, sizes[8]);
            let c2 = seen(x + 2u, j, sizes[8]);
            let c3 = seen(x + 3u, j, sizes[8]);
            let in0 = (first + select(0u, c0, c0 < width)) * depth4;
            let in1 = (first + select(0u, c1, c1 < width)) * depth4;
            let in2 = (first + select(0u, c2, c2 < width)) * depth4;
            let in3 = (first + select(0u, c3, c3 < width)) * depth4;
            var at = (column / 2u * sizes[9] + (i * KERNEL + j) * depth4 * 4u) * 2u;
            for (var k = 0u; k < depth4; k++) {
                let x0 = select(none, input[in0 + k], c0 < width);
                let x1 = select(none, input[in1 + k], c1 < width);
                let x2 = select(none, input[in2 + k], c2 < width);
                let x3 = select(none, input[in3 + k], c3 < width);
                var a = weight[at];
                var b = weight[at + 1u];
                s0a += x0.x * a; s1a += x1.x * a; s2a += x2.x * a; s3a += x3.x * a;
                s0b += x0.x * b; s1b += x1.x * b; s2b += x2.x * b; s3b += x3.x * b;
                a = weight[at + 2u];
                b = weight[at + 3u];
                s0a += x0.y * a; s1a += x1.y * a; s2a += x2.y * a; s3a += x3.y * a;
                s0b += x0.y * b; s1b += x1.y * b; s2b += x2.y * b; s3b += x3.y * b;
                a = weight[at + 4u];
                b = weight[at + 5u];
                s0a += x0.z * a; s1a += x1.z * a; s2a += x2.z * a; s3a += x3.z * a;
                s0b += x0.z * b; s1b += x1.z * b; s2b += x2.z * b; s3b += x3.z * b;
                a = weight[at + 6u];
                b = weight[at + 7u];
                s0a += x0.w * a; s1a += x1.w * a; s2a += x2.w * a; s3a += x3.w * a;
                s0b += x0.w * b; s1b += x1.w * b; s2b += x2.w * b; s3b += x3.w * b;
                at += 8u;
            }
        }
    }

    let out = ((tile.n * out_height + tile.y) * out_width + x) * columns4 + column;
    output[out] = activate(s0a);
    output[out + 1u] = activate(s0b);
    if x + 1u < out_width {
        output[out + columns4] = activate(s1a);
        output[out + columns4 + 1u] = activate(s1b);
    }
    if x + 2u < out_width {
        output[out + 2u * columns4] = activate(s2a);
        output[out + 2u * columns4 + 1u] = activate(s2b);
    }
    if x + 3u < out_width {
        output[out + 3u * columns4] = activate(s3a);
        output[out + 3u * columns4 + 1u] = activate(s3b);
    }
}
