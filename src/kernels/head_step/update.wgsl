// Gradient of a layer's weights, used up at once by the optimizer. One invocation computes four units by four columns; twin of update.rs.
//
// Neighbouring invocations take neighbouring columns, so that they read a row's values side by side.
// In front: ../shared/adam.wgsl (BETA_1, BETA_2, EPSILON).

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;             // [rows][width4]
@group(0) @binding(1) var<storage, read> gradient: array<vec4<f32>>;          // [rows of the batch][rows4]
@group(0) @binding(2) var<storage, read_write> parameters: array<vec4<f32>>;  // all; this layer's begin at offset4
@group(0) @binding(3) var<storage, read_write> averages: array<vec4<f32>>;    // two a parameter, side by side: first, second
@group(0) @binding(4) var<storage, read> plan: array<u32>;                    // see plan.rs
@group(0) @binding(5) var<storage, read_write> counter: array<u32>;           // [1]: the step of the plan; [0]: the next, set by the lowest layer
@group(0) @binding(6) var<storage, read> sizes: array<u32>;                   // see below, in step with gpu.rs

const RECORD = 8u;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let lowest = sizes[0] == 1u; // the layer that sees the samples; the last one to be updated
    let offset4 = sizes[1];
    let width4 = sizes[2];
    let rows4 = sizes[3];
    let bias = sizes[4]; // column of the biases
    let sgd = sizes[5] == 1u;
    let momentum = bitcast<f32>(sizes[6]);
    let decay = bitcast<f32>(sizes[7]);
    let decoupled = bitcast<f32>(sizes[8]);

    let step = counter[1];
    let record = step * RECORD;
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if index == 0u && lowest {
        counter[0] = step + 1u;
    }
    let k = index % width4;
    let unit4 = index / width4;
    if unit4 >= rows4 {
        return;
    }
    let order = plan[record];
    let count = plan[record + 2u];
    let rate = bitcast<f32>(plan[record + 4u]);
    let correction_1 = bitcast<f32>(plan[record + 5u]);
    let correction_2 = bitcast<f32>(plan[record + 6u]);

    var sums = array<vec4<f32>, 4>();
    for (var b = 0u; b < count; b++) {
        var row = b;
        if lowest {
            row = plan[order + b];
        }
        let x = input[row * width4 + k];
        let g = gradient[b * rows4 + unit4];
        sums[0] += g.x * x;
        sums[1] += g.y * x;
        sums[2] += g.z * x;
        sums[3] += g.w * x;
    }
    let column = vec4<u32>(4u * k) + vec4<u32>(0u, 1u, 2u, 3u);
    let decays = select(vec4<f32>(1.0), vec4<f32>(0.0), column == vec4<u32>(bias));
    for (var i = 0u; i < 4u; i++) {
        let at = offset4 + (4u * unit4 + i) * width4 + k;
        let weight = parameters[at];
        let g = sums[i] + decay * decays * weight;
        let decayed = weight - rate * decoupled * decays * weight;
        if sgd {
            let first = momentum * averages[2u * at] + g;
            averages[2u * at] = first;
            parameters[at] = decayed - rate * first;
        } else {
            let first = BETA_1 * averages[2u * at] + (1.0 - BETA_1) * g;
            let second = BETA_2 * averages[2u * at + 1u] + (1.0 - BETA_2) * g * g;
            averages[2u * at] = first;
            averages[2u * at + 1u] = second;
            parameters[at] = decayed - rate / correction_1 * first / (sqrt(second / correction_2) + EPSILON);
        }
    }
}
