//! The address of a page.

use crate::domains::DomainName;
use mainstay_kernel::FieldError;
use url::Url;

/// Longest address, in characters.
pub(super) const LONGEST: usize = 512;

/// A page, as far as reports tell of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    pub(super) host: DomainName,
    /// Without query and fragment, which may tell of the visitor.
    pub(super) path: String,
    pub(super) campaign: Campaign,
}

/// What the address says of why the visitor is here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Campaign {
    pub(super) source: String,
    pub(super) medium: String,
    pub(super) name: String,
    pub(super) term: String,
    pub(super) content: String,
}

/// Longest path that is kept, in characters.
const LONGEST_PATH: usize = 1_024;
/// Longest part of a campaign, in characters.
const LONGEST_PART: usize = 128;

impl Page {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with the field `url`.
    pub(super) fn read(address: &str) -> Result<Self, FieldError> {
        let wrong = |rule: &str, text: String| FieldError::new("url", rule, text);
        if address.trim().is_empty() {
            return Err(wrong("required", "The url field is required.".to_owned()));
        }
        if address.chars().count() > LONGEST {
            return Err(wrong("maxLength", format!("The url field must not be longer than {LONGEST} characters.")));
        }
        let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let page = url.and_then(|url| {
            Some(Self { host: DomainName::of(&url)?, path: path_of(&url), campaign: Campaign::of(&url) })
        });
        page.ok_or_else(|| wrong("url", "The url field must be the http or https address of a page.".to_owned()))
    }
}

/// The path. Spelt with `%` it may be longer than it was.
fn path_of(url: &Url) -> String {
    url.path().chars().take(LONGEST_PATH).collect()
}

impl Campaign {
    fn of(url: &Url) -> Self {
        let mut found = Self::default();
        if url.query().is_none() {
            return found;
        }
        for (name, value) in url.query_pairs() {
            let part = match &*name {
                "utm_source" => &mut found.source,
                // What many links have instead; the longer name is the more telling one.
                "ref" | "source" if found.source.is_empty() => &mut found.source,
                "utm_medium" => &mut found.medium,
                "utm_campaign" => &mut found.name,
                "utm_term" => &mut found.term,
                "utm_content" => &mut found.content,
                _ => continue,
            };
            *part = value.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_PART).collect();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Page {
        Page::read(address).expect("a page")
    }

    #[test]
    fn a_page_is_its_host_and_path_alone() {
        let page = read("https://www.Example.com/a%20b/?user=ada&utm_source=news&utm_campaign=Spring%20sale#top");
        assert_eq!((page.host.as_str(), page.path.as_str()), ("example.com", "/a%20b/"));
        assert_eq!((page.campaign.source.as_str(), page.campaign.name.as_str()), ("news", "Spring sale"));
        assert_eq!(read("http://example.com").path, "/");
        assert_eq!(read("http://example.com/?ref=hn&utm_source=x&ref=y").campaign.source, "x");
    }

    #[test]
    fn what_is_no_page_is_told_so() {
        let rule = |address: &str| Page::read(address).expect_err("no page").rule;
        assert_eq!(rule(" "), "required");
        assert_eq!(rule(&format!("https://example.com/{}", "a".repeat(512))), "maxLength");
        for address in ["/page", "ftp://example.com/", "about:blank", "https://"] {
            assert_eq!(rule(address), "url", "{address}");
        }
    }
}
