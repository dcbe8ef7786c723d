//! What was left out, failed or contradicts itself: lists that open, with what can be done about each.

use std::rc::Rc;

use yew::prelude::*;

use super::{Action, Intake, place_words};
use crate::error::Error;
use crate::project::{Project, Sample, SampleId};
use crate::view::format;

/// Entries of a list that are shown; the rest is counted.
const SHOWN: usize = 200;

/// [`Reports`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub intake: Intake,
    pub project: Rc<Project>,
    pub act: Callback<Action>,
}

/// All lists; nothing where there is nothing to tell.
#[component]
pub fn Reports(props: &Props) -> Html {
    let Props { intake, project, act } = props;
    let report = &intake.report;
    html! {
        <>
            { failures(intake, project, act) }
            { conflicts(intake, project, act) }
            if !report.duplicates.is_empty() {
                <details class="report" data-testid="intake-duplicates" data-count={report.duplicates.len().to_string()}>
                    <summary>{ format!("{} left out: the same file was there already", format::photos(report.duplicates.len())) }</summary>
                    { list(report.duplicates.iter().map(|duplicate| {
                        let same_as = match project.sample(duplicate.kept) {
                            Some(kept) => format!("the same as {} in {}", kept.name, place_words(project, kept.class, kept.role)),
                            None => "the same as another photo".to_owned(),
                        };
                        html! { <li><span class="report-name">{ &duplicate.name }</span>{ " " }<span class="muted">{ same_as }</span></li> }
                    }), report.duplicates.len()) }
                </details>
            }
            if !report.skipped.is_empty() {
                <details class="report" data-testid="intake-skipped" data-count={report.skipped.len().to_string()}>
                    <summary>{ format!("{} skipped", files(report.skipped.len())) }</summary>
                    { list(report.skipped.iter().map(|skipped| html! {
                        <li><span class="report-name">{ &skipped.path }</span>{ " " }<span class="muted">{ &skipped.reason }</span></li>
                    }), report.skipped.len()) }
                </details>
            }
            if !report.is_empty() {
                <button type="button" class="link small report-close" onclick={act.reform(|_| Action::CloseReport)}>{ "Close these lists" }</button>
            }
        </>
    }
}

fn failures(intake: &Intake, project: &Project, act: &Callback<Action>) -> Html {
    // Those of photos that were removed come back with them.
    let failed: Vec<(&Rc<Sample>, &Error)> =
        intake.failed().iter().filter_map(|(id, error)| Some((project.sample(*id)?, error))).collect();
    if failed.is_empty() {
        return Html::default();
    }
    let all: Vec<SampleId> = failed.iter().map(|(sample, _)| sample.id).collect();
    let entries = failed.iter().map(|(sample, error)| {
        let id = sample.id;
        html! {
            <li key={id}>
                <span class="report-name">{ &sample.name }</span>{ " " }
                <span class="muted">{ format!("expected {}, found {}. {}", error.expected, error.found, error.cure) }</span>{ " " }
                <button type="button" class="link" onclick={act.reform(move |_| Action::Retry(Some(id)))}>{ "Try again" }</button>{ " " }
                <button type="button" class="link" onclick={act.reform(move |_| Action::Remove(vec![id]))}>{ "Remove" }</button>
            </li>
        }
    });
    html! {
        <details class="report report-failed" data-testid="intake-failures" data-count={failed.len().to_string()}>
            <summary>{ format!("{} could not be used", format::photos(failed.len())) }</summary>
            { list(entries, failed.len()) }
            <div class="row">
                <button type="button" class="button button-small" onclick={act.reform(|_| Action::Retry(None))}>{ "Try all again" }</button>
                <button type="button" class="button button-small" onclick={act.reform(move |_| Action::Remove(all.clone()))}>{ "Remove all" }</button>
            </div>
        </details>
    }
}

fn conflicts(intake: &Intake, project: &Project, act: &Callback<Action>) -> Html {
    let pairs = intake.report.conflicts(project);
    if pairs.is_empty() {
        return Html::default();
    }
    let remove = |sample: &Sample| {
        let id = sample.id;
        let place = place_words(project, sample.class, sample.role);
        html! {
            <button type="button" class="link" onclick={act.reform(move |_| Action::Remove(vec![id]))}>{ format!("Remove from {place}") }</button>
        }
    };
    let entries = pairs.iter().map(|(one, other)| {
        let places = [one, other].map(|sample| place_words(project, sample.class, sample.role)).join(" and ");
        html! {
            <li key={format!("{}-{}", one.id, other.id)}>
                <span class="report-name">{ &one.name }</span>{ " " }<span class="muted">{ format!("is in {places}") }</span>{ " " }
                { remove(one) }{ " " }{ remove(other) }
            </li>
        }
    });
    let are = if pairs.len() == 1 { "is" } else { "are" };
    html! {
        <details class="report report-conflicts" data-testid="intake-conflicts" data-count={pairs.len().to_string()}>
            <summary>{ format!("{} {are} in two places at once", format::photos(pairs.len())) }</summary>
            { list(entries, pairs.len()) }
        </details>
    }
}

fn list(entries: impl Iterator<Item = Html>, count: usize) -> Html {
    html! {
        <ul class="report-list small">
            { for entries.take(SHOWN) }
            if count > SHOWN {
                <li class="muted">{ format!("and {} more", count - SHOWN) }</li>
            }
        </ul>
    }
}

fn files(number: usize) -> String {
    if number == 1 { "1\u{a0}file was".to_owned() } else { format!("{number}\u{a0}files were") }
}
