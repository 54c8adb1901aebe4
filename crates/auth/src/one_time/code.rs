//! Six digits that a person copies from a mail.

use super::keyed_hash::KeyedHash;
use super::purpose::Purpose;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use mainstay_kernel::{Ids, Keyring, Secret, Timestamp};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a code stands.
const LIFETIME: Duration = Duration::from_mins(10);
/// Wrong tries that a code bears; after them even the right one is refused.
const MAX_ATTEMPTS: i32 = 3;
const CODES: u32 = 1_000_000;

/// Draws codes of one purpose, and recognises them. What is stored is an HMAC: a bare hash of six digits could be
/// searched by whoever reads the table.
pub(crate) struct Codes<P> {
    hash: KeyedHash,
    ids: Arc<dyn Ids>,
    purpose: PhantomData<fn() -> P>,
}

/// A code to be kept; it replaces an older one of the same purpose and subject.
#[derive(Debug, Clone)]
pub struct NewCode {
    pub(super) purpose: &'static str,
    pub(super) subject: String,
    pub(super) hash: Vec<u8>,
    pub(super) at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// A try at a code. It has a hash for each key of the ring, since the code may be older than the newest.
#[derive(Debug, Clone)]
pub struct Guess {
    pub(super) purpose: &'static str,
    pub(super) subject: String,
    pub(super) hashes: Vec<Vec<u8>>,
    pub(super) at: Timestamp,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No code waits.
    NoCode,
    /// Three wrong ones were tried before.
    TooManyAttempts,
    /// It is over.
    Expired,
    /// It is another.
    Wrong,
    /// It is this one, and used up now.
    Right,
}

/// A code as it is kept.
#[derive(Debug, Clone)]
pub(super) struct KeptCode {
    pub(super) hash: Vec<u8>,
    pub(super) attempts: i32,
    pub(super) expires_at: Timestamp,
}

impl KeptCode {
    /// What a try means to this code, in the order of the contract: a spent code says so before an old one does.
    pub(super) fn judge(&self, guess: &Guess) -> Outcome {
        if self.attempts >= MAX_ATTEMPTS {
            return Outcome::TooManyAttempts;
        }
        if guess.at >= self.expires_at {
            return Outcome::Expired;
        }
        let same = |hash: &Vec<u8>| verify_slices_are_equal(hash, &self.hash).is_ok();
        if guess.hashes.iter().any(same) { Outcome::Right } else { Outcome::Wrong }
    }
}

impl<P: Purpose> Codes<P> {
    pub(crate) fn new(keyring: &Keyring, ids: Arc<dyn Ids>) -> Self {
        Self { hash: KeyedHash::new(keyring, "one-time codes"), ids, purpose: PhantomData }
    }

    /// A new code about `subject`.
    pub(crate) fn draw(&self, subject: &str, now: Timestamp) -> (Secret<String>, NewCode) {
        let code = Secret::new(format!("{:06}", self.number()));
        let hash = self.hash.newest(&[P::NAME, subject, code.expose()]);
        let kept =
            NewCode { purpose: P::NAME, subject: subject.to_owned(), hash, at: now, expires_at: now.plus(LIFETIME) };
        (code, kept)
    }

    /// A try at the code about `subject`. Spaces are dropped: a code is copied by hand.
    pub(crate) fn guess(&self, subject: &str, code: &str, now: Timestamp) -> Guess {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).take(16).collect();
        let hashes = self.hash.each(&[P::NAME, subject, &code]);
        Guess { purpose: P::NAME, subject: subject.to_owned(), hashes, at: now }
    }

    fn number(&self) -> u32 {
        let mut bytes = [0u8; 4];
        loop {
            self.ids.fill(&mut bytes);
            let number = u32::from_le_bytes(bytes);
            // Above the last full million, small codes would come up more often.
            if number < u32::MAX - u32::MAX % CODES {
                return number % CODES;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::purpose::{AddAddress, SignUp};
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_768_473_000);

    fn ring(keys: &[&Secret<String>]) -> Keyring {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        Keyring::parse(&Secret::new(text)).expect("a keyring")
    }

    fn codes<P: Purpose>(keyring: &Keyring) -> Codes<P> {
        Codes::new(keyring, Arc::new(SystemIds))
    }

    fn kept(new: &NewCode, attempts: i32) -> KeptCode {
        KeptCode { hash: new.hash.clone(), attempts, expires_at: new.expires_at }
    }

    #[test]
    fn a_code_is_of_no_use_for_another_purpose_subject_or_master_key() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let (code, stored) = codes::<SignUp>(&ring(&[&old])).draw("ada@example.com", BEGIN);
        let judge = |guess: &Guess| kept(&stored, 0).judge(guess);
        let same = |keyring, subject: &str| codes::<SignUp>(&keyring).guess(subject, code.expose(), BEGIN);
        assert_eq!(judge(&same(ring(&[&new, &old]), "ada@example.com")), Outcome::Right, "the master key was changed");
        assert_eq!(judge(&same(ring(&[&new]), "ada@example.com")), Outcome::Wrong);
        assert_eq!(judge(&same(ring(&[&old]), "eve@example.com")), Outcome::Wrong);
        let other = codes::<AddAddress>(&ring(&[&old])).guess("ada@example.com", code.expose(), BEGIN);
        assert_eq!(judge(&other), Outcome::Wrong);
    }

    #[test]
    fn a_code_ends_after_ten_minutes_and_a_spent_one_says_so_first() {
        let codes = codes::<SignUp>(&ring(&[&Keyring::generate(&SystemIds)]));
        let (code, stored) = codes.draw("ada", BEGIN);
        let at = |seconds| codes.guess("ada", code.expose(), BEGIN.plus(Duration::from_secs(seconds)));
        assert_eq!(kept(&stored, 2).judge(&at(599)), Outcome::Right);
        assert_eq!(kept(&stored, 2).judge(&at(600)), Outcome::Expired);
        assert_eq!(kept(&stored, 3).judge(&at(0)), Outcome::TooManyAttempts);
        assert_eq!(kept(&stored, 3).judge(&at(600)), Outcome::TooManyAttempts);
    }

    proptest! {
        #[test]
        fn only_the_six_digits_that_were_drawn_are_right(text in "\\PC{0,20}|[0-9]{6}") {
            let codes = codes::<SignUp>(&ring(&[&Keyring::generate(&SystemIds)]));
            let (code, stored) = codes.draw("ada", BEGIN);
            prop_assert!(code.expose().len() == 6 && code.expose().bytes().all(|byte| byte.is_ascii_digit()));
            let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            let expected = if bare == *code.expose() { Outcome::Right } else { Outcome::Wrong };
            prop_assert_eq!(kept(&stored, 0).judge(&codes.guess("ada", &text, BEGIN)), expected);
        }
    }
}
