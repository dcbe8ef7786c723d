// One value of all invocations of a workgroup from one of each: pairs are joined in workgroup memory.

const WORKGROUP = {{ workgroup }}u;

var<workgroup> sh_values: array<f32, {{ workgroup }}>;

// The sum over all invocations, for all of them.
fn total(local: u32, value: f32) -> f32 {
    workgroupBarrier(); // the last result has been read
    sh_values[local] = value;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
        if local < half {
            sh_values[local] += sh_values[local + half];
        }
        workgroupBarrier();
    }
    return sh_values[0];
}

// The largest of all invocations, for all of them.
fn largest(local: u32, value: f32) -> f32 {
    workgroupBarrier(); // the last result has been read
    sh_values[local] = value;
    workgroupBarrier();
    for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
        if local < half {
            sh_values[local] = max(sh_values[local], sh_values[local + half]);
        }
        workgroupBarrier();
    }
    return sh_values[0];
}

