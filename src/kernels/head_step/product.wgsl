// output[b][u] = sum over k of input[row of b][k] * weight[u][k], for a hidden layer with ReLU, dropout and the constant 1 behind it.
// One workgroup computes four rows by four units: its invocations share out k, their sums meet in workgroup memory. Twin of product.rs.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;  // [rows][width4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>; // all parameters; this layer's begin at offset4
@group(0) @binding(2) var<storage, read_write> output: array<f32>; // [rows of the batch][stride]
@group(0) @binding(3) var<storage, read> plan: array<u32>;         // see plan.rs
@group(0) @binding(4) var<storage, read> counter: array<u32>;      // [0]: the step of the plan
@group(0) @binding(5) var<storage, read> sizes: array<u32>;        // see below, in step with gpu.rs

const GATHERED = 0u; // rows: those that the step names
const BATCH = 1u;    // rows: the step's, in their order
const FIXED = 2u;    // rows: sizes[1] .. sizes[1] + sizes[2]
const RECORD = 8u;   // words of a step in the plan
const WORKGROUP = {{ workgroup }}u;

var<workgroup> sh_sums: array<f32, {{ workgroup }} * 16>;

fn pcg(value: u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let mode = sizes[0];
    let width4 = sizes[3];
    let offset4 = sizes[4];
    let units = sizes[5];  // with a unit
    let rows4 = sizes[6];  // groups of four units, the last ones without
    let stride = sizes[7];
    let hidden = sizes[8]; // 1: a hidden layer
    let seed = sizes[9];
    let threshold = sizes[10];
    let scale = bitcast<f32>(sizes[11]);

    let record = counter[0] * RECORD;
    let count = select(plan[record + 2u], sizes[2], mode == FIXED);
    let index = group.y * groups.x + group.x;
    let unit = (index % rows4) * 4u;
    let row = (index / rows4) * 4u;

    // Rows past the end read the last one and are not stored.
    var begins: array<u32, 4>;
    for (var i = 0u; i < 4u; i++) {
        let b = min(row + i, count - 1u);
        if mode == GATHERED {
            begins[i] = plan[plan[record] + b] * width4;
        } else {
            begins[i] = (sizes[1] + b) * width4;
        }
    }
    var s0 = vec4<f32>(0.0); // four units of row 0
    var s1 = vec4<f32>(0.0);
    var s2 = vec4<f32>(0.0);
    var s3 = vec4<f32>(0.0);
    let at = offset4 + unit * width4;
    for (var k = local; k < width4; k += WORKGROUP) {
        let w0 = weight[at + k];
        let w1 = weight[at + width4 + k];
        let w2 = weight[at + 2u * width4 + k];
        let w3 = weight[at + 3u * width4 + k];
        let x0 = input[begins[0] + k];
        let x1 = input[begins[1] + k];
        let x2 = input[begins[2] + k];
        let x3 = input[begins[3] + k];
        s0 += vec4<f32>(dot(x0, w0), dot(x0, w1), dot(x0, w2), dot(x0, w3));
        s1 += vec4<f32>(dot(x1, w0), dot(x1, w1), dot(x1, w2), dot(x1, w3));
        s2 += vec4<f32>(dot(x2, w0), dot(x2, w1), dot(x2, w2), dot(x2, w3));
        s3 += vec4<f32>(dot(x3, w0), dot(x3, w1), dot(x3, w2), dot(x3, w3));
    }
    for (var i = 0u; i < 4u; i++) {
        sh_sums[i * WORKGROUP + local] = s0[i];
        sh_sums[(4u + i) * WORKGROUP + local] = s1[i];
        sh_sums[(8u + i) * WORKGROUP + local] = s2[i];
        sh_sums[(12u + i) * WORKGROUP + local] = s3[i];
    }
    workgroupBarrier();
    if local >= 16u {
        return;
    }
    let b = row + local / 4u;
    let u = unit + local % 4u;
    var value = 0.0;
    // Each begins at another place: side by side they would all ask for the same bank of memory.
    for (var i = 0u; i < WORKGROUP; i++) {
        value += sh_sums[local * WORKGROUP + (i + local) % WORKGROUP];
    }
    if hidden == 1u {
        value = select(value, 0.0, value < 0.0); // not max: what is no number must stay none
        if mode != FIXED {
            let element = b * stride + u;
            let dropped = pcg(pcg(pcg(seed) + plan[record + 3u]) + element) < threshold;
            value = select(value * scale, 0.0, dropped);
        }
        value = select(value, select(0.0, 1.0, u == units), u >= units);
    }
    if b < count {
        output[b * stride + u] = value;
    }
}
