// Global average pooling: the mean over all pixels. Twin of cpu.rs.
// One invocation computes one vector of four channels of one image; neighbours read neighbouring channels.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;        // [n][pixels][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n * channels4, pixels, channels4

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
    let pixels = sizes[1];
    let channels4 = sizes[2];
    var at = index / channels4 * pixels * channels4 + index % channels4;
    var sum = vec4<f32>(0.0);
    for (var pixel = 0u; pixel < pixels; pixel++) {
        sum += input[at];
        at += channels4;
    }
    output[index] = sum / f32(pixels);
}
