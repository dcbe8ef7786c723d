// Copies the parameters if the epoch that ended is the best so far. One invocation four numbers.

@group(0) @binding(0) var<storage, read> parameters: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> best: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> counter: array<u32>; // [3]: keep?

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if counter[3] == 1u && index < arrayLength(&parameters) {
        best[index] = parameters[index];
    }
}
