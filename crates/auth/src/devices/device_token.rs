//! The text that a device is recognised by, which proves itself.
//!
//! `mdt_` and, in base64url, `device id (16 bytes) | user id (16) | HMAC-SHA256 of both (32)`. Nothing secret is
//! stored, and a forged token is refused without a look at the database.

use super::sighting::DeviceId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use mainstay_kernel::{Keyring, Secret, UserId};
use sha2::Sha256;
use uuid::Uuid;

/// What each of these texts begins with.
const BRAND: &str = "mdt_";
const ID_BYTES: usize = 16;
const CONTENT_BYTES: usize = 2 * ID_BYTES;
const TAG_BYTES: usize = 32;
const TEXT_LENGTH: usize = BRAND.len() + ((CONTENT_BYTES + TAG_BYTES) * 4).div_ceil(3);

/// Writes device tokens with the current key, and reads those of every key in the ring.
pub(super) struct DeviceTokens {
    keys: Vec<Hmac<Sha256>>,
}

impl DeviceTokens {
    pub(super) fn new(keyring: &Keyring) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self { keys: keyring.derive("device tokens").iter().map(mac).collect() }
    }

    /// The token of a person's device: always the same text for the same key.
    pub(super) fn write(&self, device: DeviceId, person: UserId) -> Secret<String> {
        let mut bytes = [0u8; CONTENT_BYTES + TAG_BYTES];
        let (content, tag) = bytes.split_at_mut(CONTENT_BYTES);
        content[..ID_BYTES].copy_from_slice(device.0.as_bytes());
        content[ID_BYTES..].copy_from_slice(person.0.as_bytes());
        let current = self.keys.first().expect("a keyring has a key");
        tag.copy_from_slice(&current.clone().chain_update(content).finalize().into_bytes());
        Secret::new(format!("{BRAND}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Which device of whom the token is; none for a text that we did not write.
    pub(super) fn read(&self, text: &str) -> Option<(DeviceId, UserId)> {
        if text.len() != TEXT_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(BRAND)?).ok()?;
        let (content, tag) = bytes.split_at_checked(CONTENT_BYTES)?;
        let ours = |key: &Hmac<Sha256>| key.clone().chain_update(content).verify_slice(tag).is_ok();
        if !self.keys.iter().any(ours) {
            return None;
        }
        let (device, person) = content.split_at_checked(ID_BYTES)?;
        Some((DeviceId(Uuid::from_slice(device).ok()?), UserId(Uuid::from_slice(person).ok()?)))
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
        let (device, person) = (DeviceId(Uuid::from_u128(7)), UserId(Uuid::from_u128(8)));
        let token = DeviceTokens::new(&ring(&[&old])).write(device, person);
        assert_eq!(DeviceTokens::new(&ring(&[&new, &old])).read(token.expose()), Some((device, person)));
        assert_eq!(DeviceTokens::new(&ring(&[&new])).read(token.expose()), None);
    }

    proptest! {
        #[test]
        fn a_token_says_what_was_written_and_no_other_letter_will_do(
            device: u128, person: u128, at in 0..TEXT_LENGTH, letter in "[ -~]",
        ) {
            let tokens = DeviceTokens::new(&ring(&[&Keyring::generate(&SystemIds)]));
            let (device, person) = (DeviceId(Uuid::from_u128(device)), UserId(Uuid::from_u128(person)));
            let token = tokens.write(device, person);
            prop_assert_eq!(tokens.read(token.expose()), Some((device, person)));
            let mut changed = token.expose().clone();
            changed.replace_range(at..=at, &letter);
            if changed != *token.expose() {
                prop_assert_eq!(tokens.read(&changed), None);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(mdt_)?\\PC{0,95}|mdt_[A-Za-z0-9_-]{86}") {
            let tokens = DeviceTokens::new(&ring(&[&Keyring::generate(&SystemIds)]));
            prop_assert_eq!(tokens.read(&text), None);
        }
    }
}
