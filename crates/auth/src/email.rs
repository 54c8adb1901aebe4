//! Addresses, and when two of them are the same.

use email_address::{EmailAddress, Options};
use mainstay_kernel::FieldError;

/// Longest address taken, in bytes (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const MAX_LENGTH: usize = 254;

/// A well-formed address. Whether anybody reads mail there is another matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address (RFC 5322 `addr-spec`); spaces around it are dropped.
    ///
    /// # Errors
    /// What is wrong with the field `email`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("email", "required", "The email is missing."));
        }
        if text.len() > MAX_LENGTH {
            return Err(FieldError::new("email", "maxLength", "The email is longer than 254 bytes."));
        }
        let bare = Options::default().without_display_text().without_domain_literal();
        let address = EmailAddress::parse_with_options(text, bare)
            .map_err(|_| FieldError::new("email", "email", "This is not an email address."))?;
        Ok(Self(address.into()))
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is compared: two addresses with the same key belong to the same person.
    ///
    /// Only ASCII letters are folded. Folding all of Unicode would make one key of two mailboxes, such as that of
    /// `k` and that of the Kelvin sign, and the mail for one person would go to another.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(local, _)| local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_case_do_not_make_another_address() {
        let (one, other) = (Email::parse(" Ada@Example.com "), Email::parse("ada@example.COM"));
        let (one, other) = (one.expect("an address"), other.expect("an address"));
        assert_eq!(one.as_str(), "Ada@Example.com");
        assert_eq!(one.local_part(), "Ada");
        assert_eq!(one.key(), other.key());
    }

    #[test]
    fn a_letter_that_folds_into_another_alphabet_makes_another_address() {
        let (kelvin, plain) = (Email::parse("mi\u{212a}e@example.com"), Email::parse("mike@example.com"));
        assert_ne!(kelvin.expect("an address").key(), plain.expect("an address").key());
    }

    #[test]
    fn what_is_no_bare_address_is_refused_with_its_rule() {
        let long = format!("{}@example.com", "a".repeat(250));
        let cases = [
            ("", "required"),
            ("   ", "required"),
            ("ada", "email"),
            ("ada@", "email"),
            ("@example.com", "email"),
            ("Ada <ada@example.com>", "email"),
            ("ada@example.com\r\nBcc: eve@example.com", "email"),
            (long.as_str(), "maxLength"),
        ];
        for (text, rule) in cases {
            assert_eq!(Email::parse(text).map_err(|error| error.rule), Err(rule.to_owned()), "{text:?}");
        }
    }
}
