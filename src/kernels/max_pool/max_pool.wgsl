// The largest value of each window. Twin of cpu.rs.
// One invocation computes one vector of four channels of one pixel; neighbours read neighbouring channels.
// In front: ../shared/window.wgsl (KERNEL, STRIDE, place_of).

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [n][height][width][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[3];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let at = place_of(index, sizes[4], sizes[5], channels4);
    if at.n >= sizes[0] {
        return;
    }

    let first = (at.n * sizes[1] + at.y * STRIDE) * sizes[2] + at.x * STRIDE;
    var best = input[first * channels4 + at.c];
    for (var i = 0u; i < KERNEL; i++) {
        for (var j = 0u; j < KERNEL; j++) {
            let value = input[(first + i * sizes[2] + j) * channels4 + at.c];
            // What is no number must not vanish here: training has to notice it. Told by its bits, as compilers take `value != value` for false.
            let is_none = (bitcast<vec4<u32>>(value) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
            best = select(best, value, (value > best) | is_none);
        }
    }
    output[index] = best;
}
