// The last pass of a sum over rows: the slices' partial sums, weights first, then biases. One invocation takes one vector of four.

@group(0) @binding(0) var<storage, read> partial: array<vec4<f32>>;       // [slices][weights4 + biases4]
@group(0) @binding(1) var<storage, read_write> weight: array<vec4<f32>>;  // [weights4]
@group(0) @binding(2) var<storage, read_write> bias: array<vec4<f32>>;    // [biases4]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;               // slices, weights4, biases4

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let weights4 = sizes[1];
    let width = weights4 + sizes[2];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if index >= width {
        return;
    }
    var sum = vec4<f32>(0.0);
    var at = index;
    for (var slice = 0u; slice < sizes[0]; slice++) {
        sum += partial[at];
        at += width;
    }
    if index < weights4 {
        weight[index] = sum;
    } else {
        bias[index - weights4] = sum;
    }
}
