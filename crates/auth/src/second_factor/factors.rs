//! The rules of the second factor.

use super::challenge::key;
use super::recovery::RecoveryCodes;
use super::service::{SecondFactorService, SecondFactorStatus};
use super::setup::Setup;
use super::store::{Answer, Answered, Challenged, Disabling, Enabled, Enabling, PendingSecret};
use super::store::{Proof, Proven, Renewal, Shown};
use super::totp::TotpSecret;
use crate::auth::Auth;
use crate::devices::Recognised;
use crate::error::AuthError;
use crate::events;
use crate::model::{Login, Person, TokenPair};
use crate::post::Letter;
use crate::service::AuthService as _;
use crate::sessions::Client;
use crate::throttle::Buckets;
use async_trait::async_trait;
use mainstay_kernel::{Event, Secret, Timestamp, UserId};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How long a new secret waits for its first code.
const PENDING: Duration = Duration::from_mins(15);

/// The service over the people of an [`Auth`].
pub struct SecondFactors {
    auth: Arc<Auth>,
    issuer: String,
    recovery: RecoveryCodes,
}

impl SecondFactors {
    /// The service; authenticators show this issuer.
    pub fn new(auth: Arc<Auth>, issuer: String) -> Self {
        let recovery = RecoveryCodes::new(&auth.keyring);
        Self { auth, issuer, recovery }
    }

    async fn person(&self, login: Login) -> Result<Person, AuthError> {
        self.auth.store.person(login.person).await?.ok_or(AuthError::Unauthenticated)
    }

    /// The secret that a person's codes are made with, sealed.
    async fn enabled(&self, person: UserId) -> Result<Vec<u8>, AuthError> {
        self.auth.store.second_factor(person).await?.enabled.ok_or(AuthError::SecondFactorNotEnabled)
    }

    async fn whose(&self, challenge: &str, now: Timestamp) -> Result<Challenged, AuthError> {
        self.auth.store.challenged(key(challenge), now).await?.ok_or(AuthError::InvalidChallenge)
    }

    /// What this code is to an authenticator with this secret.
    fn proof(&self, person: UserId, sealed_secret: Vec<u8>, code: &str, at: Timestamp) -> Result<Proof, AuthError> {
        let secret = TotpSecret::open(person, &sealed_secret, &self.auth.keyring)?;
        let shown = secret.step_of(code, at).map_or(Shown::Wrong, Shown::Totp);
        let recovery_event = self.event(person, events::USER_RECOVERY_CODE_USED, at);
        Ok(Proof { person, sealed_secret, shown, recovery_event, at })
    }

    /// The same code, where a recovery code will do as well.
    fn or_recovery(&self, proof: Proof, code: &str) -> Proof {
        let hashes = self.recovery.hashes(proof.person, code);
        let may_recover = matches!(proof.shown, Shown::Wrong) && !hashes.is_empty();
        if may_recover { Proof { shown: Shown::RecoveryCode(hashes), ..proof } } else { proof }
    }

    /// Begins the session of a challenge, if the code is right.
    async fn answer(
        &self,
        challenge: &str,
        asked: Challenged,
        code: &str,
        (device, client): (Option<Recognised>, &Client),
    ) -> Result<TokenPair, AuthError> {
        let Challenged { person, sealed_secret } = asked;
        let proof = self.or_recovery(self.proof(person, sealed_secret, code, self.auth.clock.now())?, code);
        let person = self.auth.person(person).await?.ok_or(AuthError::InvalidChallenge)?;
        let beginning = self.auth.beginning(&person, device, client);
        let session = beginning.session;
        match self.auth.store.answer_challenge(Answer { key: key(challenge), proof, beginning }).await? {
            Answered::Begun(kept) => self.auth.begun(&session, kept, client).await,
            Answered::Wrong => Err(AuthError::InvalidCode),
            Answered::Void => Err(AuthError::InvalidChallenge),
        }
    }

    /// Turns it off, if the code is right.
    async fn end(&self, person: Person, code: &str) -> Result<(), AuthError> {
        let at = self.auth.clock.now();
        let proof = self.proof(person.id, self.enabled(person.id).await?, code, at)?;
        let disabling = Disabling {
            proof: self.or_recovery(proof, code),
            event: self.event(person.id, events::USER_SECOND_FACTOR_DISABLED, at),
            mail: self.auth.post.job(Letter::SecondFactorOff { to: person.email, at }, at),
        };
        done(self.auth.store.disable_second_factor(disabling).await?)
    }

