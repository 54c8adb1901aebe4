//! Sitemaps (sitemaps.org): whether a site lists its pages, and this one among them.

use super::fetching::Fetcher;
use super::observed::Sitemaps;
use super::robots::Robots;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use std::collections::VecDeque;
use tokio::time::Instant;
use url::Url;

/// Most bytes of a sitemap, most sitemaps, and most sitemaps of an index that are read.
const MOST_BYTES: usize = 2 * 1024 * 1024;
const MOST_FILES: usize = 8;
const MOST_OF_INDEX: usize = 5;
const LONGEST_ADDRESS: usize = 2_048;

/// A sitemap that was read.
#[derive(Debug, PartialEq)]
pub(super) struct Sitemap {
    /// Whether the page is in it.
    pub(super) has_page: bool,
    /// The first sitemaps that it names, where it is an index.
    pub(super) others: Vec<Url>,
}

/// Reads the sitemaps that `robots.txt` names, or the one that is where most are.
pub(super) async fn fetch(fetcher: &Fetcher, page: &Url, robots: &Robots, deadline: Instant) -> Sitemaps {
    let mut waiting: VecDeque<Url> = robots.sitemaps.clone().into();
    if waiting.is_empty() {
        waiting.extend(page.join("/sitemap.xml").ok());
    }
    let mut found = Sitemaps::default();
    let mut files = 0;
    while let Some(url) = waiting.pop_front() {
        if files == MOST_FILES || found.has_page {
            found.is_partial = !found.has_page;
            break;
        }
        files += 1;
        let file = match fetcher.get(&url, MOST_BYTES, deadline).await {
            Ok(answer) if answer.is_success() => answer,
            Ok(_) => continue,
            // Nobody can tell what would have stood there.
            Err(_) => {
                found.is_partial = true;
                continue;
            }
        };
        found.is_there = true;
        if file.is_cut || file.body.starts_with(&[0x1f, 0x8b]) {
            found.is_partial = true;
        }
        if file.body.starts_with(&[0x1f, 0x8b]) {
            continue;
        }
        match parse(&String::from_utf8_lossy(&file.body), page) {
            Ok(sitemap) => {
                found.has_page |= sitemap.has_page;
                waiting.extend(sitemap.others);
            }
            // What was cut is not whole.
            Err(_) if file.is_cut => {}
            Err(sentence) => found.broken.push((url, sentence)),
        }
    }
    found
}

/// Reads a sitemap, looking for a page.
///
/// # Errors
/// A sentence, when it is not well-formed or no sitemap.
pub(super) fn parse(xml: &str, page: &Url) -> Result<Sitemap, &'static str> {
    const BROKEN: &str = "It is not well-formed XML.";
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut sitemap = Sitemap { has_page: false, others: Vec::new() };
    let (mut depth, mut is_index, mut is_sitemap) = (0_usize, false, false);
    let mut address: Option<String> = None;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(tag) => {
                let name = tag.local_name().into_inner();
                if depth == 0 {
                    is_index = name == "sitemapindex";
                    is_sitemap = is_index || name == "urlset";
                }
                depth += 1;
                address = (name == "loc").then(String::new);
            }
            Event::Empty(tag) if depth == 0 => {
                is_sitemap = matches!(tag.local_name().into_inner(), "urlset" | "sitemapindex");
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                let Some(url) = address.take().and_then(|text| Url::parse(text.trim()).ok()) else { continue };
                if !is_index {
                    sitemap.has_page |= is_same(&url, page);
                } else if sitemap.others.len() < MOST_OF_INDEX {
                    sitemap.others.push(url);
                }
            }
            Event::Text(text) => add(&mut address, &text.xml10_content()),
            Event::CData(text) => add(&mut address, &text.xml10_content()),
            Event::GeneralRef(entity) => add(&mut address, &resolved(&entity)),
            Event::Eof if depth > 0 => return Err(BROKEN),
            Event::Eof if !is_sitemap => return Err("It is no sitemap."),
            Event::Eof => return Ok(sitemap),
            _ => {}
        }
    }
}

/// Whether two addresses are of one page.
pub(super) fn is_same(one: &Url, other: &Url) -> bool {
    let plain = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    plain(one) == plain(other)
}

fn add(address: &mut Option<String>, text: &str) {
    if let Some(address) = address.as_mut().filter(|address| address.len() + text.len() <= LONGEST_ADDRESS * 2) {
        address.push_str(text);
    }
}

/// What an entity stands for; of those that somebody declares nothing is taken.
fn resolved(entity: &BytesRef<'_>) -> String {
    match &**entity {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => entity.resolve_char_ref().ok().flatten().map(String::from).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page() -> Url {
        Url::parse("https://example.com/a?b=1&c=2").expect("a URL")
    }

    #[test]
    fn a_page_is_found_among_those_that_are_listed() {
        let list = |address: &str| {
            format!("<?xml version=\"1.0\"?><urlset xmlns=\"x\"><url><loc>{address}</loc></url></urlset>")
        };
        for (address, is_listed) in [
            (" https://EXAMPLE.com/a?b=1&amp;c=2 ", true),
            ("https://example.com/a?b=1&#38;c=2", true),
            ("<![CDATA[https://example.com/a?b=1&c=2]]>", true),
            ("https://example.com/a", false),
            ("nonsense", false),
        ] {
            assert_eq!(parse(&list(address), &page()).expect("a sitemap").has_page, is_listed, "{address}");
        }
    }

    #[test]
    fn an_index_names_other_sitemaps() {
        let one = "<sitemap><loc>https://example.com/s.xml</loc></sitemap>";
        let index = format!("<sitemapindex>{}</sitemapindex>", one.repeat(MOST_OF_INDEX + 3));
        assert_eq!(parse(&index, &page()).expect("an index").others.len(), MOST_OF_INDEX);
    }

    #[test]
    fn what_is_no_sitemap_is_said_to_be_none() {
        for broken in ["", "text", "<urlset><url>", "<urlset></url>", "<html></html>", "<urlset><url></urlset>"] {
            assert!(parse(broken, &page()).is_err(), "{broken}");
        }
        assert!(parse("<urlset/>", &page()).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(xml in "(<(/?urlset|/?url|/?loc|!\\[CDATA\\[)>?|&[a-z#0-9]{0,4};?|.{0,9}){0,20}") {
            let _ = parse(&xml, &page());
        }
    }
}
