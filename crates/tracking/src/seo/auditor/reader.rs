//! From HTML to facts, tag after tag. No tree is built: a page that nests without end costs no more than another.

use super::document::{Document, Heading, Image, Link, Resource};
use super::element::{attribute, selector};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// Most items of each list, and most bytes of each text.
const MOST: usize = 2_000;
const LONGEST: usize = 2_048;
const LONGEST_STRUCTURED: usize = 128 * 1024;
/// So much is read before it is asked how long that took: of tags with very many attributes each costs more than the last.
const PIECE: usize = 4 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// The facts of a page; none when it is made so that it takes too long to read.
pub(super) fn read(html: &str) -> Option<Document> {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let (input, begun) = (BufferQueue::default(), Instant::now());
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        input.push_back(StrTendril::from_slice(piece));
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        if begun.elapsed() > PATIENCE {
            return None;
        }
        rest = after;
    }
    tokenizer.end();
    Some(tokenizer.sink.0.into_inner().document)
}

/// What is being read.
#[derive(Default)]
struct State {
    document: Document,
    title: Option<String>,
    heading: Option<Heading>,
    link: Option<Link>,
    structured: Option<String>,
    /// How deep in drawings and formulas, whose titles are not the page's.
    foreign: usize,
    /// How deep in what is only there to be copied.
    template: usize,
}

#[derive(Default)]
struct Reader(RefCell<State>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let state = &mut *self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let raw = state.raw(&tag);
                state.start(&tag);
                return raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
            }
            Token::TagToken(tag) => state.end(&tag.name),
            Token::CharacterTokens(text) => state.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn end(&self) {
        let state = &mut *self.0.borrow_mut();
        for name in ["title", "script", "a"] {
            state.end(name);
        }
        state.end_heading();
    }
}

impl State {
    /// How what follows a tag is read, as in a browser that runs scripts (HTML standard, section 13.2.6.4).
    fn raw(&self, tag: &Tag) -> Option<RawKind> {
        if self.foreign > 0 {
            return None;
        }
        match &*tag.name {
            "title" | "textarea" => Some(RawKind::Rcdata),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => Some(RawKind::Rawtext),
            "script" => Some(RawKind::ScriptData),
            _ => None,
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        match name {
            "svg" | "math" if !tag.self_closing => self.foreign += 1,
            "template" => self.template += 1,
            _ if self.template > 0 => return,
            "html" => self.document.lang = self.document.lang.take().or_else(|| value(tag, "lang")),
            "title" if self.foreign == 0 => self.title = Some(String::new()),
            "base" => self.document.base = self.document.base.take().or_else(|| value(tag, "href")),
            "meta" => self.meta(tag),
            "link" => self.link_tag(tag),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.start_heading(tag),
            "img" => self.image(tag),
            "a" => self.start_link(tag),
            "script" if is_structured(tag) => self.structured = Some(String::new()),
            _ => {}
        }
        self.resource(tag);
    }

    fn end(&mut self, name: &str) {
        match name {
            "svg" | "math" => self.foreign = self.foreign.saturating_sub(1),
            "template" => self.template = self.template.saturating_sub(1),
            "title" => keep(&mut self.document.titles, self.title.take()),
            "script" => keep(&mut self.document.structured, self.structured.take()),
            "a" => keep(&mut self.document.links, self.link.take()),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.end_heading(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(structured) = &mut self.structured {
            add(structured, text, LONGEST_STRUCTURED);
        } else if let Some(title) = &mut self.title {
            add(title, text, LONGEST);
        } else {
            self.aloud(text);
        }
    }

    /// What is read out of the heading and of the link that are open.
    fn aloud(&mut self, text: &str) {
        if self.template > 0 {
            return;
        }
        let heading = self.heading.as_mut().map(|heading| &mut heading.text);
        let link = self.link.as_mut().map(|link| &mut link.text);
        for open in heading.into_iter().chain(link) {
            add(open, text, LONGEST);
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let content = value(tag, "content").unwrap_or_default();
        let name = attribute(tag, "name").unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "description" => keep(&mut self.document.descriptions, Some(content)),
            "viewport" => self.document.has_viewport |= !content.trim().is_empty(),
            "robots" | "googlebot" => keep(&mut self.document.robots, Some(content)),
            _ => {
                let property = attribute(tag, "property").unwrap_or_default().trim().to_ascii_lowercase();
                if property.starts_with("og:") && !content.trim().is_empty() {
                    keep(&mut self.document.open_graph, Some(property));
                }
            }
        }
    }

    fn link_tag(&mut self, tag: &Tag) {
        let rel = attribute(tag, "rel").unwrap_or_default();
        if rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("canonical")) {
            keep(&mut self.document.canonicals, Some(value(tag, "href").unwrap_or_default()));
        }
    }

    fn start_heading(&mut self, tag: &Tag) {
        self.end_heading();
        let level = tag.name.bytes().nth(1).map_or(1, |digit| digit.saturating_sub(b'0'));
        let text = attribute(tag, "aria-label").map(cut).unwrap_or_default();
        self.heading = Some(Heading { level, text, element: selector(tag) });
    }

    fn end_heading(&mut self) {
        keep(&mut self.document.headings, self.heading.take());
    }

    fn image(&mut self, tag: &Tag) {
        let alt = attribute(tag, "alt");
        self.aloud(alt.unwrap_or_default());
        let is = |name, due: &[&str]| attribute(tag, name).is_some_and(|value| due.contains(&value.trim()));
        let is_hidden = is("role", &["presentation", "none"]) || is("aria-hidden", &["true"]);
        let is_labelled = ["aria-label", "aria-labelledby"].iter().any(|name| attribute(tag, name).is_some());
        let is_described = alt.is_some() || is_hidden || is_labelled;
        keep(&mut self.document.images, Some(Image { is_described, element: selector(tag) }));
    }

    fn start_link(&mut self, tag: &Tag) {
        self.end("a");
        let Some(href) = value(tag, "href") else { return };
        let rel = attribute(tag, "rel").unwrap_or_default();
        let is_nofollow = rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("nofollow"));
        let label = ["aria-label", "title"].iter().find_map(|name| attribute(tag, name));
        let text = label.map(cut).unwrap_or_default();
        self.link = Some(Link { href, text, is_nofollow, element: selector(tag) });
    }

    /// What is loaded when the page is, be it seen or run.
    fn resource(&mut self, tag: &Tag) {
        let name = match &*tag.name {
            "img" | "script" | "iframe" | "audio" | "video" | "source" | "embed" | "track" => "src",
            "object" => "data",
            "link" if is_loaded(tag) => "href",
            _ => return,
        };
        let element = selector(tag);
        keep(&mut self.document.resources, value(tag, name).map(|url| Resource { url, element }));
    }
}

fn is_structured(tag: &Tag) -> bool {
    attribute(tag, "type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}

fn is_loaded(tag: &Tag) -> bool {
    let rel = attribute(tag, "rel").unwrap_or_default().to_ascii_lowercase();
    rel.split_whitespace().any(|word| matches!(word, "stylesheet" | "icon" | "preload" | "modulepreload" | "manifest"))
}

/// The value of an attribute, trimmed and no longer than may be.
fn value(tag: &Tag, name: &str) -> Option<String> {
    attribute(tag, name).map(|value| cut(value.trim()))
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}

fn add(to: &mut String, text: &str, longest: usize) {
    let room = longest.saturating_sub(to.len());
    to.push_str(&text[..text.floor_char_boundary(room)]);
}

fn keep<T>(list: &mut Vec<T>, item: Option<T>) {
    if list.len() < MOST {
        list.extend(item);
    }
}
