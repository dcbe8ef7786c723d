// Panels of eight outputs as panels of eight inputs: the weights of the transposed product. Twin of transpose in cpu_backward.rs.
// One invocation writes one vector of four.

@group(0) @binding(0) var<storage, read> weight: array<f32>;                 // [columns / 8][depth][8]
@group(0) @binding(1) var<storage, read_write> transposed: array<vec4<f32>>; // [depth / 8][columns][2]
@group(0) @binding(2) var<storage, read> sizes: array<u32>;                  // depth * columns, depth, columns

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if index * 4u >= sizes[0] {
        return;
    }
    let column = (index / 2u) % sizes[2];
    let input = index / (2u * sizes[2]) * 8u + (index % 2u) * 4u;
    let at = (column / 8u * sizes[1] + input) * 8u + column % 8u;
    transposed[index] = vec4<f32>(weight[at], weight[at + 8u], weight[at + 16u], weight[at + 24u]);
}
