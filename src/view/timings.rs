//! What a photo takes here: median milliseconds of each network on each device, kept between visits.

use serde::{Deserialize, Serialize};

use crate::protocol::DeviceKind;

use super::{json, networks};

/// Photos that the median is over.
const WINDOW: usize = 15;
/// A single photo says little, as the first one on a device warms it up: the median counts from so many on.
const ENOUGH: usize = 3;

/// Milliseconds a photo, by network and device.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timings {
    list: Vec<Timing>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Timing {
    /// The network's key.
    backbone: String,
    device: DeviceKind,
    ms: Option<f64>,
    /// The last photos of this visit.
    #[serde(skip)]
    recent_ms: Vec<f64>,
}

impl Timings {
    /// Reads what [`Timings::to_json`] wrote; whatever else it is given counts as nothing known.
    pub fn from_json(text: &str) -> Self {
        Self { list: json::read(text).unwrap_or_default() }
    }

    /// `[{"backbone": "mobilenet-v2", "device": "cpu", "ms": 21.4}, …]`, without files of a person's own: their keys mean nothing at the next
    /// visit.
    pub fn to_json(&self) -> String {
        let lasting: Vec<&Timing> = self.list.iter().filter(|timing| !networks::is_own_key(&timing.backbone)).collect();
        serde_json::to_string(&lasting).unwrap_or_default()
    }

    /// The median of a network on a device, milliseconds of the network alone; `None` before it was measured here.
    pub fn of(&self, backbone: &str, device: DeviceKind) -> Option<f64> {
        self.list.iter().find(|timing| timing.backbone == backbone && timing.device == device)?.ms
    }

    /// Notes a measurement.
    pub fn measured(&mut self, backbone: &str, device: DeviceKind, median_ms: f64) {
        self.entry(backbone, device).ms = Some(median_ms);
    }

    /// Notes one photo's time.
    pub fn photo(&mut self, backbone: &str, device: DeviceKind, network_ms: f64) {
        let timing = self.entry(backbone, device);
        push_recent(&mut timing.recent_ms, network_ms, WINDOW);
        if timing.recent_ms.len() >= ENOUGH {
            timing.ms = median(&timing.recent_ms);
        }
    }

    fn entry(&mut self, backbone: &str, device: DeviceKind) -> &mut Timing {
        let known = self.list.iter().position(|timing| timing.backbone == backbone && timing.device == device);
        let place = known.unwrap_or_else(|| {
            self.list.push(Timing { backbone: backbone.to_owned(), device, ms: None, recent_ms: Vec::new() });
            self.list.len() - 1
        });
        &mut self.list[place]
    }
}

/// Adds a value, and lets go of the oldest beyond `window`.
pub fn push_recent(recent: &mut Vec<f64>, value: f64, window: usize) {
    recent.push(value);
    if recent.len() > window {
        recent.remove(0);
    }
}

/// The value with as many below it as above; `None` of no values. By counting: the values are few, and a sort's code is long.
pub fn median(values: &[f64]) -> Option<f64> {
    let below = |value: f64| values.iter().filter(|other| **other < value).count();
    let at_most = |value: f64| values.iter().filter(|other| **other <= value).count();
    let middle = values.len() / 2;
    values.iter().copied().find(|value| (below(*value)..at_most(*value)).contains(&middle))
}
