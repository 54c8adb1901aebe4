//! The secret of an invite, which only the mail carries.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_kernel::{Ids, Secret};
use sha2::{Digest as _, Sha256};

/// Bytes of chance in a token.
const TOKEN_BYTES: usize = 32;
/// Goes into every hash, so that no secret of another purpose is taken for an invite's.
const PURPOSE: &[u8] = b"mainstay invite\0";

/// 256 random bits as text. Who holds it reads the mail of the invited address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteToken(Secret<String>);

impl InviteToken {
    /// A new one.
    pub(crate) fn draw(ids: &dyn Ids) -> Self {
        let mut bytes = [0u8; TOKEN_BYTES];
        ids.fill(&mut bytes);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The one that a caller presents. Any text is read; most are nobody's.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(Secret::new(text.into()))
    }

    /// The text, for the one place that writes the link.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept of it (SHA-256, FIPS 180-4).
    pub(crate) fn hash(&self) -> TokenHash {
        let hash = Sha256::new().chain_update(PURPOSE).chain_update(self.0.expose());
        TokenHash(hash.finalize().to_vec())
    }
}

/// The hash of an [`InviteToken`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub(crate) Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    #[test]
    fn a_token_has_256_bits_and_no_print_shows_it() {
        let token = InviteToken::draw(&SystemIds);
        assert_eq!(URL_SAFE_NO_PAD.decode(token.expose()).expect("base64").len(), 32);
        assert!(!format!("{token:?}").contains(token.expose()));
        assert_ne!(token, InviteToken::draw(&SystemIds));
    }

    #[test]
    fn what_is_kept_is_the_hash_for_this_purpose_alone() {
        let token = InviteToken::presented("token");
        assert_ne!(token.hash().0, Sha256::digest("token").to_vec());
        assert_eq!(token.hash(), InviteToken::presented("token").hash());
    }
}
