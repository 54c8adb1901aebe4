//! What programs call themselves, and what that says of them.

use quick_cache::sync::Cache;
use std::sync::Arc;
use woothee::parser::Parser;

/// A program, by its user agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownAgent {
    /// Empty where it is not known.
    pub(super) browser: String,
    pub(super) os: String,
    pub(super) device: &'static str,
    /// What it is called for short, if it is a bot.
    pub(super) product: String,
    /// Whether it is known to be no browser.
    pub(super) is_listed: bool,
    /// Whether it is a browser without anybody before it.
    pub(super) is_steered: bool,
    /// Whether somebody else says so of it, instead of itself.
    pub(super) is_reported: bool,
}

/// How many are remembered: to read one costs as much as all else that is done for a hit.
const CAPACITY: usize = 20_000;
/// The longest that is read, in bytes: what is longer says nothing more.
const LONGEST: usize = 512;

/// What each user agent says.
pub(super) struct Agents {
    parser: Parser,
    known: Cache<(Arc<str>, bool), Arc<KnownAgent>>,
}

impl Agents {
    pub(super) fn new() -> Self {
        Self { parser: Parser::new(), known: Cache::new(CAPACITY) }
    }

    /// What a user agent says. It is reported where it is not that of the sender.
    pub(super) fn read(&self, user_agent: &str, is_reported: bool) -> Arc<KnownAgent> {
        let text = cut(user_agent.trim(), LONGEST);
        let key = (Arc::from(text), is_reported);
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let known = Arc::new(self.parse(text, is_reported));
        self.known.insert(key, Arc::clone(&known));
        known
    }

    fn parse(&self, text: &str, is_reported: bool) -> KnownAgent {
        let parsed = self.parser.parse(text).unwrap_or_default();
        KnownAgent {
            browser: known(parsed.name),
            os: system(parsed.os),
            device: device(text, parsed.category, parsed.os),
            product: product(text),
            is_listed: is_listed(text),
            is_steered: ["Headless", "PhantomJS", "Puppeteer", "Playwright", "Selenium"]
                .iter()
                .any(|name| text.contains(name)),
            is_reported,
        }
    }
}

/// Whether the list knows it, or it is empty. Who names no engine but calls itself as browsers do is left to the other
/// layers: some browsers say little.
fn is_listed(text: &str) -> bool {
    let is_known = iscrawl::is_crawler(text);
    is_known && (!text.starts_with("Mozilla/") || iscrawl::is_crawler(&format!("{text} Gecko")))
}

fn known(name: &str) -> String {
    if name == "UNKNOWN" { String::new() } else { name.to_owned() }
}

/// The family of an operating system: its versions are told no more by most browsers.
fn system(name: &str) -> String {
    match name {
        "Mac OSX" => "macOS".to_owned(),
        "iPhone" | "iPad" | "iPod" | "iOS" => "iOS".to_owned(),
        name if name.starts_with("Windows Phone") => "Windows Phone".to_owned(),
        name if name.starts_with("Windows") => "Windows".to_owned(),
        name => known(name),
    }
}

fn device(text: &str, category: &str, os: &str) -> &'static str {
    let is_tablet = os == "iPad" || text.contains("Tablet") || (os == "Android" && !text.contains("Mobile"));
    match category {
        "smartphone" | "mobilephone" if is_tablet => "tablet",
        "smartphone" | "mobilephone" => "mobile",
        "pc" => "desktop",
        _ => "other",
    }
}

/// The name of the first product that says more than `Mozilla` (RFC 9110 section 10.1.5), without a version.
fn product(text: &str) -> String {
    let words = text.split([' ', ';', '(', ')', ',']).filter(|word| word.contains('/') || !word.is_empty());
    let names = words.filter(|word| !word.starts_with("Mozilla/") && *word != "compatible" && !word.starts_with('+'));
    let name =
        names.clone().find(|word| iscrawl::is_crawler(word) && word.contains('/')).or_else(|| names.clone().next());
    cut(name.unwrap_or_default().split('/').next().unwrap_or_default(), 64).to_owned()
}

/// The beginning of a text, of whole characters.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/126.0.0.0 Safari/537.36";
    const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
        Version/17.5 Mobile/15E148 Safari/604.1";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
    const TABLET: &str = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/126.0.0.0 Safari/537.36";

    fn read(text: &str) -> KnownAgent {
        KnownAgent::clone(&Agents::new().read(text, false))
    }

    #[test]
    fn browsers_systems_and_devices_are_told_apart() {
        let seen = |text| {
            let agent = read(text);
            (agent.browser, agent.os, agent.device, agent.is_listed)
        };
        let is = |browser: &str, os: &str, device| (browser.to_owned(), os.to_owned(), device, false);
        assert_eq!(seen(CHROME), is("Chrome", "Windows", "desktop"));
        assert_eq!(seen(SAFARI), is("Safari", "iOS", "mobile"));
        assert_eq!(seen(FIREFOX), is("Firefox", "Linux", "desktop"));
        assert_eq!(seen(TABLET), is("Chrome", "Android", "tablet"));
    }

    #[test]
    fn programs_are_known_by_their_names_and_browsers_that_say_little_are_not_taken_for_them() {
        let bots = [
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
            ("curl/8.5.0", "curl"),
            ("python-requests/2.32.0", "python-requests"),
            ("", ""),
        ];
        for (text, name) in bots {
            let agent = read(text);
            assert!(agent.is_listed, "{text}");
            assert_eq!(agent.product, name, "{text}");
        }
        assert!(!read("Mozilla/5.0...").is_listed);
        assert!(read(&CHROME.replace("Chrome", "HeadlessChrome")).is_steered && !read(CHROME).is_steered);
    }
}
