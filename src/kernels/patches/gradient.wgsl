// The gradient of an activation from that of its patches: the sum over all windows that hold a number. Twin of cpu.rs.
// One invocation computes one number, so that nothing is added to by two of them.

@group(0) @binding(0) var<storage, read> gradient: array<f32>;     // [n][out_height][out_width][len]
@group(0) @binding(1) var<storage, read_write> output: array<f32>; // [n][height][width][channels]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;        // n, height, width, channels, out_height, out_width, top, left, len

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
    let channels = sizes[3];
    let out_height = sizes[4];
    let out_width = sizes[5];

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels;
    let x = index / channels % width;
    let y = index / (channels * width) % height;
    let n = index / (channels * width * height);
    if n >= sizes[0] {
        return;
    }

    var sum = 0.0;
    for (var i = 0u; i < KERNEL; i++) {
        let row = y + sizes[6] - i; // where the window begins; wraps to something very large before the first one
        if row % STRIDE != 0u || row / STRIDE >= out_height {
            continue;
        }
        for (var j = 0u; j < KERNEL; j++) {
            let column = x + sizes[7] - j;
            if column % STRIDE == 0u && column / STRIDE < out_width {
                let patch_at = (n * out_height + row / STRIDE) * out_width + column / STRIDE;
                sum += gradient[patch_at * sizes[8] + (i * KERNEL + j) * channels + c];
            }
        }
    }
    output[index] = sum;
}