    /// Draws new recovery codes, if the code is right.
    async fn renew(&self, person: UserId, code: &str) -> Result<Vec<Secret<String>>, AuthError> {
        let at = self.auth.clock.now();
        let (codes, recovery_hashes) = self.recovery.draw(person, self.auth.ids.as_ref());
        let renewal = Renewal {
            proof: self.proof(person, self.enabled(person).await?, code, at)?,
            recovery_hashes,
            event: self.event(person, events::USER_RECOVERY_CODES_RENEWED, at),
        };
        done(self.auth.store.renew_recovery_codes(renewal).await?)?;
        Ok(codes)
    }

    fn event(&self, person: UserId, name: &str, at: Timestamp) -> Event {
        Event::global(name, json!({ "user_id": person.to_string() }), self.auth.ids.as_ref(), at)
    }
}

fn done(proven: Proven) -> Result<(), AuthError> {
    match proven {
        Proven::Done => Ok(()),
        Proven::NotEnabled => Err(AuthError::SecondFactorNotEnabled),
        Proven::Wrong => Err(AuthError::InvalidCode),
    }
}

#[async_trait]
impl SecondFactorService for SecondFactors {
    async fn status(&self, person: UserId) -> Result<SecondFactorStatus, AuthError> {
        Ok(self.auth.store.second_factor_status(person).await?)
    }

    async fn is_enabled(&self, person: UserId) -> Result<bool, AuthError> {
        Ok(self.auth.store.has_second_factor(person).await?)
    }

    async fn setup(&self, login: Login) -> Result<Setup, AuthError> {
        let Auth { store, keyring, ids, clock, .. } = &*self.auth;
        let person = self.person(login).await?;
        let (secret, at) = (TotpSecret::draw(ids.as_ref()), clock.now());
        let sealed_secret = secret.seal(person.id, keyring, ids.as_ref());
        let pending = PendingSecret { person: person.id, sealed_secret, at, expires_at: at.plus(PENDING) };
        if store.put_pending_second_factor(pending).await? {
            Ok(Setup::new(&self.issuer, &person.email, &secret))
        } else {
            Err(AuthError::SecondFactorAlreadyEnabled)
        }
    }

    async fn enable(&self, login: Login, code: &str) -> Result<Vec<Secret<String>>, AuthError> {
        let Auth { store, keyring, ids, clock, sessions, .. } = &*self.auth;
        let (person, at) = (self.person(login).await?, clock.now());
        let secrets = store.second_factor(person.id).await?;
        if secrets.enabled.is_some() {
            return Err(AuthError::SecondFactorAlreadyEnabled);
        }
        let waiting = secrets.pending.filter(|(_, expires_at)| at < *expires_at);
        let (sealed_secret, _) = waiting.ok_or(AuthError::SetupNotInitiated)?;
        let secret = TotpSecret::open(person.id, &sealed_secret, keyring)?;
        let step = secret.step_of(code, at).ok_or(AuthError::InvalidCode)?;
        let (codes, recovery_hashes) = self.recovery.draw(person.id, ids.as_ref());
        let enabling = Enabling {
            sealed_secret,
            step,
            recovery_hashes,
            ending: sessions.ending_of_all_but(login, "second_factor_enabled", at),
            event: self.event(person.id, events::USER_SECOND_FACTOR_ENABLED, at),
            mail: self.auth.post.job(Letter::SecondFactorOn { to: person.email, at }, at),
        };
        match store.enable_second_factor(enabling).await? {
            Enabled::Done(ended) => {
                sessions.forget_all(&ended);
                Ok(codes)
            }
            Enabled::Already => Err(AuthError::SecondFactorAlreadyEnabled),
            Enabled::NotPending => Err(AuthError::SetupNotInitiated),
        }
    }

    async fn disable(&self, login: Login, code: &str) -> Result<(), AuthError> {
        let person = self.person(login).await?;
        let buckets = Buckets::of_own_second_factor(person.id);
        self.auth.throttle.guard(buckets, self.end(person, code)).await
    }

    async fn renew_recovery_codes(&self, login: Login, code: &str) -> Result<Vec<Secret<String>>, AuthError> {
        let buckets = Buckets::of_own_second_factor(login.person);
        self.auth.throttle.guard(buckets, self.renew(login.person, code)).await
    }

    async fn verify(&self, challenge: &str, code: &str, client: &Client) -> Result<TokenPair, AuthError> {
        let asked = self.whose(challenge, self.auth.clock.now()).await?;
        let device = self.auth.devices.recognise(asked.person, client).await?;
        let buckets = Buckets::of_second_factor(asked.person, device);
        self.auth.throttle.guard(buckets, self.answer(challenge, asked, code, (device, client))).await
    }
}
