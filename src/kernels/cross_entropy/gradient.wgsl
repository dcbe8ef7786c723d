// The gradient of the logits: upstream * weight / (sum of weights) * T * (p * (sum of q) - q). Twin of cpu.rs, gradient.
// One workgroup computes one sample; its invocations share out the classes.
// In front: ../shared/reduction.wgsl (WORKGROUP, total, largest).

@group(0) @binding(0) var<storage, read> upstream: array<f32>;     // [1]: the loss's own gradient
@group(0) @binding(1) var<storage, read> logits: array<f32>;       // [n][width]
@group(0) @binding(2) var<storage, read> targets: array<f32>;      // [n][width]
@group(0) @binding(3) var<storage, read> weights: array<f32>;      // [n]
@group(0) @binding(4) var<storage, read_write> output: array<f32>; // [n][width]
@group(0) @binding(5) var<storage, read> sizes: array<u32>;        // n, width, classes, temperature's bits

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let width = sizes[1];
    let classes = sizes[2];
    let temperature = bitcast<f32>(sizes[3]);
    let row = group.y * groups.x + group.x;
    if row >= sizes[0] {
        return;
    }
    let first = row * width;
    var most = logits[first];
    for (var c = local; c < classes; c += WORKGROUP) {
        most = max(most, logits[first + c]);
    }
    most = largest(local, most);
    var sum = 0.0;
    var all = 0.0;
    for (var c = local; c < classes; c += WORKGROUP) {
        sum += exp((logits[first + c] - most) / temperature);
        all += targets[first + c];
    }
    sum = total(local, sum);
    all = total(local, all);
    var weight = 0.0;
    for (var other = local; other < sizes[0]; other += WORKGROUP) {
        weight += weights[other];
    }
    weight = total(local, weight);
    let scale = select(0.0, upstream[0] * weights[row] * temperature / weight, weight > 0.0);
    for (var c = local; c < width; c += WORKGROUP) {
        let p = exp((logits[first + c] - most) / temperature) / sum;
        output[first + c] = select(0.0, scale * (all * p - targets[first + c]), c < classes);
    }
}
