//! The page: keeps the state, draws it, and brings it what happens.

use js_sys::ArrayBuffer;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{DeviceChoice, TeachEvent};

use super::components::top_bar::{PROJECTOR_KEY, TopBar};
use super::engine::FromEngine;
use super::input::{self, FromWindow};
use super::look::look;
use super::reduce::{PROJECTOR, PROJECTOR_ON, THEME, TIMINGS};
use super::runtime::Runtime;
use super::state::{Action, Place, Sample, State, Theme};
use super::teach::runtime::Given;
use super::teach::screen::{PartProps, TeachScreen};
use super::teach::{TeachAction, keep};
use super::{browser, csv, json, weights};

/// How often the engine's silence is looked at; [`Action::Tick`] counts on it.
const TICK_MS: i32 = 5000;

/// How long the program of the other places may take before the page says that it is being fetched.
const PATIENCE_MS: i32 = 1000;

/// What happens to the page, with whatever browser's things belong to it.
#[derive(Debug)]
pub enum Msg {
    /// Something that is plain data.
    Do(Action),
    /// Files were picked, or come from the camera.
    Files(Vec<File>),
    /// The window has something.
    FromWindow(FromWindow),
    /// Files for Teach.
    Given(Given),
    /// The engine with this number said something.
    FromEngine(usize, FromEngine),
    /// An engine that only embeds, by its number, said something about a photo; with it what came beside it.
    FromEmbedder(usize, TeachEvent, Option<ArrayBuffer>),
    /// A weight file is here, by its fetch's number.
    Weights(u64, weights::Arrived),
    /// An example photo was chosen, by its place in the list.
    TakeSample(usize),
    /// The results are to be copied.
    CopyTable,
    /// The results are to be saved.
    SaveTable,
    /// The program of the other places is here, or cannot be had.
    Whole(Result<()>),
    /// It has been on its way for a while.
    WholeIsSlow,
}

/// Opens the page in the element `#app`, whose skeleton it replaces.
pub fn start() {
    console_error_panic_hook::set_once();
    let root = browser::window().document().and_then(|document| document.get_element_by_id("app"));
    match root {
        Some(root) => drop(yew::Renderer::<App>::with_root(root).render()),
        None => drop(yew::Renderer::<App>::new().render()),
    }
}

/// The whole page.
#[derive(Debug)]
pub struct App {
    state: State,
    runtime: Runtime,
    /// Files are held over the window.
    files_over: bool,
    /// What came for Teach before it was known what an earlier visit kept there.
    waiting: Vec<Msg>,
    /// The whole program is being fetched.
    fetching_whole: bool,
    /// The whole program took the place of this one.
    gone: bool,
    callbacks: Callbacks,
}

