// The gradient of average_pool.wgsl's input: the sum over the windows that hold a pixel. Twin of cpu.rs.
// One invocation computes one vector of four channels of one input pixel.

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [n][out_height][out_width][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][height][width][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width

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
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let x = index / channels4 % width;
    let y = index / (channels4 * width) % height;
    let n = index / (channels4 * width * height);
    if n >= sizes[0] {
        return;
    }

    var sum = vec4<f32>(0.0);
    for (var i = 0u; i < KERNEL; i++) {
        let row = y - i; // where the window begins; wraps to something very large before the first one
        if row % STRIDE != 0u || row / STRIDE >= out_height {
            continue;
        }
        for (var j = 0u; j < KERNEL; j++) {
            let column = x - j;
            if column % STRIDE != 0u || column / STRIDE >= out_width {
                continue;
            }
            let at = ((n * out_height + row / STRIDE) * out_width + column / STRIDE) * channels4 + c;
            sum += gradient[at];
        }
    }
    output[index] = sum / f32(KERNEL * KERNEL);
}
