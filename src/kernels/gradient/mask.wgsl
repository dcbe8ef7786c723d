// The gradient before an activation: the one behind it where the output lies between the cuts, else zero. Twin of mask_rows in ../cpu.rs.
// One invocation takes one vector of four.
// In front: ../shared/activation.wgsl (passed).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> output: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> masked: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> sizes: array<u32>; // vectors

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
    masked[index] = passed(gradient[index], output[index]);
}
