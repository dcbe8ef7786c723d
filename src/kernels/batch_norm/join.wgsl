// Joins the chunks of moments.wgsl to mean and variance (Chan, Golub & LeVeque 1983).
// One workgroup joins one vector of four channels: each invocation its share of the chunks, then pairs in workgroup memory.

@group(0) @binding(0) var<storage, read> partial: array<vec4<f32>>;        // [chunks][2][channels4]: mean, squares
@group(0) @binding(1) var<storage, read_write> mean: array<vec4<f32>>;     // [channels4]
@group(0) @binding(2) var<storage, read_write> variance: array<vec4<f32>>; // [channels4]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;                // pixels, channels4, chunk, chunks

const WORKGROUP = {{ workgroup }}u;

var<workgroup> sh_mean: array<vec4<f32>, {{ workgroup }}>;
var<workgroup> sh_squares: array<vec4<f32>, {{ workgroup }}>;
var<workgroup> sh_count: array<f32, {{ workgroup }}>;

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
    var count = 0.0;
    var middle = vec4<f32>(0.0);
    var squares = vec4<f32>(0.0);
    for (var chunk = local; chunk < sizes[3]; chunk += WORKGROUP) {
        let pixels = f32(min(sizes[2], sizes[0] - chunk * sizes[2]));
        let total = count + pixels;
        let apart = partial[2u * chunk * channels4 + c] - middle;
        middle += apart * (pixels / total);
        squares += partial[(2u * chunk + 1u) * channels4 + c] + apart * apart * (count * pixels / total);
        count = total;
    }
    sh_mean[local] = middle;
    sh_squares[local] = squares;
    sh_count[local] = count;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
        if local < half {
            let pixels = sh_count[local + half];
            let total = sh_count[local] + pixels;
            if pixels > 0.0 {
                let apart = sh_mean[local + half] - sh_mean[local];
                sh_squares[local] += sh_squares[local + half] + apart * apart * (sh_count[local] * pixels / total);
                sh_mean[local] += apart * (pixels / total);
                sh_count[local] = total;
            }
        }
        workgroupBarrier();
    }
    if local == 0u {
        mean[c] = sh_mean[0];
        variance[c] = sh_squares[0] / sh_count[0];
    }
}
