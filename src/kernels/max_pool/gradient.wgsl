// The gradient of max_pool.wgsl's input: a window's gradient goes to its first largest value. Twin of cpu.rs.
// One invocation computes one vector of four channels of one input pixel: it asks each window that holds the pixel whether it is the one.
// In front: ../shared/window.wgsl (KERNEL, STRIDE, place_of, begins).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [n][out_height][out_width][channels4]
@group(0) @binding(1) var<storage, read> input: array<vec4<f32>>;        // [n][height][width][channels4]
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>; // [n][height][width][channels4]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;              // n, height, width, channels4, out_height, out_width

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
            let first = (at.n * height + row) * width + column;
            var best = input[first * channels4 + at.c];
            var place = vec4<u32>(0u);
            for (var tap = 1u; tap < KERNEL * KERNEL; tap++) {
                let value = input[(first + tap / KERNEL * width + tap % KERNEL) * channels4 + at.c];
                let larger = value > best;
                best = select(best, value, larger);
                place = select(place, vec4<u32>(tap), larger);
            }
            let mine = place == vec4<u32>(i * KERNEL + j);
            let window = ((at.n * out_height + row / STRIDE) * out_width + column / STRIDE) * channels4 + at.c;
            sum += select(vec4<f32>(0.0), gradient[window], mine);
        }
    }
    output[index] = sum;
}
