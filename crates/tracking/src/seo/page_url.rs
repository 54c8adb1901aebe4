//! The address of a page, in the one form under which its history is kept.

use mainstay_kernel::FieldError;
use std::fmt;
use url::Url;

/// Longest address, in characters, as it is sent and as it is kept.
const LONGEST: usize = 2_048;

/// An absolute `http` or `https` URL without user or fragment: scheme and host in lower case, no default port, the path
/// as the URL standard writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageUrl(Url);

impl PageUrl {
    /// Reads an address as somebody wrote it.
    ///
    /// # Errors
    /// The field `url`, when it is none.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.chars().count() > LONGEST {
            return Err(too_long());
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(mut url) = url else {
            let message = "The url field must be an absolute http or https URL, such as https://example.com/page.";
            return Err(FieldError::new("url", "format", message));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FieldError::new("url", "format", "The url field must not hold a user or a password."));
        }
        url.set_fragment(None);
        // What is escaped is longer than it was.
        if url.as_str().len() > LONGEST { Err(too_long()) } else { Ok(Self(url)) }
    }

    /// As it was kept.
    pub(crate) fn kept(text: &str) -> Option<Self> {
        Url::parse(text).ok().map(Self)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn too_long() -> FieldError {
    FieldError::new("url", "length", format!("The url field must not be longer than {LONGEST} characters."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_has_one_address_however_it_is_written() {
        let page = PageUrl::parse("https://example.com/Page?a=b").expect("a page");
        for text in
            ["HTTPS://Example.COM/Page?a=b", "https://example.com:443/Page?a=b#top", " https://example.com/./Page?a=b "]
        {
            assert_eq!(PageUrl::parse(text).expect("a page"), page, "{text}");
        }
        assert_ne!(PageUrl::parse("https://example.com/page?a=b").expect("a page"), page, "paths have cases");
    }

    #[test]
    fn what_names_no_page_is_refused() {
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        let escaped = format!("https://example.com/{}", "ü".repeat(1_000));
        for text in [
            "",
            "page",
            "/page",
            "ftp://example.com",
            "javascript:alert(1)",
            "https://u:p@example.com",
            &long,
            &escaped,
        ] {
            assert_eq!(PageUrl::parse(text).expect_err("refused").field, "url", "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_back_as_it_is(text in "(https?://[a-z.:0-9]{1,20})?.{0,40}") {
            if let Ok(page) = PageUrl::parse(&text) {
                prop_assert_eq!(PageUrl::parse(page.as_str()), Ok(page.clone()));
                prop_assert_eq!(PageUrl::kept(page.as_str()), Some(page));
            }
        }
    }
}
