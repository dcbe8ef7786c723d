// Sums of squares of a gradient, one a workgroup: the square of its norm once they are added up.
// In front: ../shared/reduction.wgsl (WORKGROUP, total).

@group(0) @binding(0) var<storage, read> gradient: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;  // one a workgroup
@group(0) @binding(2) var<storage, read> sizes: array<u32>;        // vectors

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    var sum = 0.0;
    for (var at = group.x * WORKGROUP + local; at < sizes[0]; at += {{ parts }}u * WORKGROUP) {
        let g = gradient[at];
        sum += dot(g, g);
    }
    sum = total(local, sum);
    if local == 0u {
        parts[group.x] = sum;
    }
}
