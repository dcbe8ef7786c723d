// What the backward passes need of each channel, in one buffer: mean, 1 / sqrt(variance + epsilon), gamma, beta.

@group(0) @binding(0) var<storage, read> mean: array<vec4<f32>>;           // [channels4]
@group(0) @binding(1) var<storage, read> variance: array<vec4<f32>>;       // [channels4]
@group(0) @binding(2) var<storage, read> gamma: array<vec4<f32>>;          // [channels4]
@group(0) @binding(3) var<storage, read> beta: array<vec4<f32>>;           // [channels4]
@group(0) @binding(4) var<storage, read_write> channels: array<vec4<f32>>; // [4][channels4]
@group(0) @binding(5) var<storage, read> sizes: array<u32>;                // channels4, epsilon's bits

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[0];
    let c = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if c >= channels4 {
        return;
    }
    channels[c] = mean[c];
    channels[channels4 + c] = vec4<f32>(1.0) / sqrt(variance[c] + bitcast<f32>(sizes[1]));
    channels[2u * channels4 + c] = gamma[c];
    channels[3u * channels4 + c] = beta[c];
}
