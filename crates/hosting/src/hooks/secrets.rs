//! What opens a hook: drawn, sealed, and known by a hash.

use super::model::Opened;
use super::store::SealedHook;
use crate::error::HostingError;
use crate::ids::SiteId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Ids, Secret, Timestamp};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Seals and opens.
#[derive(Clone)]
pub(crate) struct HookVault {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// How many letters and digits a token has: 256 bits of chance, and so long that no log shows it.
const TOKEN: usize = 43;
/// How many bytes a secret has.
const SECRET_BYTES: usize = 32;
/// What secrets begin with (Standard Webhooks); GitLab takes no other for a signing token.
pub(super) const PREFIX: &str = "whsec_";

/// By what a hook is found.
pub(super) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn context(site: &SiteId) -> String {
    format!("hosting_hooks.sealed:{site}")
}

impl HookVault {
    /// What opens a new hook.
    pub(super) fn draw(&self, now: Timestamp) -> Opened {
        let mut bytes = [0; SECRET_BYTES];
        self.ids.fill(&mut bytes);
        let secret = format!("{PREFIX}{}", STANDARD.encode(bytes));
        Opened { token: Secret::new(self.ids.alphanumeric(TOKEN)), secret: Secret::new(secret), created_at: now }
    }

    pub(super) fn seal(&self, site: &SiteId, opened: &Opened) -> SealedHook {
        let plain = Secret::new(format!("{}\n{}", opened.token.expose(), opened.secret.expose()));
        let sealed = self.keyring.seal(&context(site), plain.expose().as_bytes(), &*self.ids);
        SealedHook { token_hash: hash(opened.token.expose()), sealed, created_at: opened.created_at }
    }

    pub(super) fn open(&self, site: &SiteId, hook: &SealedHook) -> Result<Opened, HostingError> {
        let unopened = || HostingError::SealedHook(site.0.clone());
        let plain = self.keyring.open(&context(site), &hook.sealed).map_err(|_| unopened())?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| unopened())?;
        let (token, secret) = text.split_once('\n').ok_or_else(unopened)?;
        let (token, secret) = (Secret::new(token.to_owned()), Secret::new(secret.to_owned()));
        Ok(Opened { token, secret, created_at: hook.created_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    fn vault() -> HookVault {
        let keyring = Keyring::parse(&Keyring::generate(&SystemIds)).expect("a master key");
        HookVault { keyring: Arc::new(keyring), ids: Arc::new(SystemIds) }
    }

    #[test]
    fn what_opens_a_hook_is_kept_sealed_and_opens_no_other() {
        let (vault, site) = (vault(), SiteId("cone".to_owned()));
        let opened = vault.draw(Timestamp::from_seconds(0));
        let kept = vault.seal(&site, &opened);
        for open in [opened.token.expose(), opened.secret.expose()] {
            let holds = |bytes: &[u8]| bytes.windows(open.len()).any(|part| part == open.as_bytes());
            assert!(!holds(&kept.sealed) && !holds(&kept.token_hash));
        }
        let again = vault.open(&site, &kept).expect("opened");
        assert!(again.token == opened.token && again.secret == opened.secret);
        assert!(vault.open(&SiteId("cother".to_owned()), &kept).is_err());
        assert_ne!(vault.draw(opened.created_at).token, opened.token);
    }

    #[test]
    fn a_secret_is_of_the_form_that_standard_webhooks_has() {
        let opened = vault().draw(Timestamp::from_seconds(0));
        let key = opened.secret.expose().strip_prefix(PREFIX).expect("its prefix");
        assert_eq!(STANDARD.decode(key).expect("base64").len(), SECRET_BYTES);
    }
}
