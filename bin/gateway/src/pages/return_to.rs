//! Where a person goes after logging in: to a page of this gateway that is on the list, and nowhere else.

/// Longest path taken, in bytes.
const MAX_LENGTH: usize = 8_192;

/// A path, and maybe a query, of a page that a login may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReturnTo(String);

impl ReturnTo {
    /// Reads it. None for what leads elsewhere: an absolute URL, another host (`//host`, and `/\host`, which browsers
    /// take for the same), and a path that is not on the list.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // A browser drops tabs and line breaks and turns backslashes; a path that needs neither has neither.
        let plain = text.len() <= MAX_LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        (plain && is_listed(path)).then(|| Self(text.to_owned()))
    }

    /// Whether the page may send people on to another site.
    pub(super) fn may_lead_away(&self) -> bool {
        self.0.starts_with("/oauth/")
    }

    /// As a path.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a page that hands this on.
    pub(super) fn after(to: Option<&Self>, page: &str) -> String {
        let Some(Self(path)) = to else { return page.to_owned() };
        let query = serde_urlencoded::to_string([("return_to", path)]).unwrap_or_default();
        format!("{page}?{query}")
    }
}

fn is_listed(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_below = |prefix| path.strip_prefix(prefix).is_some_and(is_name);
    matches!(path, "/oauth/authorize" | "/device" | "/projects") || is_below("/invites/") || is_below("/projects/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn pages_of_the_list_are_taken_as_they_are() {
        for path in [
            "/invites/h0Ff_-x",
            "/oauth/authorize?client_id=a&state=%2F%2Fb",
            "/oauth/authorize",
            "/projects",
            "/projects/compiler-2",
            "/device?user_code=A-B",
        ] {
            assert_eq!(ReturnTo::parse(path).as_ref().map(ReturnTo::as_str), Some(path));
        }
    }

    #[test]
    fn what_leads_elsewhere_is_not_taken() {
        for text in [
            "",
            "/",
            "/login",
            "/logout",
            "/invites/",
            "/invites/../logout",
            "/invites/a/accept",
            "/projects/",
            "/projects/a/members",
            "/device/decision",
            "/oauth/authorize/../x",
            "//evil.example/invites/a",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/invites/a\\..\\b",
            "https://evil.example/invites/a",
            "javascript:alert(1)",
            " /invites/a",
            "/\t/evil.example",
            "/invites/a\r\nset-cookie: a=b",
            "/%2fevil.example",
            "/invites/ä",
        ] {
            assert_eq!(ReturnTo::parse(text), None, "{text:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/invites/{}", "a".repeat(MAX_LENGTH))), None);
    }

    #[test]
    fn it_is_handed_on_as_one_value() {
        let to = ReturnTo::parse("/oauth/authorize?a=1&b=2");
        assert_eq!(ReturnTo::after(to.as_ref(), "/login"), "/login?return_to=%2Foauth%2Fauthorize%3Fa%3D1%26b%3D2");
        assert_eq!(ReturnTo::after(None, "/login"), "/login");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_on_this_host(
            text in "\\PC{0,40}|[/\\\\@:.a-z?#%\\t\\n]{0,30}|/(invites|oauth|projects)/[/\\\\@:.a-z?#%\\t\\n]{0,30}"
        ) {
            if let Some(to) = ReturnTo::parse(&text) {
                let base = Url::parse("https://id.example.com").expect("a URL");
                let leads = base.join(to.as_str()).expect("a URL");
                prop_assert_eq!(leads.origin(), base.origin());
                prop_assert!(is_listed(leads.path()));
            }
        }
    }
}
