// The gradient of batch norm's input: gamma / sigma * (dz - (d_beta + normal * d_gamma) / pixels). Twin of cpu.rs.
// One invocation computes one vector of four channels of one pixel.
// In front: ../shared/activation.wgsl (passed).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [pixels][channels4]
@group(0) @binding(1) var<storage, read> input: array<vec4<f32>>;        // [pixels][channels4]
@group(0) @binding(2) var<storage, read> channels: array<vec4<f32>>;     // [4][channels4], see channels.wgsl
@group(0) @binding(3) var<storage, read> d_gamma: array<vec4<f32>>;      // [channels4]
@group(0) @binding(4) var<storage, read> d_beta: array<vec4<f32>>;       // [channels4]
@group(0) @binding(5) var<storage, read_write> output: array<vec4<f32>>; // [pixels][channels4]
@group(0) @binding(6) var<storage, read> sizes: array<u32>;              // pixels, channels4

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[1];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if index >= sizes[0] * channels4 {
        return;
    }
    let c = index % channels4;
    let inverse = channels[channels4 + c];
    let gamma = channels[2u * channels4 + c];
    let normal = (input[index] - channels[c]) * inverse;
    let dz = passed(gradient[index], normal * gamma + channels[3u * channels4 + c]);
    output[index] = gamma * inverse * (dz - (d_beta[c] + normal * d_gamma[c]) / f32(sizes[0]));
}
