// Sums over a slice of rows of input[row][i] * gradient[row][o], and of gradient[row][o] alone: the weight's and the bias's gradient but for
// the sum over slices (../gradient/sums.wgsl). One invocation computes four inputs by one panel of eight outputs; twin of weight_sums.rs.
//
// Neighbouring invocations take neighbouring inputs of the same panel: their inputs are one coalesced read, the gradient one broadcast.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;         // [rows][depth4]
@group(0) @binding(1) var<storage, read> gradient: array<vec4<f32>>;      // [rows][columns4]
@group(0) @binding(2) var<storage, read_write> partial: array<vec4<f32>>; // [slices][columns4 / 2][4 * depth4][2], each with [columns4] behind
@group(0) @binding(3) var<storage, read> sizes: array<u32>;               // rows, depth4, columns4, rows of a slice, slices

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rows = sizes[0];
    let depth4 = sizes[1];
    let columns4 = sizes[2];
    let tiles = depth4 + 1u; // the last one is the bias
    let panels = columns4 / 2u;

    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let tile = index % tiles;
    let panel = index / tiles % panels;
    let slice = index / (tiles * panels);
    if slice >= sizes[4] {
        return;
    }
    let first = slice * sizes[3];
    let last = min(first + sizes[3], rows);
    let begin = slice * (depth4 * columns4 * 4u + columns4);
    var at = first * columns4 + panel * 2u;

    if tile == depth4 {
        var sum_a = vec4<f32>(0.0);
        var sum_b = vec4<f32>(0.0);
        for (var row = first; row < last; row++) {
            sum_a += gradient[at];
            sum_b += gradient[at + 1u];
            at += columns4;
        }
        let out = begin + depth4 * columns4 * 4u + panel * 2u;
        partial[out] = sum_a;
        partial[out + 1u] = sum_b;
        return;
    }

    var s0a = vec4<f32>(0.0);
    var s1a = vec4<f32>(0.0);
    var s2a = vec4<f32>(0.0);
    var s3a = vec4<f32>(0.0);
    var s0b = vec4<f32>(0.0);
    var s1b = vec4<f32>(0.0);
    var s2b = vec4<f32>(0.0);
    var s3b = vec4<f32>(0.0);
    var seen = first * depth4 + tile;
    for (var row = first; row < last; row++) {
        let x = input[seen];
        let a = gradient[at];
        let b = gradient[at + 1u];
        s0a += x.x * a; s1a += x.y * a; s2a += x.z * a; s3a += x.w * a;
        s0b += x.x * b; s1b += x.y * b; s2b += x.z * b; s3b += x.w * b;
        seen += depth4;
        at += columns4;
    }
    let out = begin + (panel * depth4 + tile) * 8u;
    partial[out] = s0a;
    partial[out + 1u] = s0b;
    partial[out + 2u] = s1a;
    partial[out + 3u] = s1b;
    partial[out + 4u] = s2a;
    partial[out + 5u] = s2b;
    partial[out + 6u] = s3a;
    partial[out + 7u] = s3b;
}
