//! Passwords of databases: drawn, sealed, and told to a server as what it checks them against.

use crate::error::HostingError;
use crate::ids::{DatabaseId, letters};
use aws_lc_rs::{digest, hmac, pbkdf2};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Ids, Secret};
use std::num::NonZeroU32;

/// How many letters and digits a password has: 165 bits of chance, and nothing that a URL would have to escape.
const DRAWN: usize = 32;
/// As often as PostgreSQL itself does it; what is drawn by chance needs no more.
pub(super) const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("more than none");
const SALT_BYTES: usize = 16;

/// A password that nobody has yet.
pub(super) fn draw(ids: &dyn Ids) -> Secret<String> {
    Secret::new(letters(ids, DRAWN))
}

fn context(database: &DatabaseId) -> String {
    format!("hosting_databases.password:{database}")
}

pub(super) fn seal(keyring: &Keyring, ids: &dyn Ids, database: &DatabaseId, password: &Secret<String>) -> Vec<u8> {
    keyring.seal(&context(database), password.expose().as_bytes(), ids)
}

pub(super) fn open(keyring: &Keyring, database: &DatabaseId, sealed: &[u8]) -> Result<Secret<String>, HostingError> {
    let unopened = || HostingError::SealedPassword(database.0.clone());
    let plain = keyring.open(&context(database), sealed).map_err(|_| unopened())?;
    String::from_utf8(plain.expose().clone()).map(Secret::new).map_err(|_| unopened())
}

/// What PostgreSQL keeps of a password (RFC 5802 section 3, RFC 7677), made here so that the password itself never reaches
/// the server or its log.
pub(super) fn verifier(password: &Secret<String>, ids: &dyn Ids) -> String {
    let mut salt = [0u8; SALT_BYTES];
    ids.fill(&mut salt);
    verifier_of(password.expose(), &salt, ITERATIONS)
}

/// The same with a salt that is known. The password must be plain ASCII, so that its bytes are
/// what the standard hashes.
fn verifier_of(password: &str, salt: &[u8], iterations: NonZeroU32) -> String {
    let mut salted = [0u8; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, salt, password.as_bytes(), &mut salted);
    let keyed = |text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &salted), text);
    let stored = digest::digest(&digest::SHA256, keyed(b"Client Key").as_ref());
    let server = keyed(b"Server Key");
    let (salt, stored, server) = (STANDARD.encode(salt), STANDARD.encode(stored), STANDARD.encode(server));
    format!("SCRAM-SHA-256${iterations}:{salt}${stored}:{server}")
}

/// What MariaDB keeps of a password, so that the password itself never reaches the server or its log. Every client can prove
/// that it knows the password; its one round of SHA-1 is enough only for one that was drawn by chance.
pub(super) fn native_hash(password: &Secret<String>) -> String {
    let hash = |bytes: &[u8]| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    format!("*{}", hex::encode_upper(hash(hash(password.expose().as_bytes()).as_ref())))
}

/// Computes anew what a server computed of the same password.
#[cfg(test)]
pub(super) fn again(password: &str, of_server: &str) -> String {
    let (iterations, rest) =
        of_server.strip_prefix("SCRAM-SHA-256$").and_then(|text| text.split_once(':')).expect("a verifier");
    let salt = STANDARD.decode(rest.split_once('$').expect("a salt").0).expect("base64");
    verifier_of(password, &salt, iterations.parse().expect("a number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    /// The exchange of RFC 7677 section 3.
    const SALT: &str = "W22ZaJ0SNY7soEsUEjb6gQ==";
    const SAID: &str = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
        r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
        c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const PROOF: &str = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    const SIGNATURE: &str = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    #[test]
    fn a_verifier_lets_in_whoever_proves_what_the_standard_proves() {
        let bytes = |text: &str| STANDARD.decode(text).expect("base64");
        let verifier = verifier_of("pencil", &bytes(SALT), ITERATIONS);
        let (stored, server) = verifier.rsplit_once('$').and_then(|(_, keys)| keys.split_once(':')).expect("two keys");
        let signed = |key: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes(key)), SAID.as_bytes());
        assert_eq!(STANDARD.encode(signed(server)), SIGNATURE);
        let signature = signed(stored);
        let client: Vec<u8> = bytes(PROOF).iter().zip(signature.as_ref()).map(|(one, other)| one ^ other).collect();
        assert_eq!(STANDARD.encode(digest::digest(&digest::SHA256, &client)), stored);
        assert_eq!(again("pencil", &verifier), verifier);
        assert_ne!(again("pencils", &verifier), verifier);
    }

    #[test]
    fn passwords_are_drawn_and_need_no_escape() {
        let (one, other) = (draw(&SystemIds), draw(&SystemIds));
        assert_ne!(one.expose(), other.expose());
        assert!(one.expose().len() == DRAWN && one.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
