//! Channels: a way to tell some endpoints of an event and not others, whatever its name.

use mainstay_kernel::FieldError;

/// The most channels of one endpoint or one event.
const MOST: usize = 10;
/// The most characters of a channel's name.
const LONGEST: usize = 128;

/// Names of channels, each once: at most 10, of 1 to 128 letters, digits, `_`, `.`, `:` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Channels(Vec<String>);

impl Channels {
    /// From texts as they were sent in a field. A name that is there twice is kept once.
    ///
    /// # Errors
    /// Each text that is no name, as `field.0`; or the field itself, when there are more than 10.
    pub fn parse(texts: &[String], field: &str) -> Result<Self, Vec<FieldError>> {
        if texts.len() > MOST {
            let message = format!("The {field} field must not have more than {MOST} entries.");
            return Err(vec![FieldError::new(field, "maxItems", message)]);
        }
        let (mut names, mut wrong) = (Vec::with_capacity(texts.len()), Vec::new());
        for (position, text) in texts.iter().enumerate() {
            if !is_name(text) {
                let message = "A channel has 1 to 128 letters, digits, underscores, dots, colons and hyphens.";
                wrong.push(FieldError::new(format!("{field}.{position}"), "format", message));
            } else if !names.contains(text) {
                names.push(text.clone());
            }
        }
        if wrong.is_empty() { Ok(Self(names)) } else { Err(wrong) }
    }

    /// Whether an endpoint with these channels hears of an event in those. Without channels it hears everything; with
    /// some, what shares one of them.
    pub fn admits(&self, of_event: &Self) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| of_event.0.contains(name))
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in the order given.
    pub fn to_texts(&self) -> Vec<String> {
        self.0.clone()
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn channels(names: &[&str]) -> Channels {
        let texts: Vec<_> = names.iter().map(ToString::to_string).collect();
        Channels::parse(&texts, "channels").expect("channels")
    }

    #[test]
    fn an_endpoint_without_channels_hears_everything() {
        assert!(channels(&[]).admits(&channels(&[])));
        assert!(channels(&[]).admits(&channels(&["eu"])));
    }

    #[test]
    fn an_endpoint_with_channels_hears_what_shares_one() {
        let endpoint = channels(&["eu", "customer:42"]);
        assert!(endpoint.admits(&channels(&["us", "customer:42"])));
        assert!(!endpoint.admits(&channels(&["us"])));
        assert!(!endpoint.admits(&channels(&["EU"])), "letters count as they are written");
        assert!(!endpoint.admits(&channels(&[])), "an event without channels shares none");
    }

    #[test]
    fn each_text_that_is_no_name_is_told_by_its_position() {
        let longest = "x".repeat(128);
        let texts = ["eu".into(), String::new(), "a b".into(), longest.clone(), format!("{longest}x"), "ü".into()];
        let wrong = Channels::parse(&texts, "channels").expect_err("wrong names");
        let fields: Vec<_> = wrong.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["channels.1", "channels.2", "channels.4", "channels.5"]);
    }

    #[test]
    fn there_are_at_most_10_and_each_counts_once() {
        assert_eq!(channels(&["b", "a", "b"]).to_texts(), ["b", "a"]);
        let many: Vec<_> = (0..11).map(|number| format!("c{number}")).collect();
        assert!(Channels::parse(&many[..10], "channels").is_ok());
        let wrong = Channels::parse(&many, "events.3.channels").expect_err("too many");
        assert_eq!(wrong[0].field, "events.3.channels");
    }

    proptest! {
        #[test]
        fn sharing_a_channel_is_mutual(one in prop::collection::vec("[a-d]", 1..4), other in prop::collection::vec("[a-d]", 1..4)) {
            let parse = |texts: &[String]| Channels::parse(texts, "channels").expect("channels");
            let shared = one.iter().any(|name| other.contains(name));
            prop_assert_eq!(parse(&one).admits(&parse(&other)), shared);
            prop_assert_eq!(parse(&other).admits(&parse(&one)), shared);
        }

        #[test]
        fn channels_read_back_from_their_own_texts(texts in prop::collection::vec("[A-Za-z0-9_.:-]{1,128}", 0..=10)) {
            let channels = Channels::parse(&texts, "channels").expect("channels");
            prop_assert_eq!(Channels::parse(&channels.to_texts(), "channels"), Ok(channels));
        }
    }
}
