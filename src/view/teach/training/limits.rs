//! What a choice takes, and whether it fits: memory, and the batch.

use crate::architecture::{Caching, Design, Memory, Plan, Scope, too_small_a_batch};
use crate::memory_limit;
use crate::project::{Schedule, TrainSettings, Way, held_out_of};
use crate::protocol::{BackboneCard, DeviceKind};
use crate::view::format;
use crate::view::teach::Teach;

use super::fields::Field;
use super::network::Network;
use super::ready::{Ask, Problem};
use super::way::fitting;

/// What training will take: the engine's plan, as far as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// Bytes in all.
    pub bytes: usize,
    /// Of these, what the frozen blocks make of photos once; 0 where they run anew at every step.
    pub cache: usize,
    /// Of which photos it is kept.
    pub kept: Caching,
    /// Of which it would be kept if there were room.
    pub wanted: Caching,
    /// A batch goes through the network so many photos at a time; `None`: at once.
    pub micro: Option<usize>,
    /// Is it trained with batch norm, from random weights?
    pub batch_norm: bool,
}

impl Takes {
    /// "About 480 MB of memory", and what is done to stay below the limit.
    pub fn words(&self) -> String {
        let mut words = format!("Takes about {} of memory", format::bytes(self.bytes as u64));
        if self.cache > 0 {
            let photos = if self.kept == Caching::All { "the photos" } else { "the photos held out" };
            words +=
                &format!(", {} of them for what the frozen blocks make of {photos}", format::bytes(self.cache as u64));
        }
        words.push('.');
        words += match (self.wanted, self.kept) {
            (Caching::All, Caching::Validation) => {
                " For the others the frozen blocks run anew at every step, as there is no room to keep what they make."
            }
            (Caching::All, Caching::Nothing) => {
                " The frozen blocks run anew at every step, as there is no room to keep what they make."
            }
            (Caching::Validation, Caching::Nothing) => {
                " The frozen blocks run anew for the photos held out, too, as there is no room to keep what they make."
            }
            _ => "",
        };
        if let Some(micro) = self.micro {
            words += &format!(" A batch goes through {micro} at a time");
            words += if self.batch_norm { "; each such part has its own batch-norm statistics." } else { "." };
        }
        words
    }
}

/// More memory than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch {
    /// What it would take even with one photo at a time, bytes.
    pub takes: usize,
    /// What there is, bytes.
    pub limit: usize,
    /// The first block to train so that it fits, if there is one.
    pub from: Option<usize>,
    /// Do the photos alone take more than half of the limit?
    pub photos: bool,
}

impl TooMuch {
    /// What, and what to do about it.
    pub fn words(&self) -> String {
        let cure = match self {
            Self { photos: true, .. } => "Train on fewer photos, or keep the network frozen.",
            Self { from: Some(_), .. } => "Train fewer blocks.",
            Self { .. } => "Choose a smaller network or input, or keep the network frozen.",
        };
        let (takes, limit) = (format::bytes(self.takes as u64), format::bytes(self.limit as u64));
        format!("This would take about {takes} of memory, more than the {limit} that a page can count on here. {cure}")
    }
}

/// What training of `settings` will take on this network, already cut, where there are `limit` bytes.
///
/// # Errors
/// Where not even one photo at a time fits.
pub fn takes(design: &Design, settings: &TrainSettings, scope: Scope, limit: usize) -> Result<Takes, TooMuch> {
    let is_scratch = matches!(settings.way, Way::Scratch { .. });
    if let Some(plan) = Plan::within(design, settings, scope, limit) {
        return Ok(Takes {
            bytes: plan.memory.total,
            cache: plan.memory.cache,
            kept: plan.caching,
            wanted: plan.wanted,
            // A head on embeddings has batches of its own.
            micro: Some(plan.micro_batch).filter(|micro| *micro < settings.batch && settings.is_by_photo()),
            batch_norm: design.trains_batch_norm(&settings.way),
        });
    }
    let all = design.blocks.len();
    let least = |blocks: usize| {
        let way = Way::LastBlocks { blocks };
        Plan::least(design, &TrainSettings { way, ..settings.clone() }, scope).total
    };
    let Memory { total, pixels, .. } = Plan::least(design, settings, scope);
    // Random weights cannot stay frozen.
    let fewer = design.trainable_from(&settings.way) + 1..all;
    let from = fewer.into_iter().find(|from| least(all - from) <= limit).filter(|_| !is_scratch);
    Err(TooMuch { takes: total, limit, from, photos: pixels > limit / 2 })
}

impl Teach {
    /// Photos that a run would be trained on, and all that it would look at, about: the engine decides, which keeps near-duplicates on one side.
    pub fn photo_counts(&self) -> (usize, usize) {
        self.photo_counts_with(&self.project.settings)
    }

