//! Who leads visitors here.

use super::hit::Origin;
use super::page::{Campaign, Page};
use crate::domains::DomainName;
use url::Url;

/// Sites that people know by a name. A host ends with what stands here, or is below it.
const NAMES: [(&str, &str); 28] = [
    ("baidu.com", "Baidu"),
    ("bing.com", "Bing"),
    ("bsky.app", "Bluesky"),
    ("chatgpt.com", "ChatGPT"),
    ("claude.ai", "Claude"),
    ("duckduckgo.com", "DuckDuckGo"),
    ("ecosia.org", "Ecosia"),
    ("facebook.com", "Facebook"),
    ("gemini.google.com", "Gemini"),
    ("github.com", "GitHub"),
    ("instagram.com", "Instagram"),
    ("kagi.com", "Kagi"),
    ("linkedin.com", "LinkedIn"),
    ("lnkd.in", "LinkedIn"),
    ("mastodon.social", "Mastodon"),
    ("news.ycombinator.com", "Hacker News"),
    ("perplexity.ai", "Perplexity"),
    ("pinterest.com", "Pinterest"),
    ("qwant.com", "Qwant"),
    ("reddit.com", "Reddit"),
    ("search.brave.com", "Brave"),
    ("startpage.com", "Startpage"),
    ("t.co", "X"),
    ("tiktok.com", "TikTok"),
    ("twitter.com", "X"),
    ("wikipedia.org", "Wikipedia"),
    ("x.com", "X"),
    ("youtube.com", "YouTube"),
];

/// Sites that are one in every country, by the first part of their name.
const EVERYWHERE: [(&str, &str); 3] = [("google", "Google"), ("yahoo", "Yahoo!"), ("yandex", "Yandex")];

/// Longest referrer that is kept, in characters.
const LONGEST: usize = 512;

/// Where the visitor of a page came from. A page of the same site is no origin.
pub(super) fn origin(page: &Page, referrer: Option<&str>) -> Origin {
    let Campaign { source, medium, name, term, content } = page.campaign.clone();
    let mut origin = Origin { source, medium, campaign: name, term, content, ..Origin::default() };
    let Some((host, path)) = referrer.and_then(place) else { return origin };
    if host.has(&page.host) || page.host.has(&host) {
        return origin;
    }
    if origin.source.is_empty() {
        origin.source = name_of(host.as_str());
    }
    origin.referrer = format!("{host}{}", path.trim_end_matches('/')).chars().take(LONGEST).collect();
    origin
}

/// The host and path of a referrer: queries are no business of ours.
fn place(referrer: &str) -> Option<(DomainName, String)> {
    let url = Url::parse(referrer.trim()).ok()?;
    if let "android-app" = url.scheme() {
        return Some((DomainName::kept(url.host_str()?.to_owned()), String::new()));
    }
    let is_page = matches!(url.scheme(), "http" | "https");
    is_page.then(|| DomainName::of(&url)).flatten().map(|host| (host, url.path().to_owned()))
}

fn name_of(host: &str) -> String {
    let is_of = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    let named = NAMES.iter().filter(|(site, _)| is_of(site)).max_by_key(|(site, _)| site.len());
    let everywhere = || {
        let has = |name: &str| host.split('.').rev().skip(1).take(2).any(|part| part == name);
        EVERYWHERE.iter().find(|(name, _)| has(name))
    };
    named.or_else(everywhere).map_or(host, |(_, name)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(url: &str, referrer: &str) -> (String, String) {
        let page = Page::read(url).expect("a page");
        let origin = origin(&page, Some(referrer));
        (origin.source, origin.referrer)
    }

    #[test]
    fn a_source_is_what_the_address_says_or_the_site_that_led_here() {
        let is = |source: &str, referrer: &str| (source.to_owned(), referrer.to_owned());
        let page = "https://example.com/";
        assert_eq!(seen(page, "https://www.google.co.uk/search?q=secret"), is("Google", "google.co.uk/search"));
        assert_eq!(seen(page, "https://gemini.google.com/app"), is("Gemini", "gemini.google.com/app"));
        assert_eq!(seen(page, "https://blog.example.net/post/"), is("blog.example.net", "blog.example.net/post"));
        let tagged = "https://example.com/?utm_source=letter";
        assert_eq!(seen(tagged, "https://mail.example.net/"), is("letter", "mail.example.net"));
    }

    #[test]
    fn pages_of_the_same_site_and_nonsense_lead_nowhere() {
        for referrer in ["https://example.com/other", "https://shop.example.com/", "not a url", "", "javascript:x"] {
            assert_eq!(seen("https://www.example.com/", referrer), (String::new(), String::new()), "{referrer}");
        }
    }
}
