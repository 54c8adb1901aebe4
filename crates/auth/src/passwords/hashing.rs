//! Hashing: argon2id (RFC 9106), on as many threads as there are cores.

use super::memory::Memory;
use super::rules::Password;
use crate::error::AuthError;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{self, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use mainstay_kernel::{Ids, Secret};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Memory in KiB, passes over it, lanes.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// What nobody's password hashes to: an unknown address costs the same time as a known one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How a password compares with the stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// It is another.
    Wrong,
    /// It is this one.
    Right,
    /// It is this one, hashed with parameters that are no longer used.
    RightButOutdated,
}

/// Hashes and compares. Waiting callers queue, so that a storm of logins leaves memory and cores to others.
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
    memory: Memory,
    ids: Arc<dyn Ids>,
}

impl Passwords {
    pub(crate) fn new(ids: Arc<dyn Ids>) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)), memory: Memory::default(), ids }
    }

    /// The hash to store, as a PHC string.
    pub(crate) async fn hash(&self, password: &Password) -> Result<Secret<String>, AuthError> {
        let password = password.clone();
        let mut salt = [0u8; SALT_BYTES];
        self.ids.fill(&mut salt);
        self.on_a_core(move |memory| {
            let hash = hash(password.as_bytes(), &salt, memory);
            hash.map(|hash| Secret::new(hash.to_string()))
                .map_err(|cause| AuthError::broken("hashing a password", cause))
        })
        .await
    }

    /// Compares a password with the stored hash; takes as long when there is none.
    pub(crate) async fn compare(
        &self,
        password: &Password,
        stored: Option<Secret<String>>,
    ) -> Result<Comparison, AuthError> {
        let password = password.clone();
        self.on_a_core(move |memory| {
            let stored = stored.as_ref().map_or(NOBODYS, |stored| stored.expose());
            compare(password.as_bytes(), stored, memory)
                .map_err(|cause| AuthError::broken("comparing a password", cause))
        })
        .await
    }

    async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut [Block]) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("the semaphore is never closed");
        let memory = self.memory.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work and not by the caller, who may go away before it ends.
            let _permit = permit;
            memory.lend(parameters().block_count(), work)
        });
        done.await.map_err(|cause| AuthError::broken("working on a password", cause))?
    }
}

fn hash(password: &[u8], salt: &[u8], memory: &mut [Block]) -> password_hash::Result<PasswordHash> {
    let parameters = parameters();
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&parameters)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(digest(password, salt, memory)?),
    })
}

fn compare(password: &[u8], stored: &str, memory: &mut [Block]) -> password_hash::Result<Comparison> {
    let hash = PasswordHash::new(stored)?;
    if let (true, Some(salt), Some(expected)) = (is_current(&hash), &hash.salt, &hash.hash) {
        // Outputs are compared in constant time.
        let is_right = digest(password, salt, memory)? == *expected;
        return Ok(if is_right { Comparison::Right } else { Comparison::Wrong });
    }
    match current().verify_password(password, &hash) {
        Ok(()) => Ok(Comparison::RightButOutdated),
        Err(password_hash::Error::PasswordInvalid) => Ok(Comparison::Wrong),
        Err(cause) => Err(cause),
    }
}

fn digest(password: &[u8], salt: &[u8], memory: &mut [Block]) -> password_hash::Result<Output> {
    let mut output = [0u8; Params::DEFAULT_OUTPUT_LEN];
    current().hash_password_into_with_memory(password, salt, &mut output, memory)?;
    Ok(Output::new(&output)?)
}

fn is_current(hash: &PasswordHash) -> bool {
    let same_kind = hash.algorithm.as_str() == "argon2id" && hash.version == Some(Version::V0x13.into());
    same_kind && Params::try_from(hash).is_ok_and(|params| params == parameters())
}

fn current() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters())
}

fn parameters() -> Params {
    Params::new(MEMORY, PASSES, LANES, Some(Params::DEFAULT_OUTPUT_LEN)).expect("parameters within argon2's bounds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher as _;
    use mainstay_kernel::SystemIds;

    fn password(text: &str) -> Password {
        Password::given(&Secret::new(text.to_owned()))
    }

    #[test]
    fn the_stand_in_for_unknown_people_costs_what_a_real_hash_costs() {
        assert!(is_current(&PasswordHash::new(NOBODYS).expect("a PHC string")));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let passwords = Passwords::new(Arc::new(SystemIds));
        let hash = passwords.hash(&password("correct horse")).await.expect("a hash");
        for (text, expected) in [("correct horse", Comparison::Right), ("correct horse ", Comparison::Wrong)] {
            let comparison = passwords.compare(&password(text), Some(hash.clone())).await;
            assert_eq!(comparison.expect("a comparison"), expected, "{text:?}");
        }
    }

    #[tokio::test]
    async fn hashes_are_what_anybody_makes_of_a_password() {
        let passwords = Passwords::new(Arc::new(SystemIds));
        let ours = passwords.hash(&password("correct horse")).await.expect("a hash");
        let ours = PasswordHash::new(ours.expose()).expect("a PHC string");
        current().verify_password(b"correct horse", &ours).expect("others verify ours");
        let theirs = current().hash_password_with_salt(b"correct horse", &[7; 16]).expect("a hash").to_string();
        let comparison = passwords.compare(&password("correct horse"), Some(Secret::new(theirs))).await;
        assert_eq!(comparison.expect("a comparison"), Comparison::Right);
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_right_but_outdated() {
        let passwords = Passwords::new(Arc::new(SystemIds));
        let weak = Params::new(64, 1, 1, None).expect("parameters");
        let weak = Argon2::from(weak).hash_password_with_salt(b"correct horse", &[7; 16]).expect("a hash");
        let comparison = passwords.compare(&password("correct horse"), Some(Secret::new(weak.to_string()))).await;
        assert_eq!(comparison.expect("a comparison"), Comparison::RightButOutdated);
    }
}
