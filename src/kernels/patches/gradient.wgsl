// The gradient of an activation from that of its patches: the sum over all windows that hold a number. Twin of cpu.rs.
// One invocation computes one number, so that nothing is added to by two of them.
// In front: ../shared/window.wgsl (KERNEL, STRIDE, place_of, begins).

@group(0) @binding(0) var<storage, read> gradient: array<f32>;     // [n][out_height][out_width][len]
@group(0) @binding(1) var<storage, read_write> output: array<f32>; // [n][height][width][channels]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;        // n, height, width, channels, out_height, out_width, top, left, len

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = sizes[1];
    let width = sizes[2];
    let channels = sizes[3];
    let out_height = sizes[4];
    let out_width = sizes[5];

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let at = place_of(index, height, width, channels);
    if at.n >= sizes[0] {
        return;
    }

    var sum = 0.0;
    for (var i = 0u; i < KERNEL; i++) {
        let row = at.y + sizes[6] - i; // where the window begins
        if !begins(row, out_height) {
            continue;
        }
        for (var j = 0u; j < KERNEL; j++) {
            let column = at.x + sizes[7] - j;
            if begins(column, out_width) {
                let patch_at = (at.n * out_height + row / STRIDE) * out_width + column / STRIDE;
                sum += gradient[patch_at * sizes[8] + (i * KERNEL + j) * channels + at.c];
            }
        }
    }
    output[index] = sum;
}
