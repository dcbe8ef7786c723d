//! A person's own classes, and what they must know of the rest of the page.

use crate::view::state::{Effect, State};
use crate::view::teach::{Around, TeachAction};

impl State {
    pub(super) fn teach(&mut self, action: TeachAction) -> Vec<Effect> {
        let mut around = Around {
            now_ms: self.now_ms,
            notices: &mut self.notices,
            networks: &self.networks,
            backbone: self.networks.loaded_card(),
            device: self.engine.device.as_ref().map(|report| report.kind),
        };
        self.teach.reduce(action, &mut around).into_iter().map(Effect::Teach).collect()
    }

    /// Tells Teach when the engine became ready for another backbone or device, and when it stopped.
    pub(super) fn teach_follows(&mut self, effects: &mut Vec<Effect>) {
        let now = self.made_by();
        if now == self.teach_with {
            return;
        }
        let action = if now.is_some() { TeachAction::EngineReady } else { TeachAction::EngineLost };
        self.teach_with = now;
        effects.extend(self.teach(action));
    }
}
