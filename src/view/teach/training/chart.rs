//! The curves on the page: as wide as there is room, with a cross-hair that follows pointer and arrow keys.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, ResizeObserver};
use yew::prelude::*;

use super::curves::Quantity;
use super::run::Run;
use super::words::cells;
use super::{Action, CurveFile, Training};
use crate::plot::Lines;
use crate::view::browser;
use crate::view::draw;

/// Width before there is one to measure, pixels.
const USUAL_WIDTH: f64 = 400.0;
/// The table behind the curves has so many rows at most; the CSV has all.
const MOST_ROWS: usize = 500;

/// [`Curves`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The state.
    pub training: Training,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// Both charts, what saves them, and the table behind them.
#[component]
pub fn Curves(props: &Props) -> Html {
    let Props { training, act } = props;
    let (room, width) = use_width();
    let pointed = use_state_eq(|| None::<usize>);
    let Some(run) = training.current() else { return Html::default() };
    let point = {
        let pointed = pointed.clone();
        Callback::from(move |epoch| pointed.set(epoch))
    };
    let save = |file, words: &'static str| {
        let act = act.reform(move |_: MouseEvent| Action::Save(file, width));
        html! { <button type="button" class="button button-small" onclick={act}>{ words }</button> }
    };
    let charts = [(Quantity::Accuracy, "accuracy-curve"), (Quantity::Loss, "loss-curve")];
    html! {
        <div class="curves" ref={room}>
            {
                for charts.into_iter().filter_map(|(quantity, testid)| {
                    let chart = training.chart(quantity, width)?;
                    Some(html! { <figure class="curve">{ drawn(&chart, testid, *pointed, &point) }</figure> })
                })
            }
            <div class="curves-foot">
                <span class="save" role="group" aria-label="Save the curves">
                    <span class="small">{ "Save" }</span>
                    { save(CurveFile::Svg, "SVG") }
                    { save(CurveFile::Png, "PNG") }
                    { save(CurveFile::Csv, "CSV") }
                </span>
                <label class="tick small">
                    <input
                        type="checkbox"
                        checked={training.log_loss}
                        onchange={act.reform(|event: Event| {
                            Action::LogLoss(event.target_unchecked_into::<HtmlInputElement>().checked())
                        })}
                    />
                    { "Logarithmic loss" }
                </label>
            </div>
            <Table run={run.clone()} />
        </div>
    }
}

/// One chart. To a screen reader it is a slider over the epochs that says the values at each.
pub fn drawn(chart: &Lines, testid: &'static str, pointed: Option<usize>, point: &Callback<Option<usize>>) -> Html {
    let scene = chart.scene();
    let last = chart.series.iter().filter_map(|series| series.points.last()).map(|at| at.0).fold(1.0, f64::max);
    let cross_hair = pointed.and_then(|epoch| chart.cross_hair(epoch as f64));
    let (marks, said) = cross_hair.unwrap_or_else(|| (Vec::new(), scene.label.clone()));
    let frame = chart.frame();
    let width = scene.width;
    let moved = point.reform(move |event: PointerEvent| {
        let svg: Element = event.current_target()?.dyn_into().ok()?;
        let place = svg.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - place.left()) * width / place.width().max(1.0);
        Some(frame.x.back(x).round().clamp(1.0, last) as usize)
    });
    let pressed = {
        let point = point.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (now, last) = (pointed.unwrap_or(last as usize), last as usize);
            let leap = (last / 10).max(1);
            let next = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => Some(now + 1),
                "ArrowLeft" | "ArrowDown" => Some(now.saturating_sub(1)),
                "PageUp" => Some(now + leap),
                "PageDown" => Some(now.saturating_sub(leap)),
                "Home" => Some(1),
                "End" => Some(last),
                "Escape" => None,
                _ => return,
            };
            event.prevent_default();
            point.emit(next.map(|epoch| epoch.clamp(1, last)));
        })
    };
    html! {
        <svg
            class="plot"
            data-testid={testid}
            viewBox={format!("0 0 {} {}", scene.width, scene.height)}
            tabindex="0"
            role="slider"
            aria-label={format!("{} by epoch", chart.title)}
            aria-valuemin="1"
            aria-valuemax={last.to_string()}
            aria-valuenow={pointed.map_or(last, |epoch| epoch as f64).to_string()}
            aria-valuetext={said}
            onpointermove={moved.clone()}
            onpointerdown={moved}
            onpointerleave={point.reform(|_| None)}
            onblur={point.reform(|_| None)}
            onkeydown={pressed}
        >
            { draw::marks(&scene.marks) }
            <g class="cross-hair">{ draw::marks(&marks) }</g>
        </svg>
    }
}

