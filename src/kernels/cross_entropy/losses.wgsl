// The loss of each sample, times its weight: weight * T^2 * sum over c of q * (log(sum of exp) - z). Twin of cpu.rs, run.
// One workgroup computes one sample; its invocations share out the classes.
// In front: ../shared/reduction.wgsl (WORKGROUP, total, largest).

@group(0) @binding(0) var<storage, read> logits: array<f32>;       // [n][width]
@group(0) @binding(1) var<storage, read> targets: array<f32>;      // [n][width]
@group(0) @binding(2) var<storage, read> weights: array<f32>;      // [n]
@group(0) @binding(3) var<storage, read_write> losses: array<f32>; // [n]
@group(0) @binding(4) var<storage, read> sizes: array<u32>;        // n, width, classes, temperature's bits

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let classes = sizes[2];
    let temperature = bitcast<f32>(sizes[3]);
    let row = group.y * groups.x + group.x;
    if row >= sizes[0] {
        return;
    }
    let first = row * sizes[1];
    var most = logits[first];
    for (var c = local; c < classes; c += WORKGROUP) {
        most = max(most, logits[first + c]);
    }
    most = largest(local, most);
    var sum = 0.0;
    for (var c = local; c < classes; c += WORKGROUP) {
        sum += exp((logits[first + c] - most) / temperature);
    }
    let log_sum = log(total(local, sum));
    var loss = 0.0;
    for (var c = local; c < classes; c += WORKGROUP) {
        loss += targets[first + c] * (log_sum - (logits[first + c] - most) / temperature);
    }
    loss = total(local, loss);
    if local == 0u {
        losses[row] = temperature * temperature * weights[row] * loss;
    }
}
