//! What events are called.

use std::fmt;
use std::str::FromStr;

/// Events that come so often that nobody hears them by accident: only who names one is told of it.
pub const HIGH_VOLUME: [&str; 2] = ["link.clicked", "qrcode.scanned"];

/// The most characters of a name, or of a pattern for names.
pub(crate) const LONGEST: usize = 64;

/// `resource.happened`: two or more words of `a-z`, `0-9` and `_` with dots between them, 64 characters at most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventName(String);

impl EventName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many words the text has, if it is one or more of them with dots between them.
pub(crate) fn words(text: &str) -> Option<usize> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let well_formed = text.split('.').all(|word| !word.is_empty() && word.bytes().all(plain));
    well_formed.then(|| text.split('.').count())
}

impl FromStr for EventName {
    /// The sentence that says what a name is.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST {
            return Err("The name of an event has at most 64 characters.");
        }
        let named = words(text).is_some_and(|count| count >= 2);
        let wrong =
            "The name of an event is two or more words of a-z, 0-9 and _ with dots between them, such as post.created.";
        if named { Ok(Self(text.to_owned())) } else { Err(wrong) }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_two_or_more_words_with_dots_between_them() {
        for text in ["post.created", "mcp.tool.executed", "api_key.revoked", "v2.7", "_._"] {
            assert_eq!(text.parse::<EventName>().expect("a name").to_string(), text);
        }
        for text in [
            "",
            "post",
            "post.",
            ".created",
            "post..created",
            "Post.created",
            "post.*",
            "post created",
            "pöst.a",
            "a.b\n",
        ] {
            assert!(text.parse::<EventName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_has_at_most_64_characters() {
        let longest = format!("a.{}", "b".repeat(62));
        assert!(longest.parse::<EventName>().is_ok());
        assert!(format!("{longest}b").parse::<EventName>().is_err());
    }

    #[test]
    fn the_events_that_come_often_have_names() {
        assert!(HIGH_VOLUME.iter().all(|name| name.parse::<EventName>().is_ok()));
    }

    proptest! {
        #[test]
        fn what_is_made_of_words_is_a_name(text in "[a-z0-9_]{1,9}(\\.[a-z0-9_]{1,9}){1,5}") {
            prop_assert_eq!(text.parse::<EventName>().map(|name| name.to_string()), Ok(text));
        }

        #[test]
        fn whatever_is_taken_for_a_name_has_its_alphabet(text in "[a-zA-Z0-9_.* -]{0,70}") {
            if let Ok(name) = text.parse::<EventName>() {
                let name = name.as_str();
                prop_assert!(name.len() <= 64 && name.contains('.') && !name.contains(".."));
                prop_assert!(!name.starts_with('.') && !name.ends_with('.'));
                prop_assert!(!name.contains(|c: char| c.is_ascii_uppercase() || "* -".contains(c)));
            }
        }
    }
}
