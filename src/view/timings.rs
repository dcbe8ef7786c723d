//! What a photo takes here: median milliseconds of each network on each device, kept between visits.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::protocol::DeviceKind;

use super::networks;

/// Photos that the median is over.
const WINDOW: usize = 15;

/// Milliseconds a photo, by network and device.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timings {
    median_ms: BTreeMap<String, BTreeMap<DeviceKind, f64>>,
    recent_ms: HashMap<(String, DeviceKind), VecDeque<f64>>,
}

impl Timings {
    /// Reads what [`Timings::to_json`] wrote; whatever else it is given counts as nothing known.
    pub fn from_json(text: &str) -> Self {
        let mut median_ms: BTreeMap<String, BTreeMap<DeviceKind, f64>> = serde_json::from_str(text).unwrap_or_default();
        median_ms.values_mut().for_each(|devices| devices.retain(|_, ms| ms.is_finite() && *ms > 0.0));
        Self { median_ms, recent_ms: HashMap::new() }
    }

    /// `{"mobilenet-v2": {"cpu": 21.4, "gpu": 9.8}}`, without files of a person's own: their keys mean nothing at the next visit.
    pub fn to_json(&self) -> String {
        let lasting: BTreeMap<_, _> = self.median_ms.iter().filter(|(key, _)| !networks::is_own_key(key)).collect();
        serde_json::to_string(&lasting).unwrap_or_default()
    }

    /// The median of a network on a device, milliseconds of the network alone; `None` before it was measured here.
    pub fn of(&self, backbone: &str, device: DeviceKind) -> Option<f64> {
        self.median_ms.get(backbone)?.get(&device).copied()
    }

    /// Notes a measurement.
    pub fn measured(&mut self, backbone: &str, device: DeviceKind, median_ms: f64) {
        if median_ms.is_finite() && median_ms > 0.0 {
            self.median_ms.entry(backbone.to_owned()).or_default().insert(device, median_ms);
        }
    }

    /// Notes one photo's time. A single photo says little (the first one on a device warms it up), so that it counts from three on.
    pub fn photo(&mut self, backbone: &str, device: DeviceKind, network_ms: f64) {
        let recent = self.recent_ms.entry((backbone.to_owned(), device)).or_default();
        recent.push_back(network_ms);
        if recent.len() > WINDOW {
            recent.pop_front();
        }
        if recent.len() >= 3 {
            let median = median(recent.iter().copied());
            self.measured(backbone, device, median);
        }
    }
}

/// The middle value; 0 for none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
