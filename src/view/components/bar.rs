//! A bar that shows a share. Its length is an attribute of a drawing, as the page's policy allows no style attributes.

use yew::prelude::*;

/// A bar of `share`, 0–1. It only repeats what stands beside it in digits, so that it is hidden from screen readers.
pub fn bar(share: f64, class: &'static str) -> Html {
    let width = format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0);
    html! {
        <svg class={classes!("bar", class)} aria-hidden="true">
            <rect class="bar-ground" width="100%" height="100%" rx="3" />
            <rect class="bar-fill" {width} height="100%" rx="3" />
        </svg>
    }
}
