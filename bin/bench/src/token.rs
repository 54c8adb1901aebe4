//! The keys that the bench seeds: their tokens follow from their numbers, so that any of a million
//! can be called with and none has to be kept.

use sha2::{Digest as _, Sha256};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM: usize = 6;

/// The token of the seeded key `number`: a live one of the brand `sk`, with its CRC-32 in base 62.
pub(crate) fn token(number: u32) -> String {
    let mut text = format!("sk_live_{number:012}_{number:027}");
    let checksum = checksum(text.as_bytes());
    text.extend(checksum.iter().copied().map(char::from));
    text
}

/// What the database keeps of that token: its SHA-256 (FIPS 180-4), in hexadecimal digits.
pub(crate) fn hash(number: u32) -> String {
    hex::encode(Sha256::digest(token(number)))
}

/// The number of one of `count` keys: neighbouring `draw`s give keys far apart.
pub(crate) fn drawn(draw: u64, count: u32) -> u32 {
    // Knuth's multiplicative hashing: the factor is 2^64 divided by the golden ratio.
    let scattered = draw.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let place = (scattered * u64::from(count)) >> 32;
    u32::try_from(place).unwrap_or(0) + 1
}

fn checksum(text: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text);
    let mut digits = [0; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 62).unwrap_or(0)];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn tokens_differ_and_are_as_long_as_issued_ones() {
        let tokens: HashSet<_> = (1..=100).map(token).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 54));
    }

    #[test]
    fn the_checksum_is_the_crc_32_that_everybody_uses() {
        // The check value of CRC-32/ISO-HDLC over "123456789" is 0xCBF43926.
        assert_eq!(&checksum(b"123456789"), b"3jZRME");
    }

    #[test]
    fn draws_reach_every_key_and_no_other() {
        let drawn: HashSet<_> = (0..2_000).map(|draw| drawn(draw, 100)).collect();
        assert_eq!(drawn, (1..=100).collect());
    }
}
