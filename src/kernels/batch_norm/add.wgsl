// Adds up the chunks of sums.wgsl.
// One workgroup adds one vector of four channels: each invocation its share of the chunks, then pairs in workgroup memory.

@group(0) @binding(0) var<storage, read> partial: array<vec4<f32>>;       // [chunks][2][channels4]
@group(0) @binding(1) var<storage, read_write> d_gamma: array<vec4<f32>>; // [channels4]
@group(0) @binding(2) var<storage, read_write> d_beta: array<vec4<f32>>;  // [channels4]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;               // pixels, channels4, chunk, chunks

const WORKGROUP = {{ workgroup }}u;

var<workgroup> sh_gamma: array<vec4<f32>, {{ workgroup }}>;
var<workgroup> sh_beta: array<vec4<f32>, {{ workgroup }}>;

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[1];
    let c = group.y * groups.x + group.x;
    if c >= channels4 {
        return;
    }
    var gamma = vec4<f32>(0.0);
    var beta = vec4<f32>(0.0);
    for (var chunk = local; chunk < sizes[3]; chunk += WORKGROUP) {
        gamma += partial[2u * chunk * channels4 + c];
        beta += partial[(2u * chunk + 1u) * channels4 + c];
    }
    sh_gamma[local] = gamma;
    sh_beta[local] = beta;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
        if local < half {
            sh_gamma[local] += sh_gamma[local + half];
            sh_beta[local] += sh_beta[local + half];
        }
        workgroupBarrier();
    }
    if local == 0u {
        d_gamma[c] = sh_gamma[0];
        d_beta[c] = sh_beta[0];
    }
}
