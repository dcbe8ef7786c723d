//! Loss of a row of logits, and its gradient, on the CPU; twin of `softmax.wgsl`.

/// What a sample came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Its loss.
    pub loss: f32,
    /// Is its most probable class (the first of equals) its own?
    pub right: bool,
}

/// How a sample's loss is made.
#[derive(Debug, Clone, Copy)]
pub struct Objective {
    /// Weight of the sample's class.
    pub weight: f32,
    /// Share of the target spread over all classes.
    pub smoothing: f32,
    /// Samples of the batch: the gradient is that of their mean.
    pub count: usize,
}

/// Loss of `logits` `[C]` for class `label`; the gradient takes the logits' place.
pub fn train(logits: &mut [f32], label: usize, objective: Objective) -> Verdict {
    let (largest, first) = maximum(logits);
    let own = logits[label];
    let spread: f32 = logits.iter().sum();
    // float64 for the exponentials: those of wasm and of a C library then agree to the last bit of a float32.
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
    let Objective { weight, smoothing, count } = objective;
    let share = smoothing / logits.len() as f32;
    let scale = weight / count as f32;
    for (class, logit) in logits.iter_mut().enumerate() {
        let target = share + if class == label { 1.0 - smoothing } else { 0.0 };
        let probability = (f64::from(*logit - largest).exp() / sum) as f32;
        *logit = scale * (probability - target);
    }
    let normaliser = largest + sum.ln() as f32;
    let loss = weight * (normaliser - (1.0 - smoothing) * own - share * spread);
    Verdict { loss, right: first == label }
}

/// Plain cross-entropy of `logits` `[C]` for class `label`.
pub fn validate(logits: &[f32], label: usize) -> Verdict {
    let (largest, first) = maximum(logits);
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
    Verdict { loss: largest + sum.ln() as f32 - logits[label], right: first == label }
}

fn maximum(logits: &[f32]) -> (f32, usize) {
    let mut best = (logits[0], 0);
    for (class, &logit) in logits.iter().enumerate().skip(1) {
        if logit > best.0 {
            best = (logit, class);
        }
    }
    best
}
