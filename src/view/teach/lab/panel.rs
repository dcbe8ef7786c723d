//! What the part draws.

use yew::prelude::*;

use super::blocks::Blocks;
use super::charts::Charts;
use super::data::data;
use super::form::Form;
use super::list::List;
use super::table::Results;
use super::{Action, Lab};
use crate::view::components::bar::bar;
use crate::view::components::icon::{Icon, icon};
use crate::view::networks::Networks;
use crate::view::teach::training::Training;
use crate::view::teach::{TeachAction, screen::PartProps};

/// [`LabPanel`]
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct LabProps {
    /// What every part is drawn from.
    pub part: PartProps,
    /// The networks there are.
    pub networks: Networks,
    /// The messages of the page.
    pub children: Html,
}

/// The part's panel.
#[component]
pub fn LabPanel(props: &LabProps) -> Html {
    let LabProps { part, networks, children } = props;
    let teach = &part.teach;
    let (lab, training) = (&teach.lab, &teach.training);
    let act = part.act.reform(TeachAction::Lab);
    let records = lab.records();
    let has_data = teach.lab_data().is_some();
    html! {
        <section class="lab" aria-labelledby="lab-title" data-testid="lab">
            <div class="lab-head">
                <h1 id="lab-title">{ "Runs side by side" }</h1>
                <p class="muted">
                    { "One after another on the same photos: another way, another network, another seed. The head in use stays as it is, and so does the network." }
                </p>
            </div>
            { children.clone() }
            <p class="visually-hidden" role="status" aria-live="polite">{ lab.announcement() }</p>
            if let Some(problem) = &lab.problem {
                <div class="message message-warning" role="alert" data-testid="message" data-kind="lab">
                    { icon(Icon::Warning) }
                    <div class="message-words">{ problem }</div>
                </div>
            }
            <div class="card panel lab-runs">
                <h2>{ "Runs" }</h2>
                { data(teach) }
                <Form choice={lab.choice.clone()} settings={teach.project.settings.clone()} networks={networks.clone()} act={act.clone()} />
                if lab.entries.is_empty() {
                    <p class="small muted">
                        { "Nothing is in the list yet. Add a head on frozen features and the last blocks, with three seeds each: what the table then says is more than chance." }
                    </p>
                } else {
                    <List entries={lab.entries.clone()} current={lab.current} networks={networks.clone()} act={act.clone()} />
                }
                { control(lab, training, networks, has_data, &act) }
            </div>
            <div class="card panel lab-curves-card">
                <h2>{ "What they came to" }</h2>
                if records.is_empty() {
                    <p class="small muted">
                        { "Once the first run is over: their curves, one over the other, and one table with model, parameters, depth, size, time, best epoch and accuracy." }
                    </p>
                } else {
                    <Charts records={records.clone()} act={act.clone()} />
                }
                <Blocks search={lab.search()} on={lab.searching || !has_data} act={act.clone()} />
            </div>
            if !records.is_empty() {
                <div class="card panel lab-table-card"><Results {records} /></div>
            }
        </section>
    }
}

/// Run and Stop, and how far it is.
fn control(lab: &Lab, training: &Training, networks: &Networks, has_data: bool, act: &Callback<Action>) -> Html {
    let is_on = lab.on || lab.current.is_some();
    let to_run = lab.entries.iter().any(|queued| queued.word(None) != "done");
    let button = |words: &'static str, testid: &'static str, class: &'static str, disabled: bool, action: Action| {
        let act = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class={classes!("button", class)} data-testid={testid} {disabled} onclick={act}>{ words }</button> }
    };
    html! {
        <div class="lab-control">
            <div class="row">
                { button("Run them", "lab-run", "button-primary", is_on || !to_run || !has_data, Action::Run) }
                { button("Stop", "lab-stop", "", !is_on, Action::Stop) }
                if !lab.entries.is_empty() {
                    { button("Clear the list", "lab-clear", "", is_on, Action::Clear) }
                }
                if let Some(removed) = &lab.removed {
                    <span class="small">
                        { if removed.len() == 1 { "One was taken out. ".to_owned() } else { format!("{} were taken out. ", removed.len()) } }
                        <button type="button" class="link" onclick={act.reform(|_| Action::Undo)}>{ "Undo" }</button>
                    </span>
                }
            </div>
            if let Some(line) = lab.line(training).or_else(|| lab.coming_line(networks)) {
                <div class="lab-progress" data-testid="lab-progress">
                    { bar(lab.share(training), "bar-progress") }
                    <span class="small muted">{ line }</span>
                </div>
            }
        </div>
    }
}