/// Made once, so that components can tell that nothing changed.
#[derive(Debug)]
pub struct Callbacks {
    /// A person did something.
    pub act: Callback<Action>,
    /// Files were picked, or come from the camera.
    pub files: Callback<Vec<File>>,
    /// An example photo was chosen.
    pub sample: Callback<usize>,
    /// The results are to be copied.
    pub copy: Callback<()>,
    /// The results are to be saved.
    pub save: Callback<()>,
    /// A person did something in Teach.
    pub teach: Callback<TeachAction>,
    /// Files for Teach.
    pub give: Callback<Given>,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        input::listen(&link.callback(Msg::FromWindow));
        let tick = link.callback(|()| Msg::Do(Action::Tick));
        browser::every(TICK_MS, move || tick.emit(()));
        let press = link.callback(|()| Msg::Do(Action::Projector));
        browser::on_key(PROJECTOR_KEY, move || press.emit(()));
        load_samples(link.callback(|samples| Msg::Do(Action::Samples(samples))));
        link.send_message(Msg::Do(opened()));
        let handed = input::handed();
        if !handed.is_empty() {
            link.send_message(Msg::Files(handed));
        }
        let go = link.callback(|()| Msg::Do(Action::Go(place())));
        browser::on_address(move || go.emit(()));
        link.send_message(Msg::Do(Action::Go(place())));
        link.send_message(Msg::Do(Action::Teach(TeachAction::Keep(keep::Action::Start))));
        Self {
            state: State::default(),
            runtime: Runtime::new(link.callback(|msg| msg)),
            files_over: false,
            waiting: Vec::new(),
            fetching_whole: false,
            gone: false,
            callbacks: Callbacks {
                act: link.callback(Msg::Do),
                files: link.callback(Msg::Files),
                sample: link.callback(Msg::TakeSample),
                copy: link.callback(|()| Msg::CopyTable),
                save: link.callback(|()| Msg::SaveTable),
                teach: link.callback(|action| Msg::Do(Action::Teach(action))),
                give: link.callback(Msg::Given),
            },
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if self.gone {
            return false;
        }
        if self.is_early(&msg) {
            self.waiting.push(msg);
            return false;
        }
        let actions = match msg {
            // The state stays in Look until the program of the other places is here.
            Msg::Do(Action::Go(place)) if cfg!(not(feature = "teach")) && place.has_project() => {
                self.fetch_whole(ctx);
                return false;
            }
            Msg::Whole(Ok(())) => {
                self.fetching_whole = false;
                // A person may have turned back meanwhile.
                if place().has_project() {
                    self.runtime.open_whole();
                    self.gone = true;
                }
                return false;
            }
            Msg::Whole(Err(error)) => {
                self.fetching_whole = false;
                vec![Action::ButtonFailed(error)]
            }
            Msg::WholeIsSlow if self.fetching_whole => {
                vec![Action::Say(
                    "What Teach and Lab need is being fetched; they open as soon as it is here.".to_owned(),
                )]
            }
            Msg::WholeIsSlow => return false,
            Msg::Do(action) => vec![action],
            Msg::Given(given) => self.runtime.teach.give(given),
            Msg::FromWindow(FromWindow::Over(over)) => return std::mem::replace(&mut self.files_over, over) != over,
            Msg::FromWindow(from) if self.state.place.has_project() => self.runtime.teach.from_window(from),
            Msg::FromWindow(from) => self.look_at(from),
            Msg::Files(files) => self.runtime.take_files(files),
            Msg::FromEmbedder(number, event, data) => {
                self.runtime.teach.heard(number, event, data).map(Action::Teach).into_iter().collect()
            }
            Msg::FromEngine(number, said) => self.runtime.heard(number, said).into_iter().collect(),
            Msg::Weights(number, arrived) => vec![self.runtime.weights_came(number, arrived)],
            Msg::TakeSample(place) => {
                self.take_sample(ctx, place);
                return false;
            }
            Msg::CopyTable => {
                self.copy_table(ctx);
                return false;
            }
            Msg::SaveTable => self.save_table().into_iter().collect(),
        };
        if actions.is_empty() {
            return false;
        }
        let now_ms = browser::now_ms();
        for action in actions {
            for effect in self.state.reduce(action, now_ms) {
                self.runtime.run(effect);
            }
        }
        browser::show_title(self.state.place.title());
        browser::warn_before_leaving(self.state.teach.would_lose());
        if self.state.teach.keep.is_open() {
            ctx.link().send_message_batch(std::mem::take(&mut self.waiting));
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let State { engine, networks, photos, notices, theme, projector, now_ms, place, teach, .. } = &self.state;
        let Callbacks { act, teach: teach_act, give, .. } = &self.callbacks;
        html! {
            <>
                <a class="skip" href={format!("#{}", place.word())} onclick={browser::focus_place}>{ "Skip to the content" }</a>
                <TopBar engine={engine.clone()} rate={photos.rate()} theme={*theme} projector={*projector} place={*place} {act} />
                if place.has_project() {
                    <TeachScreen
                        place={*place}
                        part={PartProps {
                            teach: teach.clone(),
                            vault: self.runtime.teach.vault.clone(),
                            backbone: networks.loaded_card().cloned(),
                            device: engine.device.as_ref().map(|report| report.kind),
                            now_ms: *now_ms,
                            act: teach_act.clone(),
                            give: give.clone(),
                        }}
                        networks={networks.clone()}
                        timings={self.state.timings.clone()}
                        notices={notices.list.clone()}
                        over={self.files_over}
                        {act}
                    />
                } else {
                    { look(&self.state, self.files_over, &self.callbacks) }
                }
                <footer class="footer">
                    { "Photos stay on this machine. " }
                    <span class="muted">
                        if *place == Place::Look {
                            { "The classes are those of the network; it names the most probable of them, even where none fits." }
                        } else {
                            { "A project is kept in this browser, for this page alone, until you delete it." }
                        }
                    </span>
                </footer>
            </>
        }
    }
}

impl App {
    fn fetch_whole(&mut self, ctx: &Context<Self>) {
        if std::mem::replace(&mut self.fetching_whole, true) {
            return;
        }
        self.runtime.fetch_whole();
        let slow = ctx.link().callback(|()| Msg::WholeIsSlow);
        browser::after(PATIENCE_MS, move || slow.emit(()));
    }

