// Gradient of the hidden values from that of the logits. One invocation a row and four hidden values; twin of `backprop` in update.rs.

@group(0) @binding(0) var<storage, read> gradient: array<f32>;                // [rows of the batch][stride]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;            // all parameters; the upper layer's begin at offset4
@group(0) @binding(2) var<storage, read> hidden: array<vec4<f32>>;            // [rows of the batch][width4]
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;      // likewise
@group(0) @binding(4) var<storage, read> plan: array<u32>;                    // see plan.rs
@group(0) @binding(5) var<storage, read> counter: array<u32>;                 // [1]: the step of the plan
@group(0) @binding(6) var<storage, read> sizes: array<u32>;                   // see below, in step with gpu.rs

const RECORD = 8u;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let offset4 = sizes[0];
    let width4 = sizes[1];
    let classes = sizes[2];
    let stride = sizes[3];
    let units = sizes[4];
    let scale = bitcast<f32>(sizes[5]);

    let count = plan[counter[1] * RECORD + 2u];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let row = index / width4;
    let k = index % width4;
    if row >= count {
        return;
    }
    var sum = vec4<f32>(0.0);
    for (var c = 0u; c < classes; c++) {
        sum += gradient[row * stride + c] * weight[offset4 + c * width4 + k];
    }
    let unit = vec4<u32>(4u * k) + vec4<u32>(0u, 1u, 2u, 3u);
    let passes = (hidden[index] > vec4<f32>(0.0)) & (unit < vec4<u32>(units));
    output[index] = select(vec4<f32>(0.0), sum * scale, passes);
}
