//! The code that a device shows and a person types (RFC 8628 section 6.1).

use crate::one_time::KeyedHash;
use mainstay_kernel::{Ids, Keyring, Secret};
use std::sync::Arc;

/// Without vowels, so that no word comes about, and without what is taken for a vowel or a digit.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// With so many letters there are 25 thousand million codes.
const LENGTH: usize = 8;
/// Longer texts are not read.
const MAX_LENGTH: usize = 64;

/// Draws codes, and recognises them. What is stored is an HMAC: a bare hash of so few letters could be searched by
/// whoever reads the table.
pub(super) struct UserCodes {
    hash: KeyedHash,
    ids: Arc<dyn Ids>,
}

impl UserCodes {
    pub(super) fn new(keyring: &Keyring, ids: Arc<dyn Ids>) -> Self {
        Self { hash: KeyedHash::new(keyring, "device user codes"), ids }
    }

    /// A new code as people read it, and what is kept of it.
    pub(super) fn draw(&self) -> (Secret<String>, Vec<u8>) {
        let letters: String = std::iter::repeat_with(|| self.letter()).take(LENGTH).collect();
        let hash = self.hash.newest(&[&letters]);
        let (first, second) = letters.split_at(LENGTH / 2);
        (Secret::new(format!("{first}-{second}")), hash)
    }

    /// What the code may be found by that somebody typed: a hash for each key of the ring, since the code may be older
    /// than the newest. None for what is no code. Case, spaces and dashes do not matter.
    pub(super) fn hashes(&self, typed: &str) -> Option<Vec<Vec<u8>>> {
        if typed.len() > MAX_LENGTH {
            return None;
        }
        let letters: String =
            typed.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| letter.to_ascii_uppercase()).collect();
        let is_code = letters.len() == LENGTH && letters.bytes().all(|letter| LETTERS.contains(&letter));
        is_code.then(|| self.hash.each(&[&letters]))
    }

    fn letter(&self) -> char {
        let mut byte = [0u8; 1];
        loop {
            self.ids.fill(&mut byte);
            // Above the last full score, the first letters would come up more often.
            if let Some(letter) = (byte[0] < 240).then(|| LETTERS[usize::from(byte[0] % 20)]) {
                return char::from(letter);
            }
        }
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

    fn codes(keyring: &Keyring) -> UserCodes {
        UserCodes::new(keyring, Arc::new(SystemIds))
    }

    #[test]
    fn a_code_is_two_groups_of_four_letters_and_is_read_as_people_write_it() {
        let codes = codes(&ring(&[&Keyring::generate(&SystemIds)]));
        for _ in 0..100 {
            let (code, hash) = codes.draw();
            let text = code.expose();
            assert_eq!((text.len(), text.find('-')), (9, Some(4)));
            assert!(text.bytes().all(|letter| letter == b'-' || LETTERS.contains(&letter)), "{text}");
            let spaced = text.replace('-', " – ");
            for typed in [text.clone(), text.to_lowercase(), text.replace('-', ""), format!(" {spaced}\n")] {
                assert_eq!(codes.hashes(&typed), Some(vec![hash.clone()]), "{typed:?}");
            }
        }
    }

    #[test]
    fn a_code_outlives_a_change_of_the_master_key() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let (code, hash) = codes(&ring(&[&old])).draw();
        let found = |keyring| codes(&keyring).hashes(code.expose()).expect("a code").contains(&hash);
        assert!(found(ring(&[&new, &old])));
        assert!(!found(ring(&[&new])));
    }

    proptest! {
        #[test]
        fn no_other_text_is_read_as_a_code(text in "\\PC{0,70}|[A-Z]{7,9}|[0-9b-d]{8}") {
            let codes = codes(&ring(&[&Keyring::generate(&SystemIds)]));
            let bare: Vec<char> = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
            let is_code = bare.len() == 8
                && bare.iter().all(|letter| letter.is_ascii() && LETTERS.contains(&(*letter as u8).to_ascii_uppercase()));
            prop_assert_eq!(codes.hashes(&text).is_some(), is_code && text.len() <= MAX_LENGTH);
        }
    }
}
