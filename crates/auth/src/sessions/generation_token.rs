//! The text of a token that belongs to one generation of a session, or of a client's tokens: its id and the number of
//! the generation, which prove themselves.

use crate::self_proving::SelfProving;
use mainstay_kernel::{Keyring, Secret};
use uuid::Uuid;

/// What each of these texts begins with.
pub(crate) const BRAND: &str = "mst_";
const ID_BYTES: usize = 16;
const CONTENT_BYTES: usize = ID_BYTES + 8;

/// What the refresh tokens of clients begin with.
const CLIENT_BRAND: &str = "mso_";

/// Writes tokens of one purpose, and reads them.
pub(crate) struct GenerationTokens(SelfProving<CONTENT_BYTES>);

impl GenerationTokens {
    /// Tokens that stand for the person until the next refresh.
    pub(super) fn access(keyring: &Keyring) -> Self {
        Self(SelfProving::new(BRAND, "session tokens", keyring))
    }

    /// Tokens that buy the next pair.
    pub(super) fn refresh(keyring: &Keyring) -> Self {
        Self(SelfProving::new(BRAND, "refresh tokens", keyring))
    }

    /// Tokens that buy a client more access.
    pub(crate) fn client_refresh(keyring: &Keyring) -> Self {
        Self(SelfProving::new(CLIENT_BRAND, "client refresh tokens", keyring))
    }

    /// The token of one generation of what has this id: always the same text for the same key.
    pub(crate) fn write(&self, id: Uuid, generation: i64) -> Secret<String> {
        let mut content = [0u8; CONTENT_BYTES];
        content[..ID_BYTES].copy_from_slice(id.as_bytes());
        content[ID_BYTES..].copy_from_slice(&generation.to_be_bytes());
        self.0.write(&content)
    }

    /// Which generation of what the token is; none for a text that we did not write.
    pub(crate) fn read(&self, text: &str) -> Option<(Uuid, i64)> {
        let content = self.0.read(text)?;
        let (id, generation) = content.split_first_chunk::<ID_BYTES>()?;
        Some((Uuid::from_bytes(*id), i64::from_be_bytes(generation.try_into().ok()?)))
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
    fn a_token_of_one_purpose_is_nothing_for_another() {
        let ring = ring();
        let (access, refresh) = (GenerationTokens::access(&ring), GenerationTokens::refresh(&ring));
        let client = GenerationTokens::client_refresh(&ring);
        let session = Uuid::from_u128(7);
        assert_eq!(refresh.read(access.write(session, 3).expose()), None);
        assert_eq!(access.read(refresh.write(session, 3).expose()), None);
        assert_eq!(refresh.read(client.write(session, 3).expose()), None);
        assert_eq!(client.read(refresh.write(session, 3).expose()), None);
    }

    proptest! {
        #[test]
        fn a_token_says_which_generation_of_which_session_it_is(id: u128, generation: i64) {
            let (tokens, session) = (GenerationTokens::refresh(&ring()), Uuid::from_u128(id));
            prop_assert_eq!(tokens.read(tokens.write(session, generation).expose()), Some((session, generation)));
        }
    }
}
