// Patches of an activation as rows of a matrix; what lies outside the activation is zero. Twin of cpu.rs.
// One invocation writes four neighbouring numbers of a patch.
// In front: ../shared/window.wgsl (KERNEL, STRIDE, place_of).

@group(0) @binding(0) var<storage, read> input: array<f32>;              // [n][height][width][channels]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][out_height][out_width][len / 4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n, height, width, channels, out_height, out_width, top, left, len

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = sizes[1];
    let width = sizes[2];
    let channels = sizes[3];
    let len4 = sizes[8] / 4u;

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let at = place_of(index, sizes[4], sizes[5], len4);
    if at.n >= sizes[0] {
        return;
    }

    var numbers = vec4<f32>(0.0);
    for (var lane = 0u; lane < 4u; lane++) {
        let number = at.c * 4u + lane;
        let tap = number / channels;
        // Unsigned wrap-around makes what lies before the first row or column very large: one comparison finds both sides.
        let row = at.y * STRIDE + tap / KERNEL - sizes[6];
        let column = at.x * STRIDE + tap % KERNEL - sizes[7];
        if tap < KERNEL * KERNEL && row < height && column < width {
            numbers[lane] = input[((at.n * height + row) * width + column) * channels + number % channels];
        }
    }
    output[index] = numbers;
}
