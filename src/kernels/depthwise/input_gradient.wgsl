// The gradient of the depthwise convolution by its input: every pixel gathers from the windows that hold it. Twin of cpu_backward.rs.
// One invocation computes four neighbouring pixels of one vector of four channels.

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [n][out_height][out_width][channels4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;       // [9][channels4]
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>; // [n][height][width][channels4]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width, top, left

const TILE = 4u;
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
    let tiles = (width + TILE - 1u) / TILE;

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let x = (index / channels4) % tiles * TILE;
    let y = index / (channels4 * tiles) % height;
    let n = index / (channels4 * tiles * height);
    if n >= sizes[0] {
        return;
    }

    var sums: array<vec4<f32>, TILE>;
    for (var t = 0u; t < TILE; t++) {
        sums[t] = vec4<f32>(0.0);
    }
    for (var i = 0u; i < 3u; i++) {
        // The window that sees this row with its line i. Wrap-around makes what lies before the first very large.
        let row = y + sizes[6] - i;
        if row % STRIDE != 0u || row / STRIDE >= out_height {
            continue;
        }
        let at = (n * out_height + row / STRIDE) * out_width;
        let w0 = weight[3u * i * channels4 + c];
        let w1 = weight[(3u * i + 1u) * channels4 + c];
        let w2 = weight[(3u * i + 2u) * channels4 + c];
        let first = x + sizes[7];
        if STRIDE == 1u {
            // Windows first - 2 .. first + 3: six columns for four pixels.
            var values: array<vec4<f32>, 6>;
            for (var j = 0u; j < 6u; j++) {
                let column = first + j - 2u;
                let inside = column < out_width;
                values[j] = select(vec4<f32>(0.0), gradient[(at + select(0u, column, inside)) * channels4 + c], inside);
            }
            for (var t = 0u; t < TILE; t++) {
                sums[t] += values[t + 2u] * w0 + values[t + 1u] * w1 + values[t] * w2;
            }
        } else {
            for (var t = 0u; t < TILE; t++) {
                let column = first + t;
                let here = column / 2u;
                let inside = here < out_width;
                let value = select(vec4<f32>(0.0), gradient[(at + select(0u, here, inside)) * channels4 + c], inside);
                if column % 2u == 1u {
                    sums[t] += value * w1;
                } else {
                    let before = here - 1u;
                    let also = before < out_width;
                    let other = select(vec4<f32>(0.0), gradient[(at + select(0u, before, also)) * channels4 + c], also);
                    sums[t] += value * w0 + other * w2;
                }
            }
        }
    }
    let out = ((n * height + y) * width + x) * channels4 + c;
    for (var t = 0u; t < TILE; t++) {
        if x + t < width {
            output[out + t * channels4] = sums[t];
        }
    }
}
