//! From bytes to text.

use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// So far a page may say which encoding it is in (HTML standard, section 13.2.3.2).
const PRESCAN: usize = 1024;

/// The text of a page: in the encoding that its first bytes show, that its answer names or that it names itself, in this
/// order, and else in UTF-8. What is none of its letters is replaced.
pub(super) fn text<'b>(body: &'b [u8], content_type: &str) -> Cow<'b, str> {
    let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]);
    let named = label(content_type).or_else(|| label(&head));
    named.unwrap_or(UTF_8).decode(body).0
}

/// The encoding that is named after the first `charset=`.
fn label(text: &str) -> Option<&'static Encoding> {
    let text = text.to_ascii_lowercase();
    let (_, after) = text.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let end = after.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.')));
    Encoding::for_label(&after.as_bytes()[..end.unwrap_or(after.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_read_in_the_encoding_that_it_is_in() {
        assert_eq!(text(b"caf\xe9", "text/html; charset=ISO-8859-1"), "caf\u{e9}");
        assert_eq!(text(b"<meta charset='windows-1252'>\x80", "text/html"), "<meta charset='windows-1252'>\u{20ac}");
        assert_eq!(text("ü".as_bytes(), "text/html; charset=\"utf-8\""), "ü");
        assert_eq!(text("ü".as_bytes(), "text/html; charset=nothing"), "ü");
        assert_eq!(text(b"\xef\xbb\xbfx", "text/html; charset=iso-8859-1"), "x", "its first bytes show it");
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_type_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..99), kind in "(charset=)?.{0,9}") {
            let _ = text(&body, &kind);
        }
    }
}
