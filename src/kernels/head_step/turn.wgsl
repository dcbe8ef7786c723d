// Turns to the next epoch: the means of this one, and whether it is the best so far. One workgroup; twin of `end_epoch` in cpu.rs.

@group(0) @binding(0) var<storage, read> tally: array<vec2<f32>>;         // loss, right: training samples, then validation samples
@group(0) @binding(1) var<storage, read_write> history: array<vec4<f32>>; // an epoch: training loss and share right, validation likewise
@group(0) @binding(2) var<storage, read_write> counter: array<u32>;       // [0] step of the plan [2] epochs done [3] keep? [4] best epoch [5] its loss
@group(0) @binding(3) var<storage, read> sizes: array<u32>;               // training samples, validation samples, patience

const WORKGROUP = {{ workgroup }}u;
const LARGEST = 3.4e38;

var<workgroup> sh_sums: array<vec4<f32>, {{ workgroup }}>;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32) {
    let train = sizes[0];
    let val = sizes[1];
    var sums = vec4<f32>(0.0);
    for (var i = local; i < train; i += WORKGROUP) {
        sums += vec4<f32>(tally[i], 0.0, 0.0);
    }
    for (var i = local; i < val; i += WORKGROUP) {
        sums += vec4<f32>(0.0, 0.0, tally[train + i]);
    }
    sh_sums[local] = sums;
    workgroupBarrier();
    if local != 0u {
        return;
    }
    sums = vec4<f32>(0.0);
    for (var i = 0u; i < WORKGROUP; i++) {
        sums += sh_sums[i];
    }
    let counts = vec4<f32>(vec2<f32>(f32(max(train, 1u))), vec2<f32>(f32(max(val, 1u))));
    let means = sums / counts;
    let epoch = counter[2] + 1u;
    history[epoch - 1u] = means;

    var keep = false;
    var loss = means.x;
    if val > 0u {
        loss = means.z;
        keep = loss < bitcast<f32>(counter[5]) && epoch - counter[4] <= sizes[2];
    } else {
        keep = loss < LARGEST;
    }
    if keep {
        counter[4] = epoch;
        counter[5] = bitcast<u32>(loss);
    }
    counter[0] = 0u;
    counter[2] = epoch;
    counter[3] = select(0u, 1u, keep);
}
