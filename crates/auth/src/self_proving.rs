//! Texts that prove themselves: a brand and, in base64url, some bytes with an HMAC-SHA256 (RFC 2104) over them.
//!
//! Nothing secret is stored for them, and a forged one is refused without a look at the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use mainstay_kernel::{Keyring, Secret};
use sha2::Sha256;

const TAG_BYTES: usize = 32;

/// Writes texts over `N` bytes with the current key, and reads those of every key in the ring. Texts of another purpose
/// have other keys.
pub(crate) struct SelfProving<const N: usize> {
    brand: &'static str,
    keys: Vec<Hmac<Sha256>>,
}

impl<const N: usize> SelfProving<N> {
    pub(crate) fn new(brand: &'static str, purpose: &str, keyring: &Keyring) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self { brand, keys: keyring.derive(purpose).iter().map(mac).collect() }
    }

    /// The text over these bytes: always the same for the same key.
    pub(crate) fn write(&self, content: &[u8; N]) -> Secret<String> {
        let current = self.keys.first().expect("a keyring has a key").clone();
        let tag = current.chain_update(content).finalize().into_bytes();
        let bytes = [content.as_slice(), tag.as_slice()].concat();
        Secret::new(format!("{}{}", self.brand, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The bytes that the text is over; none for a text that we did not write.
    pub(crate) fn read(&self, text: &str) -> Option<[u8; N]> {
        let encoded = text.strip_prefix(self.brand)?;
        // Looked at first, so that nobody makes us decode a long one.
        if encoded.len() != ((N + TAG_BYTES) * 4).div_ceil(3) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (content, tag) = bytes.split_first_chunk::<N>()?;
        let ours = |key: &Hmac<Sha256>| key.clone().chain_update(content).verify_slice(tag).is_ok();
        self.keys.iter().any(ours).then_some(*content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    /// Of a text over 24 bytes.
    const LENGTH: usize = 4 + 75;

    fn ring(keys: &[&Secret<String>]) -> Keyring {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        Keyring::parse(&Secret::new(text)).expect("a keyring")
    }

    fn texts(ring: &Keyring) -> SelfProving<24> {
        SelfProving::new("abc_", "tests", ring)
    }

    fn any_ring() -> Keyring {
        ring(&[&Keyring::generate(&SystemIds)])
    }

    #[test]
    fn a_text_outlives_a_change_of_the_master_key() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let text = texts(&ring(&[&old])).write(&[7; 24]);
        assert_eq!(texts(&ring(&[&new, &old])).read(text.expose()), Some([7; 24]));
        assert_eq!(texts(&ring(&[&new])).read(text.expose()), None);
    }

    #[test]
    fn a_text_of_one_purpose_is_none_of_another() {
        let ring = any_ring();
        let text = texts(&ring).write(&[7; 24]);
        assert_eq!(SelfProving::<24>::new("abc_", "other tests", &ring).read(text.expose()), None);
    }

    proptest! {
        #[test]
        fn a_text_says_what_was_written_and_no_other_letter_will_do(
            content: [u8; 24], at in 0..LENGTH, letter in "[ -~]",
        ) {
            let texts = texts(&any_ring());
            let text = texts.write(&content);
            prop_assert_eq!(text.expose().len(), LENGTH);
            prop_assert_eq!(texts.read(text.expose()), Some(content));
            let mut changed = text.expose().clone();
            changed.replace_range(at..=at, &letter);
            if changed != *text.expose() {
                prop_assert_eq!(texts.read(&changed), None);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(abc_)?\\PC{0,90}|abc_[A-Za-z0-9_-]{75}") {
            prop_assert_eq!(texts(&any_ring()).read(&text), None);
        }
    }
}
