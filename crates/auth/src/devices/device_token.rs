//! The text that a device is recognised by: its id and its person's, which prove themselves.

use super::sighting::DeviceId;
use crate::self_proving::SelfProving;
use mainstay_kernel::{Keyring, Secret, UserId};
use uuid::Uuid;

/// What each of these texts begins with.
const BRAND: &str = "mdt_";
const ID_BYTES: usize = 16;

/// Writes device tokens, and reads them.
pub(super) struct DeviceTokens(SelfProving<{ 2 * ID_BYTES }>);

impl DeviceTokens {
    pub(super) fn new(keyring: &Keyring) -> Self {
        Self(SelfProving::new(BRAND, "device tokens", keyring))
    }

    /// The token of a person's device: always the same text for the same key.
    pub(super) fn write(&self, device: DeviceId, person: UserId) -> Secret<String> {
        let mut content = [0u8; 2 * ID_BYTES];
        content[..ID_BYTES].copy_from_slice(device.0.as_bytes());
        content[ID_BYTES..].copy_from_slice(person.0.as_bytes());
        self.0.write(&content)
    }

    /// Which device of whom the token is; none for a text that we did not write.
    pub(super) fn read(&self, text: &str) -> Option<(DeviceId, UserId)> {
        let content = self.0.read(text)?;
        let (device, person) = content.split_at(ID_BYTES);
        Some((DeviceId(Uuid::from_slice(device).ok()?), UserId(Uuid::from_slice(person).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    #[test]
    fn a_token_names_its_device_and_its_person() {
        let ring = Keyring::parse(&Keyring::generate(&SystemIds)).expect("a keyring");
        let (device, person) = (DeviceId(Uuid::from_u128(7)), UserId(Uuid::from_u128(8)));
        let token = DeviceTokens::new(&ring).write(device, person);
        assert!(token.expose().starts_with("mdt_"));
        assert_eq!(DeviceTokens::new(&ring).read(token.expose()), Some((device, person)));
    }
}