    /// The same for other settings.
    pub fn photo_counts_with(&self, settings: &TrainSettings) -> (usize, usize) {
        let (sizes, all) = self.class_sizes();
        // A validation folder is held out instead of a share.
        let is_given = sizes.iter().sum::<usize>() < all;
        let trained = |size: usize| match settings.shots {
            Some(shots) => size.min(shots),
            None if is_given => size,
            None => size - held_out_of(settings.validation, size),
        };
        (sizes.into_iter().map(trained).sum(), all)
    }

    /// The network that the settings ask for, with a head for the project's classes.
    pub fn network(&self, backbone: Option<&BackboneCard>) -> Option<Network> {
        Network::of(&self.project.settings, backbone, self.project.classes.len().max(2))
    }

    /// What training will take; `None` where only a head is trained on embeddings, or before there is a backbone.
    pub fn takes(&self, backbone: Option<&BackboneCard>) -> Option<Result<Takes, TooMuch>> {
        self.takes_with(&self.project.settings, backbone)
    }

    fn takes_with(&self, settings: &TrainSettings, backbone: Option<&BackboneCard>) -> Option<Result<Takes, TooMuch>> {
        let classes = self.project.classes.len().max(2);
        let network = settings.is_deep().then(|| Network::of(settings, backbone, classes)).flatten()?;
        let (train, all) = self.photo_counts_with(settings);
        let on_gpu = self.training.device == Some(DeviceKind::Gpu);
        let scope = Scope { classes, train, val: all.saturating_sub(train), on_gpu };
        Some(takes(&network.cut()?, settings, scope, memory_limit::of_a_page()))
    }

    /// Why the settings cannot be trained with: blocks that are not there, a batch larger than the data, more memory than there is.
    pub fn too_much(&self, backbone: Option<&BackboneCard>) -> Option<Problem> {
        self.too_much_with(&self.project.settings, backbone)
    }

    /// The same for other settings.
    pub fn too_much_with(&self, settings: &TrainSettings, backbone: Option<&BackboneCard>) -> Option<Problem> {
        // A head obeys its schedule, too.
        if settings.schedule != Schedule::OneCycle && settings.warm_up > settings.epochs as f32 {
            let words = format!("expected at most {} epochs, as many as are trained.", settings.epochs);
            return Some(Problem::Setting(Field::WarmUp.label(), words));
        }
        if !settings.is_deep() {
            return None;
        }
        let network = Network::of(settings, backbone, self.project.classes.len().max(2));
        if let Some(network) = &network {
            let (used, all) = (network.used, network.design.blocks.len());
            if matches!(settings.way, Way::LastBlocks { blocks } if blocks > used)
                || settings.features_at.is_some_and(|at| at >= all)
            {
                let words =
                    format!("{} has {all} blocks, and not as many as are asked for are in use.", network.design.title);
                return Some(Problem::Setting("Last blocks", words));
            }
        }
        if !settings.is_by_photo() {
            return self.takes_with(settings, backbone)?.err().map(Problem::Memory);
        }
        let photos = self.photo_counts_with(settings).0;
        if photos > 0 && settings.batch > photos {
            return Some(Problem::Batch(settings.batch, photos));
        }
        let batch_norm = network.is_some_and(|network| network.design.trains_batch_norm(&settings.way));
        if let Some(expected) = too_small_a_batch(settings.batch, batch_norm) {
            return Some(Problem::Setting(Field::Batch.label(), format!("expected {expected}.")));
        }
        self.takes_with(settings, backbone)?.err().map(Problem::Memory)
    }

    /// The field that [`Teach::too_much`] is about, and what is said at it.
    pub fn wrong_field(&self, backbone: Option<&BackboneCard>) -> Option<(Field, String)> {
        match self.too_much(backbone)? {
            problem @ Problem::Batch(..) => Some((Field::Batch, problem.words())),
            Problem::Setting(name, why) => {
                let field = [Field::WarmUp, Field::Batch].into_iter().find(|field| field.label() == name)?;
                Some((field, why))
            }
            _ => None,
        }
    }

    /// A batch that fits the photos there are.
    pub fn fitting_batch(&self) -> usize {
        fitting(self.project.settings.batch, self.photo_counts().0)
    }

    /// Like [`Teach::obstacle`], and whether the settings can be trained with.
    pub fn hindrance(&self, ask: Ask, backbone: Option<&BackboneCard>) -> Result<Option<String>, Problem> {
        let warning = self.obstacle(ask, None)?;
        self.too_much(backbone).map_or(Ok(warning), Err)
    }
}
