// The optimizer's step of one tensor; mod.rs has the formulas. Twin of cpu.rs. One invocation takes one vector of four.
// In front: ../shared/adam.wgsl (BETA_1, BETA_2, EPSILON).

@group(0) @binding(0) var<storage, read_write> weight: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> first: array<vec4<f32>>;   // Adam's mean of gradients, or momentum's velocity
@group(0) @binding(2) var<storage, read_write> second: array<vec4<f32>>;  // Adam's mean of squared gradients; else unused
@group(0) @binding(3) var<storage, read> gradient: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> parts: array<f32>;               // sums of squares, see norm.wgsl; unused without clipping
@group(0) @binding(5) var<storage, read> sizes: array<u32>;               // vectors, then five f32: see below

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let at = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if at >= sizes[0] {
        return;
    }
    let rate = bitcast<f32>(sizes[1]);   // Adam: learning rate / c1
    let other = bitcast<f32>(sizes[2]);  // Adam: 1 / c2; else momentum's share
    let decay = bitcast<f32>(sizes[3]);
    let kept = bitcast<f32>(sizes[4]);   // 1 - learning rate * decoupled decay
    let clip = bitcast<f32>(sizes[5]);

    var scale = 1.0;
    if {{ clipped }}u == 1u {
        var square = parts[0];
        for (var part = 1u; part < {{ parts }}u; part++) {
            square += parts[part];
        }
        scale = min(1.0, clip / max(sqrt(square), 1e-38));
    }
    let w = weight[at];
    let g = scale * gradient[at] + decay * w;
    if {{ adam }}u == 1u {
        let mean = BETA_1 * first[at] + (1.0 - BETA_1) * g;
        let square = BETA_2 * second[at] + (1.0 - BETA_2) * g * g;
        first[at] = mean;
        second[at] = square;
        weight[at] = kept * w - rate * mean / (sqrt(other * square) + EPSILON);
    } else {
        let velocity = other * first[at] + g;
        first[at] = velocity;
        weight[at] = kept * w - rate * velocity;
    }
}
