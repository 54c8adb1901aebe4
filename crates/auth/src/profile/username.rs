//! Usernames, and which are nobody's.

use crate::error::AuthError;
use std::ops::RangeInclusive;

const LENGTH: RangeInclusive<usize> = 3..=30;

/// Parts of addresses, and words that readers would take for the service itself.
const RESERVED: [&str; 40] = [
    "about",
    "abuse",
    "account",
    "admin",
    "administrator",
    "api",
    "auth",
    "billing",
    "console",
    "contact",
    "docs",
    "everyone",
    "health",
    "help",
    "info",
    "invites",
    "legal",
    "login",
    "logout",
    "mainstay",
    "me",
    "member",
    "moderator",
    "null",
    "oauth",
    "official",
    "owner",
    "postmaster",
    "projects",
    "register",
    "root",
    "security",
    "settings",
    "staff",
    "status",
    "support",
    "system",
    "undefined",
    "users",
    "webmaster",
];

/// A username that is well-formed and may be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Username(String);

impl Username {
    /// Reads 3 to 30 ASCII letters, digits and underscores.
    ///
    /// # Errors
    /// [`AuthError::UsernameInvalid`], [`AuthError::UsernameReserved`].
    pub(super) fn parse(text: &str) -> Result<Self, AuthError> {
        let text = text.trim();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !LENGTH.contains(&text.len()) || !text.bytes().all(plain) {
            return Err(AuthError::UsernameInvalid);
        }
        let username = Self(text.to_owned());
        // Underscores do not make another word of it to a reader.
        let bare = username.key().replace('_', "");
        if RESERVED.contains(&bare.as_str()) { Err(AuthError::UsernameReserved) } else { Ok(username) }
    }

    /// As it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is compared: two people may not have usernames with the same key.
    pub(super) fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::Fault as _;
    use proptest::prelude::*;

    fn said(text: &str) -> &'static str {
        Username::parse(text).map_or_else(|error| error.code(), |_| "ok")
    }

    #[test]
    fn a_username_has_three_to_thirty_plain_letters() {
        for good in ["ada", "Ada_1815", &"a".repeat(30), "___", "42_"] {
            assert_eq!(said(good), "ok", "{good}");
        }
        for bad in ["", "ab", &"a".repeat(31), "ada-l", "ada l", "ädä", "ada.l", "\u{212a}im"] {
            assert_eq!(said(bad), "username_invalid", "{bad}");
        }
    }

    #[test]
    fn words_of_the_service_are_reserved_however_they_are_dressed() {
        for text in ["admin", "ADMIN", "_root_", "sup_port", "OAuth"] {
            assert_eq!(said(text), "username_reserved", "{text}");
        }
        assert_eq!(said("administer"), "ok");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_ascii_and_case_makes_no_other(text in "\\PC{0,40}|[a-zA-Z0-9_]{3,30}") {
            if let Ok(username) = Username::parse(&text) {
                prop_assert!(username.as_str().is_ascii() && (3..=30).contains(&username.as_str().len()));
                let upper = Username::parse(&text.to_ascii_uppercase()).expect("the same in capitals");
                prop_assert_eq!(upper.key(), username.key());
            }
        }
    }
}
