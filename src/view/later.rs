//! Teach in the program that only looks: the names that the rest of the page knows, and nothing behind them.
//!
//! Teach is two thirds of the page's code. A visitor who looks at photos need not wait for it: the page begins with a program built
//! without the feature `teach`, and going to Teach opens the whole one in its place (`boot.js`), with the photos of this one.
//!
//! Kept alike by hand: what the rest of the page uses of `teach` must be here too, or `app` does not compile; only `make build` compiles it
//! so, as tests and lints have the feature.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::{BackboneCard, DeviceKind, Prediction, TeachEvent};

use super::networks::Networks;
use super::notices::Notices;

/// Nothing; see `teach`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Teach {
    pub keep: keep::Keep,
    pub intake: intake::Intake,
}

/// See `teach`.
#[derive(Debug)]
pub struct Around<'a> {
    pub now_ms: f64,
    pub notices: &'a mut Notices,
    pub networks: &'a Networks,
    pub backbone: Option<&'a BackboneCard>,
    pub device: Option<DeviceKind>,
}

/// See `teach`.
#[derive(Debug, Clone, PartialEq)]
pub enum TeachAction {
    Intake(intake::Action),
    Judge(judge::Action),
    Keep(keep::Action),
    Engine { engine: usize, event: Box<TeachEvent>, numbers: Option<Rc<[f32]>> },
    EngineReady,
    EngineLost,
}

/// None is ever asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum TeachEffect {
    Send(usize),
    TryPhoto { photo: u64, name: String, top: usize },
}

impl Teach {
    /// Nothing happens.
    pub fn reduce(&mut self, _: TeachAction, _: &mut Around) -> Vec<TeachEffect> {
        Vec::new()
    }

    /// Nothing.
    pub fn would_lose(&self) -> bool {
        false
    }

    /// Nothing.
    pub fn is_awaited(&self) -> bool {
        false
    }
}

pub mod intake {
    /// See `teach`.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Action {
        Tick,
    }

    /// Nothing.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Intake {}
}

pub mod judge {
    use super::{Error, Prediction};

    /// No photo has such a number.
    pub const FIRST_PHOTO: u64 = 1 << 40;

    /// See `teach`.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Action {
        Tried { photo: u64, prediction: Box<Prediction>, thumbnail: Option<String> },
        TryFailed { photo: u64, error: Error },
    }
}

pub mod keep {
    /// See `teach`.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Action {
        Start,
    }

    /// Nothing.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Keep {}

    impl Keep {
        /// There is nothing to wait for.
        pub fn is_open(&self) -> bool {
            true
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub mod runtime {
    use js_sys::ArrayBuffer;
    use wasm_bindgen::JsValue;
    use yew::Callback;

    use super::{TeachAction, TeachEffect};
    use crate::protocol::{TeachCommand, TeachEvent};
    use crate::view::app::Msg;
    use crate::view::input::FromWindow;
    use crate::view::state::Action;

    /// There are none.
    #[derive(Debug, Clone)]
    pub enum Given {}

    /// Nothing.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Vault {}

    /// Nothing.
    #[derive(Debug, Default)]
    pub struct Tries {}

    impl Tries {
        pub fn keep_thumbnail(&mut self, _: u64, _: &ArrayBuffer) -> Option<String> {
            None
        }

        pub fn file(&self, _: u64) -> Option<web_sys::File> {
            None
        }
    }

    /// Nothing.
    #[derive(Debug, Default)]
    pub struct TeachRuntime {
        pub vault: Vault,
        pub tries: Tries,
    }

    impl TeachRuntime {
        pub fn new(_: Callback<Msg>) -> Self {
            Self::default()
        }

        pub fn give(&mut self, given: Given) -> Vec<Action> {
            match given {}
        }

        pub fn from_window(&mut self, _: FromWindow) -> Vec<Action> {
            Vec::new()
        }

        pub fn heard(&mut self, _: usize, event: TeachEvent, _: Option<ArrayBuffer>) -> Option<TeachAction> {
            match event {}
        }

        pub fn run(&mut self, _: TeachEffect) -> Option<(usize, TeachCommand, Option<JsValue>)> {
            None
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub mod screen {
    use yew::prelude::*;

    use super::runtime::{Given, Vault};
    use super::{Teach, TeachAction};
    use crate::protocol::{BackboneCard, DeviceKind};
    use crate::view::networks::Networks;
    use crate::view::notices::Notice;
    use crate::view::state::{Action, Place};
    use crate::view::timings::Timings;

    /// See `teach`.
    #[derive(Debug, Clone, PartialEq, Properties)]
    pub struct PartProps {
        pub teach: Teach,
        pub vault: Vault,
        pub backbone: Option<BackboneCard>,
        pub device: Option<DeviceKind>,
        pub now_ms: f64,
        pub act: Callback<TeachAction>,
        pub give: Callback<Given>,
    }

    /// See `teach`.
    #[derive(Debug, Clone, PartialEq, Properties)]
    pub struct ScreenProps {
        pub place: Place,
        pub part: PartProps,
        pub networks: Networks,
        pub timings: Timings,
        pub notices: Vec<Notice>,
        pub over: bool,
        pub act: Callback<Action>,
    }

    /// What stands here while the whole program is on its way.
    #[component]
    pub fn TeachScreen(_: &ScreenProps) -> Html {
        html! { <main class="page"><h1>{ "Teach it your own classes" }</h1><p class="lead">{ "Opening …" }</p></main> }
    }
}
