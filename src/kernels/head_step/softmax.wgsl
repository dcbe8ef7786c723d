// Loss of each row of logits, whether it is right, and in training its gradient in the logits' place. One invocation a row; twin of softmax.rs.

@group(0) @binding(0) var<storage, read_write> logits: array<f32>;      // [rows of the batch][stride]
@group(0) @binding(1) var<storage, read> labels: array<u32>;            // [N]
@group(0) @binding(2) var<storage, read> class_weights: array<f32>;     // [C]
@group(0) @binding(3) var<storage, read_write> tally: array<vec2<f32>>; // loss, right (1 or 0): training samples as met, then validation
@group(0) @binding(4) var<storage, read> plan: array<u32>;              // see plan.rs
@group(0) @binding(5) var<storage, read_write> counter: array<u32>;     // [0] read by what comes before this, [1] by what comes after
@group(0) @binding(6) var<storage, read> sizes: array<u32>;             // see below, in step with gpu.rs

const RECORD = 8u;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let fixed = sizes[0] == 1u; // validation
    let classes = sizes[3];
    let stride = sizes[4];
    let smoothing = bitcast<f32>(sizes[5]);
    let tally_at = sizes[6];

    let step = counter[0];
    let record = step * RECORD;
    let row = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    if row == 0u && !fixed {
        counter[1] = step;
    }
    let count = select(plan[record + 2u], sizes[2], fixed);
    if row >= count {
        return;
    }
    var label: u32;
    var place: u32;
    if fixed {
        label = labels[sizes[1] + row];
        place = tally_at + sizes[1] + row;
    } else {
        label = labels[plan[plan[record] + row]];
        place = plan[record + 1u] + row;
    }

    let at = row * stride;
    var largest = logits[at];
    var first = 0u;
    var spread = 0.0;
    for (var c = 0u; c < classes; c++) {
        let logit = logits[at + c];
        spread += logit;
        if logit > largest {
            largest = logit;
            first = c;
        }
    }
    var sum = 0.0;
    for (var c = 0u; c < classes; c++) {
        sum += exp(logits[at + c] - largest);
    }
    let own = logits[at + label];
    let normaliser = largest + log(sum);
    let right = select(0.0, 1.0, first == label);
    if fixed {
        tally[place] = vec2<f32>(normaliser - own, right);
        return;
    }
    let weight = class_weights[label];
    let share = smoothing / f32(classes);
    tally[place] = vec2<f32>(weight * (normaliser - (1.0 - smoothing) * own - share * spread), right);
    for (var c = 0u; c < classes; c++) {
        let probability = exp(logits[at + c] - largest) / sum;
        let goal = share + select(0.0, 1.0 - smoothing, c == label);
        logits[at + c] = weight / f32(count) * (probability - goal);
    }
    for (var c = classes; c < stride; c++) {
        logits[at + c] = 0.0;
    }
}
