// Partial sums of the gradients of gamma and beta over one chunk of pixels. Twin of cpu.rs, sums.
// One invocation walks its chunk for one vector of four channels; neighbours read neighbouring channels.
// In front: ../shared/activation.wgsl (passed).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;      // [pixels][channels4]
@group(0) @binding(1) var<storage, read> input: array<vec4<f32>>;         // [pixels][channels4]
@group(0) @binding(2) var<storage, read> channels: array<vec4<f32>>;      // [4][channels4], see channels.wgsl
@group(0) @binding(3) var<storage, read_write> partial: array<vec4<f32>>; // [chunks][2][channels4]: gamma's, beta's
@group(0) @binding(4) var<storage, read> sizes: array<u32>;               // pixels, channels4, chunk, chunks

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[1];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let chunk = index / channels4;
    if chunk >= sizes[3] {
        return;
    }
    let mean = channels[c];
    let inverse = channels[channels4 + c];
    let gamma = channels[2u * channels4 + c];
    let beta = channels[3u * channels4 + c];
    let first = chunk * sizes[2];
    let end = min(first + sizes[2], sizes[0]);
    var d_gamma = vec4<f32>(0.0);
    var d_beta = vec4<f32>(0.0);
    for (var pixel = first; pixel < end; pixel++) {
        let at = pixel * channels4 + c;
        let normal = (input[at] - mean) * inverse;
        let dz = passed(gradient[at], normal * gamma + beta);
        d_gamma += dz * normal;
        d_beta += dz;
    }
    partial[2u * chunk * channels4 + c] = d_gamma;
    partial[(2u * chunk + 1u) * channels4 + c] = d_beta;
}