    /// Are these files for a project that is still being read?
    fn is_early(&self, msg: &Msg) -> bool {
        let for_teach = match msg {
            Msg::Given(_) => true,
            Msg::FromWindow(from) => self.state.place.has_project() && !matches!(from, FromWindow::Over(_)),
            _ => false,
        };
        for_teach && !self.state.teach.keep.is_open()
    }

    /// Takes what came from the window in the place Look, which knows no classes: a folder's photos.
    fn look_at(&mut self, from: FromWindow) -> Vec<Action> {
        match from {
            FromWindow::Over(_) => Vec::new(),
            FromWindow::Files(files, _) => self.runtime.take_files(files),
            FromWindow::Reading(count) => vec![Action::Reading(Some(count))],
            FromWindow::Folders(found, unread) => {
                let (photos, left_out) = input::photos_of(found);
                let read = Action::FolderRead { photos: photos.len(), left_out, unread };
                let mut actions = self.runtime.take_files(photos);
                actions.push(read);
                actions
            }
            FromWindow::Unreadable(words) => {
                let error = Error::new(
                    ErrorKind::Io,
                    "The folder",
                    "that this page may read it",
                    words,
                    "Choose its photos with “Choose photos” instead.",
                );
                vec![Action::Reading(None), Action::ButtonFailed(error)]
            }
        }
    }

    fn take_sample(&self, ctx: &Context<Self>, place: usize) {
        let Some(sample) = self.state.samples.get(place).cloned() else { return };
        let link = ctx.link().clone();
        spawn_local(async move {
            link.send_message(match weights::fetch_file(&format!("samples/{}", sample.file), &sample.file).await {
                Ok(file) => Msg::Files(vec![file]),
                Err(error) => Msg::Do(Action::ButtonFailed(error)),
            });
        });
    }

    fn copy_table(&self, ctx: &Context<Self>) {
        let table = csv::tab_separated(self.state.photos.list.iter().map(|photo| &**photo));
        let link = ctx.link().clone();
        spawn_local(async move {
            link.send_message(Msg::Do(match browser::copy(&table).await {
                Ok(()) => Action::Say("The table is in the clipboard; a spreadsheet takes it.".to_owned()),
                Err(thrown) => Action::ButtonFailed(Error::new(
                    ErrorKind::Io,
                    "The clipboard",
                    "that this page may write to it",
                    browser::words(&thrown),
                    "Download the CSV instead; it holds the same table.",
                )),
            }));
        });
    }

    fn save_table(&self) -> Option<Action> {
        let table = csv::comma_separated(self.state.photos.list.iter().map(|photo| &**photo));
        let thrown = browser::save("graft-photos.csv", "text/csv;charset=utf-8", &table).err()?;
        Some(Action::ButtonFailed(Error::new(
            ErrorKind::Io,
            "graft-photos.csv",
            "that this page may save a file",
            browser::words(&thrown),
            "Copy the table instead.",
        )))
    }
}

/// Where the address says that a person is.
fn place() -> Place {
    let hash = browser::window().location().hash().unwrap_or_default();
    Place::from_word(hash.trim_start_matches('#'))
}

fn opened() -> Action {
    Action::Opened {
        device: match browser::parameter("device").as_deref() {
            Some("cpu") => DeviceChoice::Cpu,
            Some("gpu") => DeviceChoice::Gpu,
            _ => DeviceChoice::Auto,
        },
        backbone: browser::parameter("backbone"),
        timings: browser::remembered(TIMINGS),
        theme: browser::remembered(THEME).map(|word| Theme::from_word(&word)).unwrap_or_default(),
        projector: browser::remembered(PROJECTOR).as_deref() == Some(PROJECTOR_ON),
    }
}

/// The example photos; a page without them simply offers none.
fn load_samples(tell: Callback<Vec<Sample>>) {
    spawn_local(async move {
        if let Ok(text) = weights::fetch_text("samples/samples.json").await
            && let Ok(samples) = json::read(&text)
        {
            tell.emit(samples);
        }
    });
}
