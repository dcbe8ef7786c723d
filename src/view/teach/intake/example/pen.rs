//! Draws on a canvas: shapes of points and curves, filled and stroked, in colours by hue.

use std::f64::consts::TAU;

use web_sys::CanvasRenderingContext2d;

use super::random::Random;

/// A colour: hue 0–360, saturation and lightness 0–100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour(pub f64, pub f64, pub f64);

impl Colour {
    /// The same, lighter (or darker, below 0) by so much.
    pub fn lighter(self, by: f64) -> Self {
        Self(self.0, self.1, (self.2 + by).clamp(0.0, 100.0))
    }

    /// As a canvas takes it.
    pub fn css(self) -> String {
        format!("hsl({:.1}, {:.1}%, {:.1}%)", self.0.rem_euclid(360.0), self.1, self.2)
    }
}

/// A step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum To {
    /// Begin here.
    Start(f64, f64),
    /// A straight line.
    Line(f64, f64),
    /// A curve drawn towards one point, ending in another.
    Bend(f64, f64, f64, f64),
    /// A curve drawn towards two points, ending in a third.
    Curve(f64, f64, f64, f64, f64, f64),
}

/// A pen on a canvas.
#[derive(Debug)]
pub struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    /// Width of the picture, pixels.
    pub width: f64,
    /// Height of the picture, pixels.
    pub height: f64,
}

impl<'a> Pen<'a> {
    /// A pen for a canvas of this size.
    pub fn new(context: &'a CanvasRenderingContext2d, width: f64, height: f64) -> Self {
        context.set_line_cap("round");
        context.set_line_join("round");
        Self { context, width, height }
    }

    /// Draws where a unit is `unit` pixels and 0, 0 is at `x`, `y`.
    pub fn placed(&self, x: f64, y: f64, unit: f64, draw: impl FnOnce(&Self)) {
        self.within(|pen| {
            let _ = pen.context.translate(x, y);
            let _ = pen.context.scale(unit, unit);
            draw(pen);
        });
    }

    /// Draws turned by an angle, clockwise, and mirrored.
    pub fn turned(&self, degrees: f64, mirrored: bool, draw: impl FnOnce(&Self)) {
        self.within(|pen| {
            let _ = pen.context.rotate(degrees.to_radians());
            let _ = pen.context.scale(if mirrored { -1.0 } else { 1.0 }, 1.0);
            draw(pen);
        });
    }

    /// Draws only inside an outline.
    pub fn inside(&self, outline: &[To], draw: impl FnOnce(&Self)) {
        self.within(|pen| {
            pen.trace(outline);
            pen.context.clip();
            draw(pen);
        });
    }

    fn within(&self, draw: impl FnOnce(&Self)) {
        self.context.save();
        draw(self);
        self.context.restore();
    }

    /// Fills an outline.
    pub fn fill(&self, outline: &[To], colour: Colour) {
        self.trace(outline);
        self.context.close_path();
        self.fill_path(colour);
    }

    /// Draws along an outline.
    pub fn stroke(&self, outline: &[To], colour: Colour, width: f64) {
        self.trace(outline);
        self.stroke_path(colour, width);
    }

    /// Fills a rectangle.
    pub fn block(&self, x: f64, y: f64, width: f64, height: f64, colour: Colour) {
        self.context.set_fill_style_str(&colour.css());
        self.context.fill_rect(x, y, width, height);
    }

    /// Fills an ellipse.
    pub fn oval(&self, x: f64, y: f64, across: f64, down: f64, colour: Colour) {
        self.context.begin_path();
        let _ = self.context.ellipse(x, y, across.abs(), down.abs(), 0.0, 0.0, TAU);
        self.fill_path(colour);
    }

    /// Draws a ring.
    pub fn ring(&self, x: f64, y: f64, across: f64, down: f64, colour: Colour, width: f64) {
        self.context.begin_path();
        let _ = self.context.ellipse(x, y, across.abs(), down.abs(), 0.0, 0.0, TAU);
        self.stroke_path(colour, width);
    }

    /// Draws as if through glass: 0 is nothing, 1 is all.
    pub fn faint(&self, strength: f64, draw: impl FnOnce(&Self)) {
        self.within(|pen| {
            pen.context.set_global_alpha(strength);
            draw(pen);
        });
    }

    /// Fills a rectangle with one colour flowing into another, from the top left to the bottom right or straight down.
    pub fn flow(&self, at: [f64; 4], from: Colour, to: Colour, slanted: bool) {
        let [x, y, width, height] = at;
        let across = if slanted { x + width } else { x };
        let gradient = self.context.create_linear_gradient(x, y, across, y + height);
        let _ = gradient.add_color_stop(0.0, &from.css());
        let _ = gradient.add_color_stop(1.0, &to.css());
        self.context.set_fill_style_canvas_gradient(&gradient);
        self.context.fill_rect(x, y, width, height);
    }

    /// A light from somewhere, and a little dusk elsewhere, over the whole picture.
    pub fn light(&self, random: &mut Random) {
        let (x, y) = (random.share() * self.width, random.share() * self.height);
        let reach = self.width.max(self.height);
        let Ok(gradient) = self.context.create_radial_gradient(x, y, 0.0, x, y, reach) else { return };
        let _ = gradient.add_color_stop(0.0, "rgba(255, 250, 235, 0.22)");
        let _ = gradient.add_color_stop(1.0, "rgba(20, 24, 40, 0.26)");
        self.context.set_fill_style_canvas_gradient(&gradient);
        self.context.fill_rect(0.0, 0.0, self.width, self.height);
    }

    fn trace(&self, outline: &[To]) {
        let context = self.context;
        context.begin_path();
        for step in outline {
            match *step {
                To::Start(x, y) => context.move_to(x, y),
                To::Line(x, y) => context.line_to(x, y),
                To::Bend(ax, ay, x, y) => context.quadratic_curve_to(ax, ay, x, y),
                To::Curve(ax, ay, bx, by, x, y) => context.bezier_curve_to(ax, ay, bx, by, x, y),
            }
        }
    }

    fn fill_path(&self, colour: Colour) {
        self.context.set_fill_style_str(&colour.css());
        self.context.fill();
    }

    fn stroke_path(&self, colour: Colour, width: f64) {
        self.context.set_stroke_style_str(&colour.css());
        self.context.set_line_width(width);
        self.context.stroke();
    }
}
