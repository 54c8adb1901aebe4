//! Identifiers that cannot be mixed up, and the one source of randomness.

use rand::Rng as _;
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A workspace: the tenant that every row of a tenant's data names.
    WorkspaceId(i64)
);
id!(
    /// An API key.
    KeyId(i64)
);
id!(
    /// A person.
    UserId(Uuid)
);
id!(
    /// One login of a person on one device.
    SessionId(Uuid)
);
id!(
    /// One time that a person let a client act for them, and all tokens that came of it.
    GrantId(Uuid)
);

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Where identifiers and secrets come from. Rules never draw randomness directly, so that a test
/// can foresee it.
pub trait Ids: Send + Sync {
    /// Fills the buffer with bytes nobody can guess.
    fn fill(&self, buffer: &mut [u8]);

    /// A new UUID, version 7 (RFC 9562): sorts by creation.
    fn uuid(&self) -> Uuid;

    /// Text of `length` letters and digits, 5.95 bits of chance each.
    fn alphanumeric(&self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        let mut bytes = [0u8; 64];
        while text.len() < length {
            self.fill(&mut bytes);
            // Bytes of 248 and above are dropped, or the first letters would come up more often.
            let fair = bytes.iter().filter(|byte| **byte < 248);
            let letters = fair.map(|byte| char::from(ALPHANUMERIC[usize::from(byte % 62)]));
            text.extend(letters.take(length - text.len()));
        }
        text
    }
}

/// Randomness from a generator of this thread's own that the operating system seeds, and seeds anew as it is used:
/// nobody can guess it, and it costs no system call.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        rand::rng().fill_bytes(buffer);
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that draws identifiers")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphanumeric_text_has_the_asked_length_and_only_letters_and_digits() {
        for length in [0, 1, 48, 500] {
            let text = SystemIds.alphanumeric(length);
            assert_eq!(text.len(), length);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn uuids_sort_by_creation() {
        let (first, second) = (SystemIds.uuid(), SystemIds.uuid());
        assert!(first < second);
    }
}
