//! What a credential may do: `resource:action`, with wildcards.

use std::fmt;
use std::str::FromStr;

/// One permission: `resource:action`, `resource:*`, `*:action`, `*`, or a bare action such as
/// `read`, which means `*:read`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Box<str>);

/// The text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("A scope is written resource:action, with lower-case letters, digits, dots, dashes and * as a wildcard.")]
pub struct NotAScope;

/// Longest scope taken, in bytes.
const MAX_LENGTH: usize = 64;

/// The bare scopes, each short for `*:<itself>`.
const BARE: [&str; 3] = ["read", "write", "delete"];

impl Scope {
    /// The scope as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether holding this scope suffices for `required`.
    ///
    /// Both are split at the first colon only; a bare scope counts as `*:<action>` when held,
    /// never the reverse.
    fn allows(&self, required: &str) -> bool {
        let held = &*self.0;
        if held == "*" || held == required {
            return true;
        }
        let Some((resource, action)) = required.split_once(':') else { return false };
        match held.split_once(':') {
            Some(("*", held_action)) => held_action == action,
            Some((held_resource, "*")) => held_resource == resource,
            Some(_) => false,
            None => BARE.contains(&held) && held == action,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let word = |part: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b':');
            !part.is_empty() && part.bytes().all(plain)
        };
        let fits = text.len() <= MAX_LENGTH;
        let well_formed = match text.split_once(':') {
            Some((resource, action)) => {
                (resource == "*" || word(resource)) && (action == "*" || word(action)) && text != "*:*"
            }
            None => text == "*" || BARE.contains(&text),
        };
        if fits && well_formed { Ok(Self(text.into())) } else { Err(NotAScope) }
    }
}

/// The permissions that a key holds or a role gives. An empty list permits nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// From scopes already read.
    pub fn new(scopes: Vec<Scope>) -> Self {
        Self(scopes)
    }

    /// From literals.
    ///
    /// # Panics
    /// When one of them is not a scope.
    pub fn of(literals: &[&str]) -> Self {
        Self(literals.iter().map(|text| text.parse().expect("a scope literal")).collect())
    }

    /// Whether these permit `required`, a concrete `resource:action`.
    pub fn allows(&self, required: &str) -> bool {
        self.0.iter().any(|scope| scope.allows(required))
    }

    /// Whether everything that `wanted` permits, these permit too: the rule against escalation.
    pub fn covers(&self, wanted: &Scope) -> bool {
        let text = wanted.as_str();
        if BARE.contains(&text) { self.allows(&format!("*:{text}")) } else { self.allows(text) }
    }

    /// The scopes, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// The scopes as texts, in the order given.
    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wildcards_match_as_the_contract_says() {
        let cases = [
            ("posts:read", "posts:read", true),
            ("posts:read", "posts:write", false),
            ("*", "posts:read", true),
            ("*", "read", true),
            ("posts:*", "posts:read", true),
            ("posts:*", "users:read", false),
            ("*:read", "users:read", true),
            ("*:read", "users:write", false),
            ("*:read", "read", false),
            ("read", "users:read", true),
            ("read", "users:write", false),
            ("users:read", "read", false),
            ("posts:*", "posts:a:b", true),
            ("webhooks:manage", "webhooks:read", false),
        ];
        for (held, required, expected) in cases {
            assert_eq!(Scopes::of(&[held]).allows(required), expected, "{held} for {required}");
        }
        assert!(!Scopes::default().allows("posts:read"), "an empty list grants nothing");
    }

    #[test]
    fn no_wildcard_covers_a_wider_one() {
        let cases = [
            ("*:read", "read", true),
            ("read", "*:read", true),
            ("posts:*", "posts:*", true),
            ("posts:*", "*:read", false),
            ("posts:read", "posts:*", false),
            ("*:read", "*", false),
            ("*", "*", true),
        ];
        for (held, wanted, expected) in cases {
            let wanted: Scope = wanted.parse().expect("a scope");
            assert_eq!(Scopes::of(&[held]).covers(&wanted), expected, "{held} covers {wanted}");
        }
    }

    #[test]
    fn texts_that_are_no_scopes_are_refused() {
        for text in ["", ":", "posts:", ":read", "Posts:read", "posts read", "*:*", "admin", &"a".repeat(65)] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whoever_covers_a_scope_may_do_all_that_it_may(
            held in "(\\*|[a-c]):(\\*|[d-f])",
            wanted in "(\\*|[a-c]):(\\*|[d-f])",
            required in "[a-c]:[d-f]",
        ) {
            if let (Ok(held), Ok(wanted)) = (held.parse::<Scope>(), wanted.parse::<Scope>()) {
                let held = Scopes::new(vec![held]);
                if held.covers(&wanted) && Scopes::new(vec![wanted]).allows(&required) {
                    prop_assert!(held.allows(&required));
                }
            }
        }
    }
}
