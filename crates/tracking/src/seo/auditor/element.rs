//! A tag, written as a short selector.

use html5ever::tokenizer::Tag;
use std::fmt::Write as _;

/// Longest value of an attribute in it, in characters.
const LONGEST: usize = 120;

/// What tells an element from others, the most telling first.
const TELLING: [&str; 6] = ["src", "href", "name", "property", "rel", "type"];

/// The value of an attribute.
pub(super) fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// The tag as a selector: `img#hero.wide[src="/a.png"]`.
pub(super) fn selector(tag: &Tag) -> String {
    let mut text: String = tag.name.chars().take(LONGEST).collect();
    if let Some(id) = attribute(tag, "id").map(str::trim).filter(|id| !id.is_empty()) {
        text.push('#');
        text.extend(id.chars().take(LONGEST));
        return text;
    }
    for class in attribute(tag, "class").unwrap_or_default().split_whitespace().take(2) {
        text.push('.');
        text.extend(class.chars().take(LONGEST / 2));
    }
    let telling = TELLING.into_iter().find_map(|name| attribute(tag, name).map(|value| (name, value)));
    if let Some((name, value)) = telling {
        let value: String = value.chars().take(LONGEST).collect();
        let _ = write!(text, "[{name}=\"{value}\"]");
    }
    text
}
