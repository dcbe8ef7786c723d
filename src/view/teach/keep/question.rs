//! What cannot be undone is asked once.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::opening::Opening;
use super::{Action, Home, Question};
use crate::view::format;
use crate::view::teach::Teach;

/// [`Ask`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What is asked, if anything.
    pub question: Option<Question>,
    /// What it is about.
    pub teach: Teach,
    /// Says the answer.
    pub act: Callback<Action>,
}

/// The question, in a dialog over the page.
#[component]
pub fn Ask(props: &Props) -> Html {
    let Props { question, teach, act } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *question), |(dialog, question)| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>().filter(|dialog| question.is_some() && !dialog.open()) {
            let _ = dialog.show_modal(); // fails only where it is open
        }
    });
    let Some(question) = question else { return html! {} };
    let here = inventory(teach);
    let (title, words, yes) = match question {
        Question::Delete => (
            "Delete everything?".to_owned(),
            format!(
                "{here}, what was trained on them and the settings are deleted, on this page and in this browser{}. This cannot be undone.",
                other(&teach.keep.home).map(|other| format!(", and so is {other}")).unwrap_or_default()
            ),
            "Delete everything",
        ),
        Question::StopKeeping => (
            "Stop keeping the project in this browser?".to_owned(),
            "What is kept is deleted now. The project stays on this page until the tab is closed.".to_owned(),
            "Stop keeping it",
        ),
        Question::TakeOver => (
            "Use the other project here?".to_owned(),
            match &teach.keep.home {
                Home::Another { name, photos } => format!(
                    "“{name}” ({}) takes the place of what is on this page: {here}. This cannot be undone.",
                    format::photos(*photos)
                ),
                _ => format!(
                    "It takes the place of what is on this page: {here}. A tab that has it open no longer keeps it."
                ),
            },
            "Use it here",
        ),
        Question::Supersede => (
            "Keep this project in place of the other?".to_owned(),
            format!(
                "“{}” ({here}) is kept from now on, and deleted is {}. This cannot be undone. To have both, save this one as a .graft file \
                 instead.",
                teach.project.name,
                other(&teach.keep.home).unwrap_or_else(|| "what this browser keeps".to_owned())
            ),
            "Keep this one",
        ),
        Question::Replace => (
            match &teach.keep.opening {
                Some(Opening::Asking(contents)) => format!("Open {}?", contents.name),
                _ => "Open the file?".to_owned(),
            },
            format!(
                "Its project takes the place of “{}” ({here}), on this page and in this browser. This cannot be undone.",
                teach.project.name
            ),
            "Open it",
        ),
    };
    let keeps = matches!(question, Question::TakeOver | Question::Replace);
    let answer = |yes: bool| act.reform(move |_: MouseEvent| Action::Answer(yes));
    let cancel = act.reform(|event: Event| {
        event.prevent_default(); // it is closed by the state
        Action::Answer(false)
    });
    html! {
        <dialog class="question card" ref={dialog} aria-labelledby="question-title" data-testid="question" oncancel={cancel}>
            <h2 id="question-title">{ title }</h2>
            <p>{ words }</p>
            <div class="row">
                <button type="button" class={classes!("button", if keeps { "button-primary" } else { "button-danger" })} data-testid="answer-yes" onclick={answer(true)}>{ yes }</button>
                <button type="button" class="button" data-testid="answer-no" autofocus=true onclick={answer(false)}>{ "Cancel" }</button>
            </div>
        </dialog>
    }
}

/// What is in this browser that is not on the page.
fn other(home: &Home) -> Option<String> {
    match home {
        Home::Another { name, photos } => {
            Some(format!("“{name}” ({}), which this browser keeps", format::photos(*photos)))
        }
        Home::Elsewhere => Some("the project that another tab has open".to_owned()),
        Home::Denied(_) => Some("whatever this browser keeps and this page cannot read".to_owned()),
        Home::Opening(..) | Home::Here | Home::Off => None,
    }
}

/// "12 photos in 3 classes"
fn inventory(teach: &Teach) -> String {
    let classes = match teach.project.classes.len() {
        0 => String::new(),
        1 => " in 1 class".to_owned(),
        many => format!(" in {many} classes"),
    };
    format!("{}{classes}", format::photos(teach.project.samples.len()))
}
