//! Six digits that change every half minute: RFC 6238 with the parameters that each authenticator takes by default.

use crate::error::AuthError;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use mainstay_kernel::{Ids, Keyring, Secret, Timestamp, UserId};
use totp_rs::{Algorithm, TOTP};

/// RFC 4226 section 4 recommends 160 bits.
const SECRET_BYTES: usize = 20;
const DIGITS: usize = 6;
/// Seconds a time step.
const PERIOD: i64 = 30;
/// Longest code looked at, in characters.
const MAX_LENGTH: usize = 16;

/// What a person's authenticator shares with us.
pub(super) struct TotpSecret(Secret<Vec<u8>>);

impl TotpSecret {
    /// A new secret.
    pub(super) fn draw(ids: &dyn Ids) -> Self {
        let mut bytes = vec![0u8; SECRET_BYTES];
        ids.fill(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// The secret of this person that was sealed.
    pub(super) fn open(person: UserId, sealed: &[u8], keyring: &Keyring) -> Result<Self, AuthError> {
        let secret = keyring.open(&context(person), sealed);
        secret.map(Self).map_err(|cause| AuthError::broken("opening the secret of a second factor", cause))
    }

    /// The secret as it is stored.
    pub(super) fn seal(&self, person: UserId, keyring: &Keyring, ids: &dyn Ids) -> Vec<u8> {
        keyring.seal(&context(person), self.0.expose(), ids)
    }

    /// The secret as authenticators take it: base32 (RFC 4648 section 6) without padding.
    pub(super) fn base32(&self) -> Secret<String> {
        Secret::new(self.authenticator().get_secret_base32())
    }

    /// The time step (RFC 6238 section 4.2) of a code that is right now, or was or will be within one step. Should
    /// it be right for two, it is the later one, or the same digits would be good once more. Spaces are dropped.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).take(MAX_LENGTH).collect();
        let authenticator = self.authenticator();
        let matches = |step: &i64| {
            let time = u64::try_from(step * PERIOD);
            time.is_ok_and(|time| same(&authenticator.generate(time), &code))
        };
        let step = now.seconds() / PERIOD;
        (step - 1..=step + 1).filter(matches).max()
    }

    fn authenticator(&self) -> TOTP {
        TOTP::new_unchecked(Algorithm::SHA1, DIGITS, 0, PERIOD.unsigned_abs(), self.0.expose().clone())
    }
}

fn same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

fn context(person: UserId) -> String {
    format!("second factor of {person}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn of_the_rfc() -> TotpSecret {
        TotpSecret(Secret::new(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238_appendix_b_by_their_last_six_digits() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(of_the_rfc().step_of(code, now), Some(seconds / 30), "{code}");
        }
        assert_eq!(of_the_rfc().base32().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_that_is_right_for_two_steps_uses_up_the_later_one() {
        // With the secret of the RFC, the first two steps in a row that share their digits.
        for seconds in [910_737 * 30, 910_738 * 30] {
            assert_eq!(of_the_rfc().step_of("911617", Timestamp::from_seconds(seconds)), Some(910_738));
        }
    }

    #[test]
    fn spaces_do_not_matter_and_everything_else_does() {
        let now = Timestamp::from_seconds(59);
        assert_eq!(of_the_rfc().step_of(" 287 082\n", now), Some(1));
        for text in ["", "28708", "2870820", "94287082", "287-082", "２８７０８２"] {
            assert_eq!(of_the_rfc().step_of(text, now), None, "{text:?}");
        }
    }

    #[test]
    fn a_sealed_secret_opens_for_its_person_only() {
        let keyring = Keyring::parse(&Keyring::generate(&SystemIds)).expect("a keyring");
        let (ada, eve) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let secret = TotpSecret::draw(&SystemIds);
        let sealed = secret.seal(ada, &keyring, &SystemIds);
        let opened = TotpSecret::open(ada, &sealed, &keyring).expect("opened");
        assert_eq!(opened.base32(), secret.base32());
        assert!(TotpSecret::open(eve, &sealed, &keyring).is_err());
    }

    proptest! {
        #[test]
        fn a_code_is_right_within_one_step_and_wrong_beyond(
            seed: [u8; SECRET_BYTES], seconds in 90i64..4_000_000_000, away in -5i64..=5,
        ) {
            let secret = TotpSecret(Secret::new(seed.to_vec()));
            let step = seconds / PERIOD;
            let code = secret.authenticator().generate(u64::try_from((step + away).max(0) * PERIOD).expect("a time"));
            let found = secret.step_of(&code, Timestamp::from_seconds(seconds));
            if away.abs() <= 1 {
                prop_assert!(found.is_some_and(|found| found >= step + away && found <= step + 1));
            } else if let Some(found) = found {
                // One in a million codes repeats that of a neighbour.
                let same = secret.authenticator().generate(u64::try_from(found * PERIOD).expect("a time"));
                prop_assert!(same == code && (found - step).abs() <= 1);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,40}", seconds in 0i64..100) {
            let _ = of_the_rfc().step_of(&text, Timestamp::from_seconds(seconds));
        }
    }
}
