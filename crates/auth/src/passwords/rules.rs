//! What a password is, and which ones are taken.

use crate::email::Email;
use mainstay_kernel::{FieldError, Secret};
use unicode_normalization::UnicodeNormalization as _;
use zxcvbn::zxcvbn;

/// Fewest and most characters, after normalisation.
const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 128;
/// No list of leaked passwords has longer ones, and the search takes more than linear time.
const LONGEST_COMMON: usize = 32;
/// Fewest guesses that somebody with lists of leaked passwords is to need.
const FEWEST_GUESSES: u64 = 100_000;

/// A password in Unicode normalisation form C, so that the same letters from another keyboard are the same password.
#[derive(Debug, Clone)]
pub(crate) struct Password(Secret<String>);

impl Password {
    /// A password that is to be compared.
    pub(crate) fn given(text: &Secret<String>) -> Self {
        Self(Secret::new(text.expose().nfc().collect()))
    }

    /// A new password of whoever has this address, if it is one to take.
    ///
    /// # Errors
    /// What is wrong with the field `password`.
    pub(crate) fn chosen(text: &Secret<String>, email: Option<&Email>) -> Result<Self, FieldError> {
        let password = Self::given(text);
        let broken = |rule: &str, message: &str| Err(FieldError::new("password", rule, message));
        let length = password.0.expose().chars().count();
        match length {
            0 => broken("required", "The password is missing."),
            1..MIN_LENGTH => broken("minLength", "The password has fewer than 8 characters."),
            MIN_LENGTH..=MAX_LENGTH if email.is_some_and(|email| password.is_address(email)) => {
                broken("notEmail", "The password is the email.")
            }
            MIN_LENGTH..=LONGEST_COMMON if password.is_common() => {
                broken("notCommon", "The password is among those that are guessed first.")
            }
            MIN_LENGTH..=MAX_LENGTH => Ok(password),
            _ => broken("maxLength", "The password has more than 128 characters."),
        }
    }

    /// Whether it is this one. Both came from whoever asks, so that it need not take the same time for all.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }

    /// What is wrong with a new password that is the old one.
    pub(super) fn unchanged() -> FieldError {
        FieldError::new("password", "notSame", "The new password is the old one.")
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }

    fn is_address(&self, email: &Email) -> bool {
        let folded = self.0.expose().trim().to_lowercase();
        folded == email.as_str().to_lowercase() || folded == email.local_part().to_lowercase()
    }

    fn is_common(&self) -> bool {
        zxcvbn(self.0.expose(), &[]).guesses() < FEWEST_GUESSES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(text: &str) -> Option<String> {
        let email = Email::parse("Ada.Lovelace@example.com").expect("an address");
        Password::chosen(&Secret::new(text.to_owned()), Some(&email)).map_err(|error| error.rule).err()
    }

    #[test]
    fn a_password_is_measured_in_characters() {
        assert_eq!(rule("").as_deref(), Some("required"));
        assert_eq!(rule("ärgödüß").as_deref(), Some("minLength"));
        assert_eq!(rule("ärgödüßk"), None);
        assert_eq!(rule(&"ä".repeat(128)), None);
        assert_eq!(rule(&"ä".repeat(129)).as_deref(), Some("maxLength"));
        assert_eq!(rule(&"a\u{308}".repeat(128)), None, "a letter and its mark are one character");
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for text in ["password", "Password1", "12345678", "qwertyuiop", "iloveyou", "PASSW0RD", "aaaaaaaa", "11111111"]
        {
            assert_eq!(rule(text).as_deref(), Some("notCommon"), "{text}");
        }
        for text in ["correct horse battery", "gx7Lq2vPzT", "violet umbrella 94", "пароль-от-дома-7"] {
            assert_eq!(rule(text), None, "{text}");
        }
    }

    #[test]
    fn the_email_is_no_password() {
        for text in ["ada.lovelace@example.com", "ADA.LOVELACE@EXAMPLE.COM", "Ada.Lovelace"] {
            assert_eq!(rule(text).as_deref(), Some("notEmail"), "{text}");
        }
    }

    #[test]
    fn the_same_letters_are_the_same_password() {
        let bytes = |text: &str| Password::given(&Secret::new(text.to_owned())).as_bytes().to_vec();
        assert_eq!(bytes("caf\u{e9}"), bytes("cafe\u{301}"));
        assert_ne!(bytes("cafe"), bytes("caf\u{e9}"));
    }

    proptest! {
        #[test]
        fn ascii_stays_as_it_is_and_nothing_panics(ascii in "[ -~]{0,40}", text in "\\PC{0,40}") {
            let given = Password::given(&Secret::new(ascii.clone()));
            prop_assert_eq!(given.as_bytes(), ascii.as_bytes());
            let _ = rule(&text);
        }
    }
}
