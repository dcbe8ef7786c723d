// The gradient of the depthwise convolution by its weights and bias but for the sum over slices (../gradient/sums.wgsl). Twin of cpu_backward.rs.
// One invocation adds up one vector of four channels over a slice of the gradient's rows; neighbours read neighbouring channels.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;         // [n][height][width][channels4]
@group(0) @binding(1) var<storage, read> gradient: array<vec4<f32>>;      // [n][out_height][out_width][channels4]
@group(0) @binding(2) var<storage, read_write> partial: array<vec4<f32>>; // [slices][taps + 1][channels4]
// n, height, width, channels4, out_height, out_width, top, left, rows of a slice, slices
@group(0) @binding(3) var<storage, read> sizes: array<u32>;

const STRIDE = {{ stride }}u;
const TAPS = {{ taps }}u; // 9, or 0 where only the bias's gradient is wanted

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

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let slice = index / channels4;
    if slice >= sizes[9] {
        return;
    }

    var sums: array<vec4<f32>, 9>;
    for (var tap = 0u; tap < 9u; tap++) {
        sums[tap] = vec4<f32>(0.0);
    }
    var total = vec4<f32>(0.0);
    let last = min((slice + 1u) * sizes[8], sizes[0] * out_height);
    for (var row = slice * sizes[8]; row < last; row++) {
        let top = row % out_height * STRIDE - sizes[6];
        let image = row / out_height * height;
        for (var x = 0u; x < out_width; x++) {
            let value = gradient[(row * out_width + x) * channels4 + c];
            total += value;
            if TAPS == 9u {
                let left = x * STRIDE - sizes[7];
                for (var i = 0u; i < 3u; i++) {
                    // Wrap-around makes what lies before the first row or column very large.
                    let line = top + i;
                    if line >= height {
                        continue;
                    }
                    let at = (image + line) * width;
                    for (var j = 0u; j < 3u; j++) {
                        let column = left + j;
                        let inside = column < width;
                        let seen = input[(at + select(0u, column, inside)) * channels4 + c];
                        sums[3u * i + j] += select(vec4<f32>(0.0), seen, inside) * value;
                    }
                }
            }
        }
    }
    let out = slice * (TAPS + 1u) * channels4 + c;
    for (var tap = 0u; tap < TAPS; tap++) {
        partial[out + tap * channels4] = sums[tap];
    }
    partial[out + TAPS * channels4] = total;
}