/// The width of an element in units of a sixteenth of the page's letter size, so that drawings grow with the letters.
#[hook]
pub fn use_width() -> (NodeRef, f64) {
    let room = use_node_ref();
    let width = use_state_eq(|| USUAL_WIDTH);
    {
        let (room, width) = (room.clone(), width.clone());
        use_effect_with((), move |()| {
            let measure = {
                let room = room.clone();
                move || {
                    if let Some(element) = room.cast::<Element>() {
                        let measured = f64::from(element.client_width()) / letter_size() * 16.0;
                        if measured > 0.0 {
                            width.set((measured / 4.0).floor() * 4.0);
                        }
                    }
                }
            };
            measure();
            let changed = Closure::<dyn FnMut()>::new(measure);
            let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
            if let Some((observer, element)) = observer.as_ref().zip(room.cast::<Element>()) {
                observer.observe(&element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(changed);
            }
        });
    }
    (room, *width)
}

/// The page's letter size, pixels.
fn letter_size() -> f64 {
    let window = browser::window();
    let root = window.document().and_then(|document| document.document_element());
    let style = root.and_then(|root| window.get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| size.trim_end_matches("px").parse().ok()).filter(|size| *size > 0.0).unwrap_or(16.0)
}

#[derive(Debug, PartialEq, Properties)]
struct TableProps {
    run: std::rc::Rc<Run>,
}

/// The numbers behind the curves; its rows are made when it is opened.
#[component]
fn Table(props: &TableProps) -> Html {
    let open = use_state_eq(|| false);
    let run = &props.run;
    let toggled = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            if let Some(details) = event.target_dyn_into::<Element>() {
                open.set(details.has_attribute("open"));
            }
        })
    };
    let every = run.rows.len().div_ceil(MOST_ROWS).max(1);
    let last = run.rows.len().saturating_sub(1);
    let rows = run.rows.iter().enumerate().filter(|(place, _)| place % every == 0 || *place == last);
    html! {
        <details class="curve-table" ontoggle={toggled}>
            <summary class="small">{ "Table" }</summary>
            if *open {
                <div class="curve-rows" tabindex="0">
                    <table>
                        <caption class="visually-hidden">{ format!("Accuracy and loss of {} by epoch", run.name) }</caption>
                        <thead>
                            <tr>
                                <th scope="col" rowspan="2">{ "Epoch" }</th>
                                <th scope="colgroup" colspan="2">{ "Accuracy" }</th>
                                <th scope="colgroup" colspan="2">{ "Loss" }</th>
                            </tr>
                            <tr>
                                <th scope="col">{ "training" }</th>
                                <th scope="col">{ "validation" }</th>
                                <th scope="col">{ "training" }</th>
                                <th scope="col">{ "validation" }</th>
                            </tr>
                        </thead>
                        <tbody>
                            {
                                for rows.map(|(_, row)| {
                                    let [epoch, cells @ ..] = cells(row);
                                    html! {
                                        <tr key={row.epoch}>
                                            <th scope="row">{ epoch }</th>
                                            { for cells.into_iter().map(|cell| html! { <td>{ cell }</td> }) }
                                        </tr>
                                    }
                                })
                            }
                        </tbody>
                    </table>
                </div>
                if every > 1 {
                    <p class="small muted">{ format!("One row in {every}; the CSV has all.") }</p>
                }
            }
        </details>
    }
}
