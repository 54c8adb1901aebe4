//! Codes on paper, for whoever has lost their authenticator.

use hmac::{Hmac, Mac};
use mainstay_kernel::{Ids, Keyring, Secret, UserId};
use sha2::Sha256;

/// How many a person gets at once.
const COUNT: usize = 10;
/// Letters on each side of the dash.
const HALF: usize = 5;
const LENGTH: usize = 2 * HALF;
/// Digits and letters of which no two look alike: five bits each, fifty a code.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Draws recovery codes, and recognises them. What is stored is an HMAC, as with the codes in mails.
pub(super) struct RecoveryCodes {
    keys: Vec<Hmac<Sha256>>,
}

impl RecoveryCodes {
    pub(super) fn new(keyring: &Keyring) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self { keys: keyring.derive("recovery codes").iter().map(mac).collect() }
    }

    /// Ten new codes of a person, and what is stored of them.
    pub(super) fn draw(&self, person: UserId, ids: &dyn Ids) -> (Vec<Secret<String>>, Vec<Vec<u8>>) {
        let current = self.keys.first().expect("a keyring has a key");
        let draw = |_| {
            let letters = letters(ids);
            let stored = hash(current, person, letters.expose());
            let (left, right) = letters.expose().split_at(HALF);
            (Secret::new(format!("{left}-{right}")), stored)
        };
        (0..COUNT).map(draw).unzip()
    }

    /// What may be stored of the code that this text is: a hash for each key of the ring, since the code may be older
    /// than the newest; nothing when the text is no such code. Case, dashes and spaces do not matter.
    pub(super) fn hashes(&self, person: UserId, text: &str) -> Vec<Vec<u8>> {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric()).take(LENGTH + 1);
        let letters = Secret::new(letters.collect::<String>().to_ascii_uppercase());
        if letters.expose().len() != LENGTH {
            return Vec::new();
        }
        self.keys.iter().map(|key| hash(key, person, letters.expose())).collect()
    }
}

fn letters(ids: &dyn Ids) -> Secret<String> {
    let mut bytes = [0u8; LENGTH];
    ids.fill(&mut bytes);
    // 256 is a multiple of 32, so that no letter comes up more often.
    Secret::new(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

fn hash(key: &Hmac<Sha256>, person: UserId, letters: &str) -> Vec<u8> {
    key.clone().chain_update(person.0.as_bytes()).chain_update(letters).finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use uuid::Uuid;

    const ADA: UserId = UserId(Uuid::from_u128(1));

    fn codes(keys: &[&Secret<String>]) -> RecoveryCodes {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        RecoveryCodes::new(&Keyring::parse(&Secret::new(text)).expect("a keyring"))
    }

    #[test]
    fn there_are_ten_and_each_is_another_of_letters_that_nobody_mixes_up() {
        let (shown, stored) = codes(&[&Keyring::generate(&SystemIds)]).draw(ADA, &SystemIds);
        let different: HashSet<_> = shown.iter().map(|code| code.expose().clone()).collect();
        assert_eq!((different.len(), stored.len()), (10, 10));
        for code in different {
            assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
            assert!(!code.contains(['0', '1', 'I', 'O']), "{code}");
        }
    }

    #[test]
    fn case_dashes_and_spaces_do_not_matter_and_every_letter_does() {
        let codes = codes(&[&Keyring::generate(&SystemIds)]);
        let (shown, stored) = codes.draw(ADA, &SystemIds);
        let code = shown[0].expose();
        for text in
            [code.clone(), code.to_lowercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " – "))]
        {
            assert_eq!(codes.hashes(ADA, &text), [stored[0].clone()], "{text}");
        }
        for text in ["", "123456", &code[..10], &format!("{code}2")] {
            assert_eq!(codes.hashes(ADA, text), Vec::<Vec<u8>>::new(), "{text}");
        }
    }

    #[test]
    fn a_code_outlives_a_change_of_the_master_key_and_is_nobody_elses() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let (shown, stored) = codes(&[&old]).draw(ADA, &SystemIds);
        let stands = |codes: RecoveryCodes, person| codes.hashes(person, shown[0].expose()).contains(&stored[0]);
        assert!(stands(codes(&[&new, &old]), ADA));
        assert!(!stands(codes(&[&new]), ADA));
        assert!(!stands(codes(&[&old]), UserId(Uuid::from_u128(2))));
    }

    proptest! {
        #[test]
        fn no_other_text_is_a_code(text in "\\PC{0,20}|[0-9A-Z]{5}-[0-9A-Z]{5}") {
            let codes = codes(&[&Keyring::generate(&SystemIds)]);
            let (_, stored) = codes.draw(ADA, &SystemIds);
            prop_assert!(codes.hashes(ADA, &text).iter().all(|hash| !stored.contains(hash)));
        }
    }
}
