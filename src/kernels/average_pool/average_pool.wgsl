// The mean of each window. Twin of cpu.rs.
// One invocation computes one vector of four channels of one pixel; neighbours read neighbouring channels.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [n][height][width][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width

const KERNEL = {{ kernel }}u;
const STRIDE = {{ stride }}u;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[3];
    let out_height = sizes[4];
    let out_width = sizes[5];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let x = index / channels4 % out_width;
    let y = index / (channels4 * out_width) % out_height;
    let n = index / (channels4 * out_width * out_height);
    if n >= sizes[0] {
        return;
    }

    let first = (n * sizes[1] + y * STRIDE) * sizes[2] + x * STRIDE;
    var sum = vec4<f32>(0.0);
    for (var i = 0u; i < KERNEL; i++) {
        for (var j = 0u; j < KERNEL; j++) {
            sum += input[(first + i * sizes[2] + j) * channels4 + c];
        }
    }
    output[index] = sum / f32(KERNEL * KERNEL);
}
