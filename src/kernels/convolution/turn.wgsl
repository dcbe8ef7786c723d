// Weights with their inputs and outputs exchanged, for the gradient of a convolution's input; taps stay in their order.
// One invocation writes four numbers: neighbouring channels of one tap and one output.

@group(0) @binding(0) var<storage, read> weight: array<f32>;             // [outputs / 8][len][8]
@group(0) @binding(1) var<storage, read_write> turned: array<vec4<f32>>; // [panels][taps][outputs][2]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // panels, taps, outputs, channels, len

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let taps = sizes[1];
    let outputs = sizes[2];
    let channels = sizes[3];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let output = index / 2u % outputs;
    let tap = index / (2u * outputs) % taps;
    let panel = index / (2u * outputs * taps);
    if panel >= sizes[0] {
        return;
    }

    let first = panel * 8u + index % 2u * 4u;
    var numbers = vec4<f32>(0.0);
    for (var lane = 0u; lane < 4u; lane++) {
        if first + lane < channels { // a photo has fewer than a panel
            let row = output / 8u * sizes[4] + tap * channels + first + lane;
            numbers[lane] = weight[row * 8u + output % 8u];
        }
    }
    turned[index] = numbers;
}
