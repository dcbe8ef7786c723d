//! Which rows of a wrapped grid of equal cells can be seen: the others are not drawn. All lengths in CSS pixels.

use std::ops::Range;

/// Rows drawn above and below what can be seen, so that scrolling meets drawn ones.
const SPARE: usize = 2;

/// How many columns of at least `cell` fit into `width` with `gap` between them, and how wide each then is.
pub fn columns(width: f64, cell: f64, gap: f64) -> (usize, f64) {
    let fit = ((width + gap) / (cell + gap)).floor();
    let columns = if fit.is_finite() { (fit as usize).clamp(1, 64) } else { 1 };
    let gaps = gap * (columns - 1) as f64;
    (columns, ((width - gaps) / columns as f64).max(1.0))
}

/// The rows of height `step` (gap included) between `top` and `bottom`, measured from the grid's upper edge; a few more at both ends.
/// Empty where the grid is far out of sight.
pub fn visible(top: f64, bottom: f64, step: f64) -> Range<usize> {
    if !(step > 0.0 && bottom > top) || bottom < -step * SPARE as f64 {
        return 0..0;
    }
    let row = |at: f64| (at / step).max(0.0);
    (row(top).floor() as usize).saturating_sub(SPARE)..row(bottom).ceil() as usize + SPARE
}

/// How far to scroll so that a row from `row_top` on, `step` high, lies between `top` and `bottom`; 0 if it does.
pub fn scroll_to(row_top: f64, step: f64, top: f64, bottom: f64) -> f64 {
    if row_top < top {
        row_top - top
    } else if row_top + step > bottom {
        row_top + step - bottom
    } else {
        0.0
    }
}

/// The cell that an arrow key leads to, of `count` cells in so many columns.
pub fn step(key: &str, at: usize, columns: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let to = match key {
        "ArrowLeft" => at.saturating_sub(1),
        "ArrowRight" => at + 1,
        "ArrowUp" if at >= columns => at - columns,
        "ArrowUp" => at,
        "ArrowDown" if at / columns < last / columns => at + columns,
        "ArrowDown" => at,
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(to.min(last))
}
