//! The text of a token that belongs to one generation of a session, and proves itself.
//!
//! `mst_` and, in base64url, `session id (16 bytes) | generation (8) | HMAC-SHA256 of both (32)`.
//! Nothing secret is stored, and a forged token is refused without a look at the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use mainstay_kernel::{Keyring, Secret, SessionId};
use sha2::Sha256;
use uuid::Uuid;

/// What each of these texts begins with.
pub(crate) const BRAND: &str = "mst_";
const CONTENT_BYTES: usize = 16 + 8;
const TAG_BYTES: usize = 32;
const TEXT_LENGTH: usize = BRAND.len() + ((CONTENT_BYTES + TAG_BYTES) * 4).div_ceil(3);

/// Writes tokens of one purpose with the current key, and reads those of every key in the ring.
pub(super) struct GenerationTokens {
    keys: Vec<Hmac<Sha256>>,
}

impl GenerationTokens {
    /// Tokens that stand for the person until the next refresh.
    pub(super) fn access(keyring: &Keyring) -> Self {
        Self::of("session tokens", keyring)
    }

    /// Tokens that buy the next pair.
    pub(super) fn refresh(keyring: &Keyring) -> Self {
        Self::of("refresh tokens", keyring)
    }

    fn of(purpose: &str, keyring: &Keyring) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self { keys: keyring.derive(purpose).iter().map(mac).collect() }
    }

    /// The token of one generation of a session: always the same text for the same key.
    pub(super) fn write(&self, session: SessionId, generation: i64) -> Secret<String> {
        let mut bytes = [0u8; CONTENT_BYTES + TAG_BYTES];
        let (content, tag) = bytes.split_at_mut(CONTENT_BYTES);
        content[..16].copy_from_slice(session.0.as_bytes());
        content[16..].copy_from_slice(&generation.to_be_bytes());
        let current = self.keys.first().expect("a keyring has a key");
        tag.copy_from_slice(&current.clone().chain_update(content).finalize().into_bytes());
        Secret::new(format!("{BRAND}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Which generation of which session the token is; none for a text that we did not write.
    pub(super) fn read(&self, text: &str) -> Option<(SessionId, i64)> {
        if text.len() != TEXT_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(BRAND)?).ok()?;
        let (content, tag) = bytes.split_at_checked(CONTENT_BYTES)?;
        let ours = |key: &Hmac<Sha256>| key.clone().chain_update(content).verify_slice(tag).is_ok();
        if !self.keys.iter().any(ours) {
            return None;
        }
        let (id, generation) = content.split_first_chunk::<16>()?;
        Some((SessionId(Uuid::from_bytes(*id)), i64::from_be_bytes(generation.try_into().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    fn ring(keys: &[&Secret<String>]) -> Keyring {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        Keyring::parse(&Secret::new(text)).expect("a keyring")
    }

    #[test]
    fn a_token_outlives_a_change_of_the_master_key() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let session = SessionId(Uuid::from_u128(7));
        let token = GenerationTokens::refresh(&ring(&[&old])).write(session, 3);
        assert_eq!(GenerationTokens::refresh(&ring(&[&new, &old])).read(token.expose()), Some((session, 3)));
        assert_eq!(GenerationTokens::refresh(&ring(&[&new])).read(token.expose()), None);
    }

    #[test]
    fn an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing() {
        let ring = ring(&[&Keyring::generate(&SystemIds)]);
        let (access, refresh) = (GenerationTokens::access(&ring), GenerationTokens::refresh(&ring));
        let session = SessionId(Uuid::from_u128(7));
        assert_eq!(refresh.read(access.write(session, 3).expose()), None);
        assert_eq!(access.read(refresh.write(session, 3).expose()), None);
    }

    proptest! {
        #[test]
        fn a_token_says_what_was_written_and_no_other_letter_will_do(
            id: u128, generation: i64, at in 0..TEXT_LENGTH, letter in "[ -~]",
        ) {
            let tokens = GenerationTokens::refresh(&ring(&[&Keyring::generate(&SystemIds)]));
            let session = SessionId(Uuid::from_u128(id));
            let token = tokens.write(session, generation);
            prop_assert_eq!(tokens.read(token.expose()), Some((session, generation)));
            let mut changed = token.expose().clone();
            changed.replace_range(at..=at, &letter);
            if changed != *token.expose() {
                prop_assert_eq!(tokens.read(&changed), None);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(mst_)?\\PC{0,90}") {
            let tokens = GenerationTokens::refresh(&ring(&[&Keyring::generate(&SystemIds)]));
            prop_assert_eq!(tokens.read(&text), None);
        }
    }
}
