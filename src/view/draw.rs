//! A drawing on the page: the same elements as in a file, with the page's colours by class.

use yew::prelude::*;
use yew::virtual_dom::{VNode, VTag, VText};

use crate::plot::Mark;
use crate::plot::svg::element;

/// The marks as elements, to be put into an `<svg class="plot">` whose `viewBox` is the drawing's size.
pub fn marks(marks: &[Mark]) -> Html {
    marks.iter().map(drawn).collect()
}

fn drawn(mark: &Mark) -> Html {
    let element = element(mark);
    let mut tag = VTag::new(element.tag);
    for (name, value) in element.attributes {
        tag.add_attribute(name, value);
    }
    tag.add_attribute("class", element.class);
    if let Some(text) = element.text {
        tag.add_child(VNode::from(VText::new(text)));
    }
    tag.into()
}
