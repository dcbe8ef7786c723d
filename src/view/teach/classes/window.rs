//! Which part of a grid of photos can be seen, told anew whenever the page is scrolled or changes its size.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::rows;
use crate::view::browser;

/// A cell's side is at least so many rem.
const CELL_REM: f64 = 3.75;
/// Between cells, pixels.
pub const GAP: f64 = 4.0;
/// The element that scrolls, where the page itself does not.
const SCROLLER: &str = ".class-list";

/// A grid's shape, and the rows that are to be drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Cells in a row; 0 before anything is known.
    pub columns: usize,
    /// A cell's side, pixels.
    pub cell: f64,
    /// Rows to be drawn; may lie beyond the last.
    pub rows: Range<usize>,
}

/// Follows what can be seen of the element; `anew` tells of changes that move it but neither scroll nor resize it.
#[hook]
pub fn use_view<T: PartialEq + Clone + 'static>(grid: &NodeRef, anew: T) -> View {
    let view = use_state_eq(View::default);
    let set = view.setter();
    let element = grid.clone();
    use_effect_with((), move |()| {
        let watch = element.cast::<HtmlElement>().map(|element| Watch::new(element, move |view| set.set(view)));
        move || drop(watch)
    });
    let set = view.setter();
    let element = grid.clone();
    use_effect_with(anew, move |_| {
        if let Some(view) = element.cast::<HtmlElement>().and_then(|element| look(&element)) {
            set.set(view);
        }
    });
    (*view).clone()
}

/// Upper and lower end of what can be seen around an element, in the window's pixels.
pub fn sight(element: &HtmlElement) -> (f64, f64) {
    let height = browser::window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0);
    match element.closest(SCROLLER).ok().flatten() {
        Some(scroller) => {
            let frame = scroller.get_bounding_client_rect();
            (frame.top().max(0.0), frame.bottom().min(height))
        }
        None => (0.0, height),
    }
}

/// Scrolls the list, or the page, by so many pixels.
pub fn scroll_by(element: &HtmlElement, pixels: f64) {
    let scroller = element.closest(SCROLLER).ok().flatten();
    match scroller.filter(|scroller| scroller.scroll_height() > scroller.client_height()) {
        Some(scroller) => scroller.scroll_by_with_x_and_y(0.0, pixels),
        None => browser::window().scroll_by_with_x_and_y(0.0, pixels),
    }
}

/// `None` while the element is not on the screen at all: what was known of it stays.
fn look(element: &HtmlElement) -> Option<View> {
    let frame = element.get_bounding_client_rect();
    if frame.width() < 1.0 {
        return None;
    }
    let (columns, cell) = rows::columns(frame.width(), CELL_REM * rem(), GAP);
    let (top, bottom) = sight(element);
    Some(View { columns, cell, rows: rows::visible(top - frame.top(), bottom - frame.top(), cell + GAP) })
}

/// The root's font size, pixels.
fn rem() -> f64 {
    let root = browser::window().document().and_then(|document| document.document_element());
    let style = root.and_then(|root| browser::window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| size.trim_end_matches("px").parse().ok()).unwrap_or(16.0)
}

/// Listens for as long as it is held.
struct Watch {
    resize: Option<ResizeObserver>,
    listener: Closure<dyn FnMut()>,
}

impl Watch {
    fn new(element: HtmlElement, tell: impl Fn(View) + 'static) -> Self {
        let list = element.closest(SCROLLER).ok().flatten().and_then(|scroller| scroller.first_element_child());
        let observed = element.clone();
        if let Some(view) = look(&element) {
            tell(view);
        }
        // However often it is told, it looks once a frame.
        let due = Rc::new(Cell::new(false));
        let tell = Rc::new(tell);
        let listener = Closure::<dyn FnMut()>::new(move || {
            if due.replace(true) {
                return;
            }
            let (element, tell, due) = (element.clone(), tell.clone(), due.clone());
            let frame = Closure::once_into_js(move || {
                due.set(false);
                if let Some(view) = look(&element) {
                    tell(view);
                }
            });
            let _ = browser::window().request_animation_frame(frame.unchecked_ref());
        });
        let listen = listener.as_ref().unchecked_ref();
        // Scrolling does not bubble, but is heard on its way down.
        let _ = browser::window().add_event_listener_with_callback_and_bool("scroll", listen, true);
        let resize = ResizeObserver::new(listen).ok();
        if let Some(resize) = &resize {
            resize.observe(&observed);
            if let Some(list) = list {
                resize.observe(&list);
            }
        }
        Self { resize, listener }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let listen = self.listener.as_ref().unchecked_ref();
        let _ = browser::window().remove_event_listener_with_callback_and_bool("scroll", listen, true);
        if let Some(resize) = &self.resize {
            resize.disconnect();
        }
    }
}
