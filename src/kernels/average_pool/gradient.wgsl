// The gradient of average_pool.wgsl's input: the sum over the windows that hold a pixel. Twin of cpu.rs.
// One invocation computes one vector of four channels of one input pixel.
// In front: ../shared/window.wgsl (KERNEL, STRIDE, place_of, begins).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [n][out_height][out_width][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][height][width][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width

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
    let at = place_of(index, height, width, channels4);
    if at.n >= sizes[0] {
        return;
    }

    var sum = vec4<f32>(0.0);
    for (var i = 0u; i < KERNEL; i++) {
        let row = at.y - i; // where the window begins
        if !begins(row, out_height) {
            continue;
        }
        for (var j = 0u; j < KERNEL; j++) {
            let column = at.x - j;
            if !begins(column, out_width) {
                continue;
            }
            let window = ((at.n * out_height + row / STRIDE) * out_width + column / STRIDE) * channels4 + at.c;
            sum += gradient[window];
        }
    }
    output[index] = sum / f32(KERNEL * KERNEL);
}
