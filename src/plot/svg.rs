//! A drawing as SVG: its elements with their attributes, for the page, and the whole as a text, for a file.

use std::fmt::Write;

use super::scene::{Anchor, LETTERS, Mark, Paint, Scene, Stroke};

/// What a saved drawing is written in.
const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/// One element of a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// `path`, `circle`, `rect` or `text`.
    pub tag: &'static str,
    /// Attributes that say where and how, colours included.
    pub attributes: Vec<(&'static str, String)>,
    /// Class names by which the page sets its own colours.
    pub class: String,
    /// What a text says.
    pub text: Option<String>,
}

/// A mark as an element.
pub fn element(mark: &Mark) -> Element {
    let mut element = Element { tag: "path", attributes: Vec::new(), class: String::new(), text: None };
    match mark {
        Mark::Path { points, stroke } => {
            element.put("d", path(points));
            element.put("fill", "none");
            element.stroke(stroke);
        }
        Mark::Dot { at, radius, paint, opacity } => {
            element.tag = "circle";
            element.put("cx", number(at.0));
            element.put("cy", number(at.1));
            element.put("r", number(*radius));
            element.fill(*paint);
            element.stroke(&Stroke::new(Paint::Card, 1.5));
            element.put_unless_one("opacity", *opacity);
        }
        Mark::Area { at, size, fill, rim, round } => {
            element.tag = "rect";
            element.put("x", number(at.0));
            element.put("y", number(at.1));
            element.put("width", number(size.0));
            element.put("height", number(size.1));
            element.put("rx", number(*round));
            element.fill(*fill);
            if let Some(rim) = rim {
                element.stroke(rim);
            }
        }
        Mark::Text { at, text, anchor, paint, strong, halo } => {
            element.tag = "text";
            element.put("x", number(at.0));
            element.put("y", number(at.1));
            element.fill(*paint);
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => element.put("text-anchor", "middle"),
                Anchor::End => element.put("text-anchor", "end"),
            }
            if *strong {
                element.put("font-weight", "600");
            }
            if *halo {
                element.stroke(&Stroke::new(Paint::Card, 4.0));
                element.put("paint-order", "stroke");
            }
            element.text = Some(text.clone());
        }
    }
    element
}

impl Element {
    fn put(&mut self, name: &'static str, value: impl Into<String>) {
        self.attributes.push((name, value.into()));
    }

    fn put_unless_one(&mut self, name: &'static str, value: f64) {
        if value < 1.0 {
            self.put(name, number(value));
        }
    }

    fn class(&mut self, kind: &str, paint: Paint) {
        let gap = if self.class.is_empty() { "" } else { " " };
        let _ = write!(self.class, "{gap}{kind}-{}", paint.word()); // writing into a String cannot fail
    }

    fn fill(&mut self, paint: Paint) {
        self.put("fill", paint.hex());
        self.class("fill", paint);
    }

    fn stroke(&mut self, stroke: &Stroke) {
        self.put("stroke", stroke.paint.hex());
        self.put("stroke-width", number(stroke.width));
        self.put("stroke-linejoin", "round");
        if let Some((dash, gap)) = stroke.dash {
            self.put("stroke-dasharray", format!("{} {}", number(dash), number(gap)));
        }
        self.put_unless_one("stroke-opacity", stroke.opacity);
        self.class("stroke", stroke.paint);
    }
}

impl Scene {
    /// The drawing as a file of its own, on the ground's colour.
    pub fn to_svg(&self) -> String {
        let (width, height) = (number(self.width), number(self.height));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"{FONTS}\" font-size=\"{LETTERS}\">\n<title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
            escaped(&self.label),
            Paint::Card.hex(),
        );
        for mark in &self.marks {
            let Element { tag, attributes, text: words, .. } = element(mark);
            let _ = write!(text, "<{tag}");
            for (name, value) in attributes {
                let _ = write!(text, " {name}=\"{}\"", escaped(&value));
            }
            let _ = match words {
                Some(words) => writeln!(text, ">{}</{tag}>", escaped(&words)),
                None => writeln!(text, "/>"),
            };
        }
        text + "</svg>\n"
    }
}

/// `M0 10L5 8.25`
fn path(points: &[(f64, f64)]) -> String {
    let mut text = String::with_capacity(points.len() * 12);
    for (place, (x, y)) in points.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        let _ = write!(text, "{letter}{} {}", number(*x), number(*y));
    }
    text
}

/// Two decimals are a hundredth of a pixel.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn escaped(text: &str) -> String {
    // Control characters are no part of XML 1.0, whatever a class is called.
    let clean = text.chars().filter(|letter| !letter.is_control() || *letter == '\n');
    clean.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
