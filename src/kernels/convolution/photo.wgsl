// convolution.wgsl for inputs without whole vectors of channels: a photo's one or three. Twin of cpu.rs.
// One invocation computes four neighbouring pixels by one panel of eight channels.
// In front: ../shared/activation.wgsl (activate), ../shared/tile.wgsl (tile_of).

@group(0) @binding(0) var<storage, read> input: array<f32>;              // [n][height][width][depth]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;       // [columns4 / 2][len][2]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;         // [columns4]
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][columns4]
@group(0) @binding(4) var<storage, read> sizes: array<u32>;              // n, height, width, depth, out_height, out_width, columns4, top, left, len

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
    let depth = sizes[3];
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

    // Unsigned wrap-around makes what lies before the first row or column very large: one comparison finds both sides.
    let first_row = tile.y * STRIDE - sizes[7];
    let first_column = x * STRIDE - sizes[8];
    for (var i = 0u; i < KERNEL; i++) {
        let row = first_row + i;
        if row >= height {
            continue;
        }
        let first = (tile.n * height + row) * width;
        for (var j = 0u; j < KERNEL; j++) {
            let c0 = first_column + j;
            let c1 = c0 + STRIDE;
            let c2 = c1 + STRIDE;
            let c3 = c2 + STRIDE;
            let in0 = (first + select(0u, c0, c0 < width)) * depth;
            let in1 = (first + select(0u, c1, c1 < width)) * depth;
            let in2 = (first + select(0u, c2, c2 < width)) * depth;
            let in3 = (first + select(0u, c3, c3 < width)) * depth;
            var at = (column / 2u * sizes[9] + (i * KERNEL + j) * depth) * 2u;
            for (var k = 0u; k < depth; k++) {
                let x0 = select(0.0, input[in0 + k], c0 < width);
                let x1 = select(0.0, input[in1 + k], c1 < width);
                let x2 = select(0.0, input[in2 + k], c2 < width);
                let x3 = select(0.0, input[in3 + k], c3 < width);
                let a = weight[at];
                let b = weight[at + 1u];
                s0a += x0 * a; s1a += x1 * a; s2a += x2 * a; s3a += x3 * a;
                s0b += x0 * b; s1b += x1 * b; s2b += x2 * b; s3b += x3 * b;
                at += 2u;
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
