// Mean and squared deviations of one chunk of pixels, each channel for itself. Twin of cpu.rs, moments.
// One invocation walks its chunk twice for one vector of four channels; neighbours read neighbouring channels.

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;         // [pixels][channels4]
@group(0) @binding(1) var<storage, read_write> partial: array<vec4<f32>>; // [chunks][2][channels4]: mean, squares
@group(0) @binding(2) var<storage, read> sizes: array<u32>;               // pixels, channels4, chunk, chunks

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let channels4 = sizes[1];
    let index = (group.y * groups.x + group.x) * {{ workgroup }}u + local;
    let c = index % channels4;
    let chunk = index / channels4;
    if chunk >= sizes[3] {
        return;
    }
    let first = chunk * sizes[2];
    let end = min(first + sizes[2], sizes[0]);
    var mean = vec4<f32>(0.0);
    for (var pixel = first; pixel < end; pixel++) {
        mean += input[pixel * channels4 + c];
    }
    mean /= f32(end - first);
    // The mean was rounded: what the deviations still sum to corrects it and the squares.
    var squares = vec4<f32>(0.0);
    var rest = vec4<f32>(0.0);
    for (var pixel = first; pixel < end; pixel++) {
        let apart = input[pixel * channels4 + c] - mean;
        squares += apart * apart;
        rest += apart;
    }
    squares -= rest * rest / f32(end - first);
    mean += rest / f32(end - first);
    partial[2u * chunk * channels4 + c] = mean;
    partial[(2u * chunk + 1u) * channels4 + c] = squares;
}
