//! A class's mark: a colour and a shape, so that neither has to do alone. The colours are those of Okabe & Ito (2008) that show on both
//! paper and ink; they are told apart with every common kind of colour blindness.

use yew::prelude::*;

use crate::project::ClassId;

/// How many colours there are: `class-colour-0` and so on in `teach-classes.css`.
const COLOURS: u32 = 6;

/// Shapes 12 units a side; a class that has another's colour has another shape.
const SHAPES: [&str; 5] = [
    "M6 1a5 5 0 1 0 0 10 5 5 0 0 0 0-10z",
    "M1.5 1.5h9v9h-9z",
    "M6 .6l5.6 10.2H.4z",
    "M6 0l6 6-6 6-6-6z",
    "M4 1h4v3h3v4H8v3H4V8H1V4h3z",
];

/// Which of the colours a class has.
pub fn colour(class: ClassId) -> u32 {
    class.saturating_sub(1) % COLOURS
}

/// The mark of a class. It stays the same whatever becomes of other classes.
pub fn mark(class: ClassId) -> Html {
    let shape = class.saturating_sub(1) / COLOURS % SHAPES.len() as u32;
    html! {
        <svg class={classes!("class-mark", format!("class-colour-{}", colour(class)))} viewBox="0 0 12 12" aria-hidden="true">
            <path d={SHAPES[shape as usize]} />
        </svg>
    }
}
