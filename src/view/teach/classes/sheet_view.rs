//! The data sheet as a table, and as a file.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Action;
use super::dialog::Dialog;
use super::icons::{self, drawing};
use super::marks::Marks;
use super::near::Near;
use crate::project::{Beside, History, Project, SampleId, Sheet, SheetRow};
use crate::protocol::EmbeddingsFormat;
use crate::view::components::icon::{Icon, icon};
use crate::view::teach::training::head::Head;
use crate::view::{browser, csv};

/// [`SheetView`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub project: Rc<Project>,
    /// The head in use: it knows who was trained on and held out.
    pub head: Option<Rc<Head>>,
    pub marks: Rc<Marks>,
    pub near: Near,
    /// What was done: the hints follow it.
    pub history: History,
    pub act: Callback<Action>,
}

/// The sheet, closed at first: it is counted when it is opened.
#[component]
pub fn SheetView(props: &Props) -> Html {
    let Props { project, act, .. } = props;
    let open = use_state_eq(|| false);
    let copied = use_state_eq(|| None::<&'static str>);
    let turn = |to: bool| {
        let (open, copied) = (open.clone(), copied.clone());
        Callback::from(move |()| {
            open.set(to);
            copied.set(None);
        })
    };
    let sheet = (*open).then(|| count(props));
    // Counted anew when a person did something, not with every photo that is embedded.
    let hints = use_memo((project.classes.clone(), project.samples.len(), props.history.clone()), |_| {
        Sheet::new(project, Beside::default()).warnings.len()
    });
    let save = Callback::from({
        let sheet = sheet.clone();
        let copied = copied.clone();
        move |_: MouseEvent| {
            let Some(sheet) = &sheet else { return };
            if browser::save("data-sheet.csv", "text/csv;charset=utf-8", &csv::comma_table(&sheet.table())).is_err() {
                copied.set(Some("The browser did not let the file be saved. Copy the table instead."));
            }
        }
    });
    let copy = Callback::from({
        let (sheet, copied) = (sheet.clone(), copied.clone());
        move |_: MouseEvent| {
            let Some(text) = sheet.as_ref().map(|sheet| csv::tab_table(&sheet.table())) else { return };
            let copied = copied.clone();
            spawn_local(async move {
                copied.set(Some(match browser::copy(&text).await {
                    Ok(()) => "The table is in the clipboard; a spreadsheet takes it.",
                    Err(_) => "The browser did not let the page use the clipboard. Download the CSV instead.",
                }));
            });
        }
    });
    html! {
        <>
            <div class="row">
                <button type="button" class="button button-small" data-testid="data-sheet-open" onclick={turn(true).reform(|_| ())}>
                    { drawing(icons::TABLE) }{ "Data sheet" }
                </button>
                if *hints > 0 {
                    <span class="small muted" data-testid="data-hints">{ if *hints == 1 { "1 hint".to_owned() } else { format!("{hints} hints") } }</span>
                }
            </div>
            if let Some(sheet) = sheet {
                <Dialog title="Data sheet" testid="data-sheet" close={turn(false)}>
                    { for sheet.warnings.iter().map(|text| html! { <p class="warning-text sheet-warning" data-testid="data-warning">{ text }</p> }) }
                    <div class="sheet-frame" tabindex="0" role="group" aria-label="Data sheet">{ table(&sheet) }</div>
                    <div class="row">
                        <button type="button" class="button button-small" data-testid="data-sheet-csv" onclick={save}>{ icon(Icon::Download) }{ "CSV" }</button>
                        <button type="button" class="button button-small" data-testid="data-sheet-copy" onclick={copy}>{ icon(Icon::Copy) }{ "Copy" }</button>
                        <span class="small muted" role="status">{ copied.unwrap_or_default() }</span>
                    </div>
                    if sheet.total.decoded > 0 {
                        <div class="sheet-extract">
                            <p class="small">
                                <strong>{ "Use as feature extractor. " }</strong>
                                <span class="muted">{ format!("One row a photo: the {} network's embedding, label and file name.", project.backbone) }</span>
                            </p>
                            <div class="row">
                                <button type="button" class="button button-small" data-testid="embeddings-csv" onclick={act.reform(|_| Action::WriteEmbeddings(EmbeddingsFormat::Csv))}>{ icon(Icon::Download) }{ "Embeddings as CSV" }</button>
                                <button type="button" class="button button-small" data-testid="embeddings-npz" onclick={act.reform(|_| Action::WriteEmbeddings(EmbeddingsFormat::Npz))}>{ icon(Icon::Download) }{ "as npz" }</button>
                            </div>
                        </div>
                    }
                </Dialog>
            }
        </>
    }
}

fn count(props: &Props) -> Sheet {
    let failed = props.marks.failed.keys().copied().collect();
    let groups: Option<Vec<Vec<SampleId>>> =
        props.near.groups.as_ref().map(|groups| groups.iter().map(|group| group.to_vec()).collect());
    let split = props
        .head
        .as_ref()
        .map(|head| &head.split)
        .map(|split| (split.training.as_slice(), split.validation.as_slice()));
    Sheet::new(&props.project, Beside { split, failed: Some(&failed), groups: groups.as_deref() })
}

fn table(sheet: &Sheet) -> Html {
    let known = |number: Option<usize>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    let row = |row: &SheetRow| {
        let decoded = row.decoded > 0;
        html! {
            <tr key={row.class.map_or_else(|| row.name.clone(), |class| class.to_string())}>
                <th scope="row" title={row.name.clone()}>{ &row.name }</th>
                <td>{ row.photos }</td>
                <td>{ if decoded { format!("{} × {}", row.width, row.height) } else { "–".to_owned() } }</td>
                <td>{ if decoded { format!("{:.0} %", 100.0 * row.grey as f64 / row.decoded as f64) } else { "–".to_owned() } }</td>
                <td>{ known(row.training) }</td>
                <td>{ known(row.validation) }</td>
                <td>{ row.copies }</td>
                <td>{ known(row.near) }</td>
                <td class={(row.failed > 0).then_some("sheet-failed")}>{ row.failed }</td>
            </tr>
        }
    };
    html! {
        <table class="sheet-table">
            <thead>
                <tr>
                    <th scope="col">{ "Class" }</th>
                    <th scope="col">{ "Photos" }</th>
                    <th scope="col" title="Width × height, pixels">{ "Median size" }</th>
                    <th scope="col" title="Share of the photos that have no colour">{ "Grey" }</th>
                    <th scope="col" title="Photos trained on the last time">{ "Trained" }</th>
                    <th scope="col" title="Photos held out the last time, to check the training">{ "Held out" }</th>
                    <th scope="col" title="Photos that are byte for byte those of another">{ "Copies" }</th>
                    <th scope="col" title="Photos that are nearly those of another; press Near-duplicates to look for them">{ "Near" }</th>
                    <th scope="col" title="Photos that could not be read">{ "Failed" }</th>
                </tr>
            </thead>
            <tbody>{ for sheet.rows.iter().map(row) }</tbody>
            <tfoot>{ row(&sheet.total) }</tfoot>
        </table>
    }
}
