// 1x1 convolution: output[m, n] = activation(bias[n] + sum over k of input[m, k] * weight[k, n]) (+ residual[m, n]).
// One invocation computes four rows by one panel of eight columns; twin of cpu.rs.
//
// Neighbouring invocations take neighbouring rows of the same panel, so that a panel's weights are one broadcast for all of them.
// In front: ../shared/activation.wgsl (activate).

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;    // [rows][depth4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<f32>>;   // [columns4 / 2][4 * depth4][2]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;     // [columns4]; anything where there is none
@group(0) @binding(3) var<storage, read> residual: array<vec4<f32>>; // [rows][columns4]; anything where there is none
@group(0) @binding(4) var<storage, read_write> output: array<vec4<f32>>;   // [rows][columns4]
@group(0) @binding(5) var<storage, read> sizes: array<u32>;          // rows, depth4, columns4 (in vectors of four)

const BIAS = {{ bias }}u;
const RESIDUAL = {{ residual }}u;

fn store(row: u32, rows: u32, column: u32, columns4: u32, sum: vec4<f32>) {
    if row >= rows {
        return;
    }
    let at = row * columns4 + column;
    var value = activate(sum);
    if RESIDUAL == 1u {
        value += residual[at];
    }
    output[at] = value;
}

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rows = sizes[0];
    let depth4 = sizes[1];
    let columns4 = sizes[2];
    let tiles = (rows + 3u) / 4u;
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let panel = index / tiles;
    let row = (index % tiles) * 4u;
    let column = panel * 2u;
    if column >= columns4 {
        return;
    }

    // Rows past the end read the last one and are not stored.
    let last = rows - 1u;
    let in0 = row * depth4;
    let in1 = min(row + 1u, last) * depth4;
    let in2 = min(row + 2u, last) * depth4;
    let in3 = min(row + 3u, last) * depth4;

    var bias_a = vec4<f32>(0.0);
    var bias_b = vec4<f32>(0.0);
    if BIAS == 1u {
        bias_a = bias[column];
        bias_b = bias[column + 1u];
    }
    var s0a = bias_a;
    var s1a = bias_a;
    var s2a = bias_a;
    var s3a = bias_a;
    var s0b = bias_b;
    var s1b = bias_b;
    var s2b = bias_b;
    var s3b = bias_b;

    var at = panel * depth4 * 8u;
    for (var k = 0u; k < depth4; k++) {
        let x0 = input[in0 + k];
        let x1 = input[in1 + k];
        let x2 = input[in2 + k];
        let x3 = input[in3 + k];
        var a = weight[at];
        var b = weight[at + 1u];
        s0a += x0.x * a; s1a += x1.x * a; s2a += x2.x * a; s3a += x3.x * a;
        s0b += x0.x * b; s1b += x1.x * b; s2b += x2.x * b; s3b += x3.x * b;
        a = weight[at + 2u];
        b = weight[at + 3u];
        s0a += x0.y * a; s1a += x1.y * a; s2a += x2.y * a; s3a += x3.y * a;
        s0b += x0.y * b; s1b += x1.y * b; s2b += x2.y * b; s3b += x3.y * b;
        a = weight[at + 4u];
        b = weight[at + 5u];
        s0a += x0.z * a; s1a += x1.z * a; s2a += x2.z * a; s3a += x3.z * a;
        s0b += x0.z * b; s1b += x1.z * b; s2b += x2.z * b; s3b += x3.z * b;
        a = weight[at + 6u];
        b = weight[at + 7u];
        s0a += x0.w * a; s1a += x1.w * a; s2a += x2.w * a; s3a += x3.w * a;
        s0b += x0.w * b; s1b += x1.w * b; s2b += x2.w * b; s3b += x3.w * b;
        at += 8u;
    }

    store(row, rows, column, columns4, s0a);
    store(row, rows, column + 1u, columns4, s0b);
    store(row + 1u, rows, column, columns4, s1a);
    store(row + 1u, rows, column + 1u, columns4, s1b);
    store(row + 2u, rows, column, columns4, s2a);
    store(row + 2u, rows, column + 1u, columns4, s2b);
    store(row + 3u, rows, column, columns4, s3a);
    store(row + 3u, rows, column + 1u, columns4, s3b);
}
