// How many samples' first largest logit is their label's. One workgroup; its invocations share out the samples.
// In front: ../shared/reduction.wgsl (WORKGROUP, total).

@group(0) @binding(0) var<storage, read> logits: array<f32>;      // [n][width]
@group(0) @binding(1) var<storage, read> labels: array<f32>;      // [n]
@group(0) @binding(2) var<storage, read_write> right: array<f32>; // [1]
@group(0) @binding(3) var<storage, read> sizes: array<u32>;       // n, width, classes

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    var count = 0.0;
    for (var row = local; row < sizes[0]; row += WORKGROUP) {
        let first = row * sizes[1];
        var answer = 0u;
        var most = logits[first];
        for (var c = 1u; c < sizes[2]; c++) {
            let value = logits[first + c];
            if value > most {
                most = value;
                answer = c;
            }
        }
        if f32(answer) == labels[row] {
            count += 1.0;
        }
    }
    count = total(local, count);
    if local == 0u {
        right[0] = count;
    }
}
