//! Going on from the head in use rather than anew: where the engine can, and where that is worth a button.

use super::Phase;
use super::head::Head;
use crate::architecture::Design;
use crate::project::{HeadKind, TrainSettings, Way};
use crate::protocol::{BackboneCard, NetworkCard};
use crate::view::teach::Teach;

impl Teach {
    /// Can training go on from the head in use, as the settings are? Otherwise the engine would begin with a random head, and train blocks behind it.
    /// While no backbone is known, that is still to be seen.
    pub fn can_go_on(&self, backbone: Option<&BackboneCard>) -> bool {
        let Some(head) = &self.training.head else { return false };
        let Some(card) = backbone else { return true };
        let settings = &self.project.settings;
        // A project from before heads said of which kind they are has it in their runs.
        let kind = head.kind.or_else(|| self.training.run(head.run).map(|run| run.settings.head));
        head.is_of(backbone)
            && kind.is_some_and(|kind| is_like(kind, settings.head))
            && is_made_as(head.card.network.as_ref(), settings, &card.design)
    }

    /// Is going on worth a button? Where the head does not know all of the photos (`changed`), and where blocks were trained, which takes long.
    pub fn offers_going_on(&self, backbone: Option<&BackboneCard>, changed: bool) -> bool {
        let is_idle = self.training.phase == Phase::Idle;
        let worth = changed || self.project.settings.way != Way::Frozen;
        is_idle && worth && backbone.is_some() && self.can_go_on(backbone)
    }
}

impl Head {
    /// Does it take what this backbone makes? While none is known, that is still to be seen.
    pub fn is_of(&self, backbone: Option<&BackboneCard>) -> bool {
        backbone.is_none_or(|card| card.name == self.card.backbone)
    }
}

/// Are they of one shape? Dropout is none of it.
fn is_like(one: HeadKind, other: HeadKind) -> bool {
    match (one, other) {
        (HeadKind::Linear, HeadKind::Linear) => true,
        (HeadKind::Hidden { units, .. }, HeadKind::Hidden { units: others, .. }) => units == others,
        _ => false,
    }
}

/// Was a head's network (`None`: the backbone as it is) made as the settings ask? As the engine's lesson tells it. `backbone`: the design of the one in use.
fn is_made_as(network: Option<&NetworkCard>, settings: &TrainSettings, backbone: &str) -> bool {
    // A head on the backbone's own embeddings is none on those that a network of its own makes, even where no block of it was trained.
    let Some(network) = network else { return !settings.is_deep() };
    if !settings.is_deep() {
        return false;
    }
    let name = match &settings.way {
        Way::Scratch { architecture } => architecture.as_str(),
        _ => backbone,
    };
    let design =
        Design::parse(name).and_then(|whole| settings.features_at.map_or(Ok(whole.clone()), |at| whole.cut(at)));
    design.is_ok_and(|design| design.made(network, settings))
}
