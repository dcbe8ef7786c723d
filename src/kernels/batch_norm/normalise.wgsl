// output = activation(gamma * (input - mean) / sqrt(variance + epsilon) + beta). Twin of cpu.rs.
// One invocation computes one vector of four channels of one pixel.
// In front: ../shared/activation.wgsl (activate).

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [pixels][channels4]
@group(0) @binding(1) var<storage, read> mean: array<vec4<f32>>;         // [channels4]
@group(0) @binding(2) var<storage, read> variance: array<vec4<f32>>;     // [channels4]
@group(0) @binding(3) var<storage, read> gamma: array<vec4<f32>>;        // [channels4]
@group(0) @binding(4) var<storage, read> beta: array<vec4<f32>>;         // [channels4]
@group(0) @binding(5) var<storage, read_write> output: array<vec4<f32>>; // [pixels][channels4]
@group(0) @binding(6) var<storage, read> sizes: array<u32>;              // pixels * channels4, channels4, epsilon's bits

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if index >= sizes[0] {
        return;
    }
    let c = index % sizes[1];
    let scale = gamma[c] / sqrt(variance[c] + bitcast<f32>(sizes[2]));
    output[index] = activate((input[index] - mean[c]) * scale + beta[c]);
}
