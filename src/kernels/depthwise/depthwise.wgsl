// 3x3 depthwise convolution with bias and activation; pads as TensorFlow's SAME. Twin of cpu.rs.
// One invocation computes four neighbouring outputs of one vector of four channels: they share the weights and most input columns.
// In front: ../shared/activation.wgsl (activate).

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [n][height][width][channels4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;       // [9][channels4]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;         // [channels4]
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][channels4]
@group(0) @binding(4) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width, top, left

const TILE = 4u;
const STRIDE = {{ stride }}u;
const COLUMNS = {{ columns }}u; // input columns that TILE outputs see

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
    let tiles = (out_width + TILE - 1u) / TILE;

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let x = (index / channels4) % tiles * TILE;
    let y = index / (channels4 * tiles) % out_height;
    let n = index / (channels4 * tiles * out_height);
    if n >= sizes[0] {
        return;
    }

    // Unsigned wrap-around makes what lies before the first row or column very large: one comparison finds both sides.
    let first_row = y * STRIDE - sizes[6];
    let first_column = x * STRIDE - sizes[7];

    var sums: array<vec4<f32>, TILE>;
    let start = bias[c];
    for (var t = 0u; t < TILE; t++) {
        sums[t] = start;
    }
    for (var i = 0u; i < 3u; i++) {
        let row = first_row + i;
        if row >= height {
            continue;
        }
        let at = (n * height + row) * width;
        let w0 = weight[3u * i * channels4 + c];
        let w1 = weight[(3u * i + 1u) * channels4 + c];
        let w2 = weight[(3u * i + 2u) * channels4 + c];
        var values: array<vec4<f32>, COLUMNS>;
        for (var j = 0u; j < COLUMNS; j++) {
            let column = first_column + j;
            let inside = column < width;
            values[j] = select(vec4<f32>(0.0), input[(at + select(0u, column, inside)) * channels4 + c], inside);
        }
        for (var t = 0u; t < TILE; t++) {
            sums[t] += values[t * STRIDE] * w0 + values[t * STRIDE + 1u] * w1 + values[t * STRIDE + 2u] * w2;
        }
    }
    let out = ((n * out_height + y) * out_width + x) * channels4 + c;
    for (var t = 0u; t < TILE; t++) {
        if x + t < out_width {
            output[out + t * channels4] = activate(sums[t]);
        }
    }
}
