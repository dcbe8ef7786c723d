// The gradient of global average pooling: every pixel gets its share. Twin of cpu_backward.rs.
// One invocation writes one vector of four channels of one pixel.

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;     // [n][channels4]
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>; // [n][pixels][channels4]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;              // n * pixels * channels4, pixels, channels4

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
    let channels4 = sizes[2];
    let image = index / (sizes[1] * channels4);
    output[index] = gradient[image * channels4 + index % channels4] / f32(sizes[1]);
}
