//! What a person calls a device.

/// What the user agents of browsers have in them. Most have also what others have: the first that fits is right.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The same for systems.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
];

/// Longest name of a product that is no browser, in characters.
const MAX_LENGTH: usize = 32;

/// A short name, such as `Firefox on Linux` or `curl`.
pub(crate) fn of(user_agent: Option<&str>) -> String {
    let text = user_agent.unwrap_or_default();
    match (find(&BROWSERS, text).or_else(|| product(text)), find(&SYSTEMS, text)) {
        (Some(product), Some(system)) => format!("{product} on {system}"),
        (Some(product), None) => product.to_owned(),
        (None, _) => "an unknown device".to_owned(),
    }
}

fn find(table: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    table.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| *name)
}

/// The name of the first product (RFC 9110 section 10.1.5). It goes into a mail, so that it must not look like a link.
fn product(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let end = text.bytes().take(MAX_LENGTH).take_while(|byte| plain(*byte)).count();
    text.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_browser_is_called_by_its_name_and_system() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(), "Firefox on Linux"),
            (format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/142.0 Safari/537.36"), "Chrome on Windows"),
            (format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/142.0 Safari/537.36 Edg/142.0"), "Edge on Windows"),
            (
                format!("Mozilla/5.0 (Linux; Android 16) {webkit} Chrome/142.0 Mobile Safari/537.36"),
                "Chrome on Android",
            ),
            (format!("Mozilla/5.0 (iPhone; like Mac OS X) {webkit} CriOS/142.0 Safari/604.1"), "Chrome on iPhone"),
            (format!("Mozilla/5.0 (Macintosh) {webkit} Version/26.0 Safari/605.1.15"), "Safari on macOS"),
            ("curl/8.5.0".to_owned(), "curl"),
            ("SiteHut/2 (Android 16)".to_owned(), "SiteHut on Android"),
            ("python-requests/2.32".to_owned(), "python-requests"),
        ];
        for (user_agent, name) in cases {
            assert_eq!(of(Some(&user_agent)), name);
        }
    }

    #[test]
    fn what_names_no_product_is_an_unknown_device() {
        for user_agent in [None, Some(""), Some("(compatible)"), Some("ä/1")] {
            assert_eq!(of(user_agent), "an unknown device");
        }
    }

    #[test]
    fn a_product_that_poses_as_a_link_is_none_in_the_mail() {
        assert_eq!(of(Some("http://evil.example/login")), "http");
        assert_eq!(of(Some("evil.example/1")), "evil");
    }

    proptest! {
        #[test]
        fn any_name_is_short_and_plain(user_agent in "\\PC{0,80}") {
            let name = of(Some(&user_agent));
            prop_assert!((1..=60).contains(&name.len()));
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_".contains(&byte)), "{}", name);
        }
    }
}
