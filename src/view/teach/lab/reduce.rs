//! What a person does with this part.

use std::rc::Rc;

use super::{Action, File, Lab, MAX_ENTRIES, Outcome, Queued};
use crate::architecture::Design;
use crate::lab::{Entry, Table, curves};
use crate::plot::Scene;
use crate::project::Way;
use crate::view::csv;
use crate::view::teach::{Around, Teach, TeachEffect, training};

/// Between the drawings of a file, pixels.
const GAP: f64 = 16.0;

impl Teach {
    pub(in crate::view::teach) fn reduce_lab(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        self.lab.problem = None;
        match action {
            Action::Choose(field, text) => self.lab.choice.set(field, &text),
            Action::Add => self.add_to_lab(around),
            Action::Remove(id) => self.take_out_of_lab(|queued| queued.id == id),
            Action::Clear => {
                self.lab.searching = false;
                self.take_out_of_lab(|_| true);
            }
            Action::Undo => {
                if let Some(removed) = self.lab.removed.take() {
                    self.lab.entries.extend(removed);
                    self.lab.entries.sort_by_key(|queued| queued.id);
                    self.revision += 1;
                }
            }
            Action::Run => {
                // What went wrong is tried again.
                for queued in &mut self.lab.entries {
                    if matches!(queued.outcome, Outcome::Failed(_)) {
                        let queued = Rc::make_mut(queued);
                        (queued.outcome, queued.errors) = (Outcome::Waiting, Rc::default());
                    }
                }
                self.lab.on = true;
            }
            Action::Stop => return self.stop_lab(around),
            Action::HowManyBlocks => self.look_for_blocks(around),
            Action::Save(file, width) => return self.lab.file(file, width).into_iter().collect(),
        }
        Vec::new()
    }

    fn add_to_lab(&mut self, around: &Around) {
        let in_use = Some(around.networks.wanted.as_str()).filter(|key| !key.is_empty());
        match self.lab.choice.entries(&self.project.settings, in_use) {
            Ok(entries) if self.lab.entries.len() + entries.len() > MAX_ENTRIES => {
                self.lab.problem = Some(format!("The list holds {MAX_ENTRIES} runs. Take some out first."));
            }
            Ok(entries) if entries.first().is_some_and(|entry| self.holds_nothing_out(entry)) => {
                self.lab.problem = Some(
                    "Photos a class: no class has more, so that nothing would be held out. Choose fewer.".to_owned(),
                );
            }
            Ok(entries) => {
                entries.into_iter().for_each(|entry| self.lab.push(entry, None));
                self.lab.removed = None;
                self.revision += 1;
            }
            Err(problem) => self.lab.problem = Some(problem),
        }
    }

    /// Would a choice of few photos a class leave none to check with?
    fn holds_nothing_out(&self, entry: &Entry) -> bool {
        let (trained, all) = self.photo_counts_with(&entry.settings);
        entry.settings.shots.is_some() && all > 0 && trained == all
    }

    /// Takes entries out; the one that is being run stays.
    fn take_out_of_lab(&mut self, which: impl Fn(&Queued) -> bool) {
        let current = self.lab.current;
        let goes = |queued: &Rc<Queued>| Some(queued.id) != current && which(queued);
        let (removed, kept): (Vec<_>, Vec<_>) = self.lab.entries.drain(..).partition(goes);
        self.lab.entries = kept;
        if !removed.is_empty() {
            self.lab.removed = Some(removed);
            self.revision += 1;
        }
    }

    fn stop_lab(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        self.lab.on = false;
        self.lab.searching = false;
        match self.lab.current {
            Some(entry) if self.training.is_about(entry) => self.reduce_training(training::Action::Stop, around),
            _ => Vec::new(),
        }
    }

    fn look_for_blocks(&mut self, around: &Around) {
        let design = around.backbone.map(|card| Design::parse(&card.design));
        let Some(Ok(design)) = design else {
            self.lab.problem = Some(match design {
                None => "The network is not ready yet; try again when it is.".to_owned(),
                _ => "What this network is made of is not known, so that its blocks cannot be told apart.".to_owned(),
            });
            return;
        };
        let (trained, all) = self.photo_counts();
        if all > 0 && trained == all {
            let cure = match self.project.settings.validation {
                share if share <= 0.0 => "Set a share to hold out in the settings.",
                _ => "Add photos: of a class of two or more, one can be held out.",
            };
            self.lab.problem =
                Some(format!("Nothing is held out, so that nobody could say which number of blocks is best. {cure}"));
            return;
        }
        let current = self.lab.current;
        self.lab.entries.retain(|queued| queued.blocks.is_none() || Some(queued.id) == current);
        self.lab.blocks = Some(design.blocks.len());
        self.lab.searching = true;
        self.lab.on = true;
        self.try_blocks(around.networks.loaded.clone());
        self.revision += 1;
    }

    /// Puts the next number of blocks of a network to try into the list; ends the search where there is none.
    pub(super) fn try_blocks(&mut self, network: Option<String>) {
        let Some(blocks) = self.lab.search().and_then(|search| search.next()) else {
            self.lab.searching = false;
            return;
        };
        let way = if blocks == 0 { Way::Frozen } else { Way::LastBlocks { blocks } };
        let name = match blocks {
            1 => "1 block trained".to_owned(),
            blocks => format!("{blocks} blocks trained"),
        };
        let entry = Entry { name, ..Entry::suited_to(way, &self.project.settings).of(network) };
        self.lab.push(entry, Some(blocks));
    }
}

impl Lab {
    /// What is to be saved; `None` before a run is over.
    fn file(&self, file: File, width: f64) -> Option<TeachEffect> {
        let records = self.records();
        if records.is_empty() {
            return None;
        }
        let (name, kind, text) = match file {
            File::Csv => {
                ("graft-lab.csv", "text/csv;charset=utf-8", csv::BOM.to_owned() + &Table::of(&records).to_csv())
            }
            File::Markdown => ("graft-lab.md", "text/markdown;charset=utf-8", Table::of(&records).to_markdown()),
            File::Svg => {
                let blocks = self.search().and_then(|search| search.chart(width));
                let blocks = blocks.map(|chart| chart.scene().padded(GAP));
                let scenes = curves::scene(&records, width).into_iter().chain(blocks);
                ("graft-lab.svg", "image/svg+xml", Scene::stacked(scenes, 0.0).to_svg())
            }
        };
        Some(TeachEffect::Training(training::Effect::SaveText(name.to_owned(), kind, text)))
    }
}
