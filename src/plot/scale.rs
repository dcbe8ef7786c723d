//! Where a number stands on an axis, and the round numbers along it.

/// Smallest number on a logarithmic axis; zero and what is below stand there.
const SMALLEST: f64 = 1e-6;

/// A straight map from numbers to places, of the numbers or of their logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    from: (f64, f64),
    to: (f64, f64),
    log: bool,
}

impl Scale {
    /// `from.0` stands at `to.0`, `from.1` at `to.1`; what lies outside stands at the nearer end.
    pub fn linear(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from, to, log: false }
    }

    /// The same for the logarithms.
    pub fn log(from: (f64, f64), to: (f64, f64)) -> Self {
        let from = (from.0.max(SMALLEST), from.1.max(SMALLEST));
        Self { from, to, log: true }
    }

    /// Where a number stands.
    pub fn at(&self, value: f64) -> f64 {
        let (low, high) = (self.warp(self.from.0), self.warp(self.from.1));
        // One number only: it stands in the middle.
        let share = if high > low { ((self.warp(value) - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        self.to.0 + share * (self.to.1 - self.to.0)
    }

    /// Which number stands there.
    pub fn back(&self, place: f64) -> f64 {
        let span = self.to.1 - self.to.0;
        let share = if span == 0.0 { 0.0 } else { ((place - self.to.0) / span).clamp(0.0, 1.0) };
        let (low, high) = (self.warp(self.from.0), self.warp(self.from.1));
        let value = low + share * (high - low);
        if self.log { value.exp() } else { value }
    }

    /// Round numbers on the axis, about `count` of them: 1, 2 or 5 times a power of ten apart (Heckbert, "Nice numbers for graph labels",
    /// Graphics Gems 1990); on a logarithmic axis powers of ten, and where those are few 2 and 5 times them.
    pub fn ticks(&self, count: usize) -> Vec<f64> {
        if self.log { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    fn linear_ticks(&self, count: usize) -> Vec<f64> {
        let (low, high) = self.from;
        let step = nice_step((high - low) / count.max(1) as f64);
        if step <= 0.0 {
            return vec![low];
        }
        let first = (low / step - 1e-9).ceil();
        let places = ((high / step + 1e-9).floor() - first).clamp(0.0, 1000.0) as usize;
        (0..=places).map(|place| (first + place as f64) * step).collect()
    }

    fn log_ticks(&self, count: usize) -> Vec<f64> {
        let (low, high) = self.from;
        let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let on_axis = |value: &f64| (low * 0.999..=high * 1.001).contains(value);
        let ticks = |factors: &[f64]| -> Vec<f64> {
            let all = decades.clone().flat_map(|decade| factors.iter().map(move |factor| factor * 10_f64.powi(decade)));
            all.filter(on_axis).collect()
        };
        let (tens, fine) = (ticks(&[1.0]), ticks(&[1.0, 2.0, 5.0]));
        if fine.len() <= count + 1 { fine } else { tens }
    }

    fn warp(&self, value: f64) -> f64 {
        if self.log { value.max(SMALLEST).ln() } else { value }
    }
}

/// The nearest of 1, 2, 5 × a power of ten that is not below.
pub fn nice_step(rough: f64) -> f64 {
    if !(rough > 0.0 && rough.is_finite()) {
        return 0.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * (1.0 - 1e-9)).unwrap_or(10.0);
    factor * power
}
