//! The text of a key: `<brand>_<live|test>_<prefix>_<secret><checksum>`.
//!
//! The checksum, CRC-32 of all before it, lets anyone tell a token from a typo or from chance text
//! without asking: a scanner of source code, and this crate before it looks anything up.

use crate::model::Environment;
use mainstay_kernel::{Ids, Secret};
use std::fmt;
use std::str::FromStr;

/// Letters and digits of the part that tells keys apart.
const PREFIX: usize = 12;
/// Letters and digits of the secret: 160.7 bits.
const SECRET: usize = 27;
/// Base-62 digits of the checksum: 62^6 is above 2^32.
const CHECKSUM: usize = 6;
/// Letters of the prefix that lists show.
const SHOWN: usize = 3;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What an installation's tokens begin with: 2 to 8 lower-case letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand(Box<str>);

/// The text is not a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A brand is 2 to 8 lower-case letters and digits.")]
pub struct NotABrand;

impl Brand {
    /// The brand as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Brand {
    type Err = NotABrand;

    fn from_str(text: &str) -> Result<Self, NotABrand> {
        if is_brand(text) { Ok(Self(text.into())) } else { Err(NotABrand) }
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self("sk".into())
    }
}

fn is_brand(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A token in its parts, of whatever brand. A debug print does not show the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    brand: &'a str,
    environment: Environment,
    prefix: &'a str,
    secret: &'a str,
}

impl<'a> Token<'a> {
    /// Reads a token; `None` when the text is none, or its checksum is wrong.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (signed, claimed) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        let mut parts = signed.split('_');
        let (brand, environment) = (parts.next()?, parts.next()?.parse().ok()?);
        let (prefix, secret) = (parts.next()?, parts.next()?);
        let well_formed =
            parts.next().is_none() && is_brand(brand) && is_word(prefix, PREFIX) && is_word(secret, SECRET);
        let token = Self { brand, environment, prefix, secret };
        (well_formed && claimed.as_bytes() == checksum(signed)).then_some(token)
    }

    /// For which environment it was issued.
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// How the token begins, as lists show it: for the brand `sk` its first 11 characters.
    pub fn shown_prefix(&self) -> String {
        format!("{}_{}_{}", self.brand, self.environment, &self.prefix[..SHOWN])
    }

    /// The token's text.
    pub fn to_text(&self) -> Secret<String> {
        let Self { brand, environment, prefix, secret } = self;
        // Room for all of it, so that no half-written secret is left behind in memory.
        let mut text = String::with_capacity(brand.len() + PREFIX + SECRET + CHECKSUM + "_live__".len());
        for part in [*brand, "_", environment.name(), "_", *prefix, "_", *secret] {
            text.push_str(part);
        }
        let checksum = checksum(&text);
        text.extend(checksum.iter().copied().map(char::from));
        Secret::new(text)
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.shown_prefix())
    }
}

/// A new token's text.
pub(crate) fn generate(brand: &Brand, environment: Environment, ids: &dyn Ids) -> Secret<String> {
    let (prefix, secret) = (ids.alphanumeric(PREFIX), Secret::new(ids.alphanumeric(SECRET)));
    Token { brand: brand.as_str(), environment, prefix: &prefix, secret: secret.expose() }.to_text()
}

fn is_word(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn checksum(text: &str) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [0; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 62).expect("below 62")];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    #[test]
    fn a_token_has_the_form_that_scanners_know() {
        let text = generate(&Brand::default(), Environment::Live, &SystemIds);
        let token = Token::parse(text.expose()).expect("a token");
        assert_eq!(token.shown_prefix(), &text.expose()[..11]);
        assert!(token.shown_prefix().starts_with("sk_live_"));
        assert_eq!(text.expose().len(), "sk_live_".len() + 12 + 1 + 27 + 6);
    }

    #[test]
    fn the_checksum_is_the_crc_32_that_everybody_uses() {
        // The check value of CRC-32/ISO-HDLC over "123456789" is 0xCBF43926.
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(&checksum("123456789"), b"3jZRME");
    }

    #[test]
    fn a_debug_print_does_not_show_the_secret() {
        let text = generate(&Brand::default(), Environment::Test, &SystemIds);
        let token = Token::parse(text.expose()).expect("a token");
        assert!(!format!("{token:?}").contains(token.secret));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            brand in "[a-z0-9]{2,8}",
            live: bool,
            prefix in "[0-9A-Za-z]{12}",
            secret in "[0-9A-Za-z]{27}",
        ) {
            let environment = if live { Environment::Live } else { Environment::Test };
            let token = Token { brand: &brand, environment, prefix: &prefix, secret: &secret };
            let text = token.to_text();
            prop_assert_eq!(Token::parse(text.expose()), Some(token));
        }

        #[test]
        fn a_token_with_any_one_character_changed_is_refused(at: prop::sample::Index, other: char) {
            let text = generate(&Brand::default(), Environment::Live, &SystemIds);
            let mut letters: Vec<char> = text.expose().chars().collect();
            let at = at.index(letters.len());
            prop_assume!(letters[at] != other);
            letters[at] = other;
            let changed: String = letters.into_iter().collect();
            prop_assert_eq!(Token::parse(&changed), None);
        }

        #[test]
        fn a_token_with_two_neighbours_swapped_is_refused(at in 0usize..53) {
            let text = generate(&Brand::default(), Environment::Live, &SystemIds);
            let mut letters: Vec<char> = text.expose().chars().collect();
            prop_assume!(letters[at] != letters[at + 1]);
            letters.swap(at, at + 1);
            let changed: String = letters.into_iter().collect();
            prop_assert_eq!(Token::parse(&changed), None);
        }

        #[test]
        fn a_token_with_more_or_less_at_its_ends_is_refused(extra in "[ -~]{1,3}", cut in 1usize..54) {
            let text = generate(&Brand::default(), Environment::Live, &SystemIds);
            let text = text.expose();
            for other in [format!("{text}{extra}"), format!("{extra}{text}"), text[cut..].to_owned(), text[..cut].to_owned()] {
                prop_assert_eq!(Token::parse(&other), None);
            }
        }

        #[test]
        fn no_text_is_too_strange_to_be_looked_at(text: String) {
            prop_assert_eq!(Token::parse(&text), None);
        }
    }
}
