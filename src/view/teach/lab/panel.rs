//! What the part draws.

use yew::prelude::*;

use super::blocks::Blocks;
use super::charts::Charts;
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
}

/// The part's panel.
#[component]
pub fn LabPanel(props: &LabProps) -> Html {
    let LabProps { part, networks } = props;
    let teach = &part.teach;
    let (lab, training) = (&teach.lab, &teach.training);
    let act = part.act.reform(TeachAction::Lab);
    let records = lab.records();
    html! {
        <section class="card panel lab" aria-labelledby="lab-title" data-testid="lab">
            <div class="lab-head">
                <h2 id="lab-title">{ "Lab" }</h2>
                <p class="small muted">
                    { "Runs side by side, one after another: same photos, another way, another network, another seed. The head in use stays as it is, and so does the network." }
                </p>
            </div>
            <p class="visually-hidden" role="status" aria-live="polite">{ lab.announcement() }</p>
            if let Some(problem) = &lab.problem {
                <div class="message message-warning" role="alert" data-testid="message" data-kind="lab">
                    { icon(Icon::Warning) }
                    <div class="message-words">{ problem }</div>
                </div>
            }
            <Form choice={lab.choice.clone()} settings={teach.project.settings.clone()} networks={networks.clone()} act={act.clone()} />
            if lab.entries.is_empty() {
                <p class="small muted">
                    { "Nothing is in the list yet. Add a head on frozen features and the last blocks, with three seeds each: what the table then says is more than chance." }
                </p>
            } else {
                <List entries={lab.entries.clone()} current={lab.current} networks={networks.clone()} act={act.clone()} />
            }
            { control(lab, training, networks, &act) }
            if !records.is_empty() {
                <Charts records={records.clone()} act={act.clone()} />
                <Results {records} />
            }
            <Blocks search={lab.search()} on={lab.searching} act={act.clone()} />
        </section>
    }
}

/// Run and Stop, and how far it is.
fn control(lab: &Lab, training: &Training, networks: &Networks, act: &Callback<Action>) -> Html {
    let is_on = lab.on || lab.current.is_some();
    let to_run = lab.entries.iter().any(|queued| queued.word(None) != "done");
    let button = |words: &'static str, testid: &'static str, class: &'static str, disabled: bool, action: Action| {
        let act = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class={classes!("button", class)} data-testid={testid} {disabled} onclick={act}>{ words }</button> }
    };
    html! {
        <div class="lab-control">
            <div class="row">
                { button("Run them", "lab-run", "button-primary", is_on || !to_run, Action::Run) }
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
