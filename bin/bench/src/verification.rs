//! The baseline of logins: one argon2id verification (RFC 9106) for every request, on as many threads as there are
//! cores. No login with the same parameters costs less, so that its throughput is the ceiling of these cores.

use anyhow::Context as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The gateway's parameters: memory in KiB, passes over it, lanes.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What it costs does not depend on the password.
const PASSWORD: &[u8] = b"correct horse battery staple";
const SALT: &[u8; 16] = b"sixteen of salt.";

/// Compares the one password it knows with its hash.
#[derive(Debug, Clone)]
pub(crate) struct Verifier {
    cores: Arc<Semaphore>,
    hash: Arc<PasswordHash>,
}

impl Verifier {
    /// Hashes the password.
    ///
    /// # Errors
    /// When the system does not tell its cores.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let hash = argon2id()?.hash_password_with_salt(PASSWORD, SALT)?;
        Ok(Self { cores: Arc::new(Semaphore::new(available_parallelism()?.get())), hash: Arc::new(hash) })
    }

    /// Compares, when a core is free.
    ///
    /// # Errors
    /// When they do not match.
    pub(crate) async fn verify(&self) -> anyhow::Result<()> {
        let core = Arc::clone(&self.cores).acquire_owned().await?;
        let hash = Arc::clone(&self.hash);
        let verified = spawn_blocking(move || {
            let _core = core;
            Ok(argon2id()?.verify_password(PASSWORD, hash.as_ref())?)
        });
        verified.await.context("the comparing thread has ended")?
    }
}

fn argon2id() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_password_is_compared_with_a_hash_of_the_gateways_parameters() {
        let verifier = Verifier::new().expect("a verifier");
        let hash = verifier.hash.to_string();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        verifier.verify().await.expect("the right password");
    }

    #[tokio::test]
    async fn a_hash_of_another_password_is_noticed() {
        let other = argon2id().expect("argon2id").hash_password_with_salt(b"another", SALT).expect("a hash");
        let verifier = Verifier { hash: Arc::new(other), ..Verifier::new().expect("a verifier") };
        assert!(verifier.verify().await.is_err());
    }
}
