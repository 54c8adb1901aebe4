//! Proofs that a form came from a page that we showed to this very browser.
//!
//! A form carries a code (HMAC, RFC 2104) over what binds the browser: a cookie that it was given before, and its
//! session once it has one. Another site can send a form, but neither read nor foresee the code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use mainstay_kernel::{Keyring, Secret, SessionId};
use sha2::Sha256;

/// The keys by which proofs are made, the current one first.
pub(super) struct Seals(Vec<Hmac<Sha256>>);

/// What a form is bound to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binding<'b> {
    /// The value of the browser's own cookie.
    pub(super) visitor: &'b str,
    /// Its session, if it has one.
    pub(super) session: Option<SessionId>,
}

impl Seals {
    pub(super) fn new(keyring: &Keyring) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self(keyring.derive("page forms").iter().map(mac).collect())
    }

    /// The proof for forms of this browser.
    pub(super) fn proof(&self, binding: Binding<'_>) -> String {
        let key = self.0.first().expect("a keyring has a key");
        URL_SAFE_NO_PAD.encode(over(key, binding).finalize().into_bytes())
    }

    /// Whether this is a proof for this browser; compared in constant time.
    pub(super) fn holds(&self, proof: &str, binding: Binding<'_>) -> bool {
        let Ok(proof) = URL_SAFE_NO_PAD.decode(proof) else { return false };
        self.0.iter().any(|key| over(key, binding).verify_slice(&proof).is_ok())
    }
}

fn over(key: &Hmac<Sha256>, Binding { visitor, session }: Binding<'_>) -> Hmac<Sha256> {
    let session = session.map_or_else(String::new, |session| session.to_string());
    // The length keeps the two apart.
    key.clone().chain_update(visitor.len().to_be_bytes()).chain_update(visitor).chain_update(session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn keyring(keys: &[&Secret<String>]) -> Keyring {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        Keyring::parse(&Secret::new(text)).expect("a keyring")
    }

    #[test]
    fn a_proof_holds_for_its_browser_and_session_alone() {
        let seals = Seals::new(&keyring(&[&Keyring::generate(&SystemIds)]));
        let session = |id| Some(SessionId(Uuid::from_u128(id)));
        let proof = seals.proof(Binding { visitor: "a", session: session(1) });
        assert!(seals.holds(&proof, Binding { visitor: "a", session: session(1) }));
        for (visitor, session) in [("b", session(1)), ("a", session(2)), ("a", None), ("", session(1))] {
            assert!(!seals.holds(&proof, Binding { visitor, session }), "{visitor} {session:?}");
        }
    }

    #[test]
    fn a_form_outlives_a_change_of_the_master_key() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let binding = Binding { visitor: "a", session: None };
        let proof = Seals::new(&keyring(&[&old])).proof(binding);
        assert!(Seals::new(&keyring(&[&new, &old])).holds(&proof, binding));
        assert!(!Seals::new(&keyring(&[&new])).holds(&proof, binding));
    }

    proptest! {
        #[test]
        fn no_text_is_a_proof(text in "\\PC{0,60}", visitor in "[a-z]{0,8}") {
            let seals = Seals::new(&keyring(&[&Keyring::generate(&SystemIds)]));
            let held = seals.holds(&text, Binding { visitor: &visitor, session: None });
            prop_assert!(!held);
        }
    }
}
