// The activation behind a layer, and its gradient. Twin of ../activated.rs.

const ACTIVATION = {{ activation }}u; // 0 linear, 1 ReLU6, 2 ReLU

// Comparisons, not max and min: what is no number must stay none.
fn activate(value: vec4<f32>) -> vec4<f32> {
    var result = value;
    if ACTIVATION >= 1u {
        result = select(result, vec4<f32>(0.0), result < vec4<f32>(0.0));
    }
    if ACTIVATION == 1u {
        result = select(result, vec4<f32>(6.0), result > vec4<f32>(6.0));
    }
    return result;
}

// The gradient where the activation of `z` passes it.
fn passed(gradient: vec4<f32>, z: vec4<f32>) -> vec4<f32> {
    var result = gradient;
    if ACTIVATION >= 1u {
        result = select(vec4<f32>(0.0), result, z > vec4<f32>(0.0));
    }
    if ACTIVATION == 1u {
        result = select(vec4<f32>(0.0), result, z < vec4<f32>(6.0));
    }
    return result;
}

