// The weighted mean of the samples' losses. One workgroup; its invocations share out the samples.
// In front: ../shared/reduction.wgsl (WORKGROUP, total).

@group(0) @binding(0) var<storage, read> losses: array<f32>;     // [n], each times its weight
@group(0) @binding(1) var<storage, read> weights: array<f32>;    // [n]
@group(0) @binding(2) var<storage, read_write> mean: array<f32>; // [1]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;      // n

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    var loss = 0.0;
    var weight = 0.0;
    for (var row = local; row < sizes[0]; row += WORKGROUP) {
        loss += losses[row];
        weight += weights[row];
    }
    loss = total(local, loss);
    weight = total(local, weight);
    if local == 0u {
        mean[0] = select(0.0, loss / weight, weight > 0.0);
    }
}
