//! The text of a token that belongs to one generation of a session: the session's id and the number of the generation,
//! which prove themselves.

use crate::self_proving::SelfProving;
use mainstay_kernel::{Keyring, Secret, SessionId};
use uuid::Uuid;

/// What each of these texts begins with.
pub(crate) const BRAND: &str = "mst_";
const ID_BYTES: usize = 16;
const CONTENT_BYTES: usize = ID_BYTES + 8;

/// Writes tokens of one purpose, and reads them.
pub(super) struct GenerationTokens(SelfProving<CONTENT_BYTES>);

impl GenerationTokens {
    /// Tokens that stand for the person until the next refresh.
    pub(super) fn access(keyring: &Keyring) -> Self {
        Self(SelfProving::new(BRAND, "session tokens", keyring))
    }

    /// Tokens that buy the next pair.
    pub(super) fn refresh(keyring: &Keyring) -> Self {
        Self(SelfProving::new(BRAND, "refresh tokens", keyring))
    }

    /// The token of one generation of a session: always the same text for the same key.
    pub(super) fn write(&self, session: SessionId, generation: i64) -> Secret<String> {
        let mut content = [0u8; CONTENT_BYTES];
        content[..ID_BYTES].copy_from_slice(session.0.as_bytes());
        content[ID_BYTES..].copy_from_slice(&generation.to_be_bytes());
        self.0.write(&content)
    }

    /// Which generation of which session the token is; none for a text that we did not write.
    pub(super) fn read(&self, text: &str) -> Option<(SessionId, i64)> {
        let content = self.0.read(text)?;
        let (id, generation) = content.split_first_chunk::<ID_BYTES>()?;
        Some((SessionId(Uuid::from_bytes(*id)), i64::from_be_bytes(generation.try_into().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    fn ring() -> Keyring {
        Keyring::parse(&Keyring::generate(&SystemIds)).expect("a keyring")
    }

    #[test]
    fn an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing() {
        let ring = ring();
        let (access, refresh) = (GenerationTokens::access(&ring), GenerationTokens::refresh(&ring));
        let session = SessionId(Uuid::from_u128(7));
        assert_eq!(refresh.read(access.write(session, 3).expose()), None);
        assert_eq!(access.read(refresh.write(session, 3).expose()), None);
    }

    proptest! {
        #[test]
        fn a_token_says_which_generation_of_which_session_it_is(id: u128, generation: i64) {
            let (tokens, session) = (GenerationTokens::refresh(&ring()), SessionId(Uuid::from_u128(id)));
            prop_assert_eq!(tokens.read(tokens.write(session, generation).expose()), Some((session, generation)));
        }
    }
}
