//! Sessions: one login of a person on one device, from its first pair of tokens to its end.

mod clean_up;
mod client;
mod own;
mod refresh_token;
mod service;
mod session;

use crate::error::AuthError;
use crate::model::Login;
use crate::store::{AuthStore, Ending, Revocation, Step};
pub use clean_up::SessionCleanUp;
pub use client::Client;
use mainstay_kernel::{Clock, Event, Ids, Keyring, Secret, SessionId, Timestamp, UserId};
use mainstay_store::Remembered;
use refresh_token::RefreshTokens;
use serde_json::json;
pub use service::{SessionService, SessionView};
pub use session::Session;
use session::Verdict;
use std::sync::Arc;
use uuid::Uuid;

/// The topic under which nodes tell each other that a session is over.
pub(crate) const TOPIC: &str = "sessions";

/// Sessions whose state is kept at hand.
const CAPACITY: usize = 100_000;

/// All that an access token needs to know of its session: that it has not been ended. Its expiry
/// needs no look, since no access token outlives its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Live,
    Ended,
}

pub(crate) struct Sessions {
    store: Arc<dyn AuthStore>,
    refresh_tokens: RefreshTokens,
    standings: Remembered<SessionId, Standing>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Sessions {
    pub(crate) fn new(store: Arc<dyn AuthStore>, keyring: &Keyring, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let refresh_tokens = RefreshTokens::new(keyring);
        Self { store, refresh_tokens, standings: Remembered::new(CAPACITY), clock, ids }
    }

    /// A new session of a person whose password still has the hash that was compared with; none when it was
    /// replaced meanwhile, which ended all sessions there were.
    pub(crate) async fn begin(
        &self,
        person: UserId,
        hash: Secret<String>,
        client: &Client,
    ) -> Result<Option<Session>, AuthError> {
        let session = self.draft(person);
        Ok(self.store.add_session_of_login(session, hash, client.clone()).await?.then_some(session))
    }

    /// A session that is yet to be kept.
    pub(crate) fn draft(&self, person: UserId) -> Session {
        Session::begin(SessionId(self.ids.uuid()), person, self.clock.now())
    }

    /// The session that a refresh token continues, at its current generation.
    pub(crate) async fn refresh(&self, token: &str, client: &Client) -> Result<Session, AuthError> {
        let (id, generation) = self.refresh_tokens.read(token).ok_or(AuthError::InvalidRefreshToken)?;
        let now = self.clock.now();
        // Each turn but the last lost a race, and whoever won it moved the session on.
        loop {
            let session = self.store.session(id).await?.ok_or(AuthError::InvalidRefreshToken)?;
            match session.judge(generation, now) {
                Verdict::Advance => {
                    if let Some(advanced) = self.advance(session, now, client).await? {
                        return Ok(advanced);
                    }
                }
                Verdict::Repeat => return Ok(session),
                Verdict::Reused => {
                    tracing::warn!(%session.id, %session.person, "a used refresh token came again; its session ends");
                    self.revoke(&session, "refresh_token_reused", now).await?;
                    return Err(AuthError::InvalidRefreshToken);
                }
                Verdict::Refused => return Err(AuthError::InvalidRefreshToken),
            }
        }
    }

    /// The refresh token of the session's current generation.
    pub(crate) fn refresh_token(&self, session: &Session) -> Secret<String> {
        self.refresh_tokens.write(session.id, session.generation)
    }

    /// Ends the session, if it has not ended.
    pub(crate) async fn end(&self, id: SessionId) -> Result<(), AuthError> {
        self.end_as(id, "logged_out").await
    }

    /// Ends the session for this reason, if it has not ended.
    pub(crate) async fn end_as(&self, id: SessionId, reason: &str) -> Result<(), AuthError> {
        let now = self.clock.now();
        match self.store.session(id).await? {
            Some(session) if session.is_live(now) => self.revoke(&session, reason, now).await,
            _ => Ok(()),
        }
    }

    /// What ends all sessions of a person.
    pub(crate) fn ending_of_all(&self, person: UserId, reason: &'static str, at: Timestamp) -> Ending {
        let ids = Arc::clone(&self.ids);
        let tell = Box::new(move |session| ended(session, person, reason, ids.as_ref(), at));
        Ending { person, except: None, at, tell }
    }

    /// What ends all sessions of a person but this one.
    pub(crate) fn ending_of_all_but(&self, login: Login, reason: &'static str, at: Timestamp) -> Ending {
        Ending { except: Some(login.session), ..self.ending_of_all(login.person, reason, at) }
    }

    /// Forgets what is remembered of sessions that have just ended.
    pub(crate) fn forget_all(&self, sessions: &[SessionId]) {
        for session in sessions {
            self.standings.forget(session);
        }
    }

    /// Whether the session still stands for its person.
    pub(crate) async fn has_not_ended(&self, id: SessionId) -> Result<bool, AuthError> {
        let standing = self.standings.get_or_load(&id, async {
            let session = self.store.session(id).await?;
            Ok::<_, AuthError>(session.map(|session| match session.revoked_at {
                None => Standing::Live,
                Some(_) => Standing::Ended,
            }))
        });
        Ok(standing.await? == Some(Standing::Live))
    }

    /// Forgets what is remembered of a session.
    pub(crate) fn forget(&self, subject: &str) {
        if let Ok(id) = subject.parse::<Uuid>() {
            self.standings.forget(&SessionId(id));
        }
    }

    async fn advance(&self, session: Session, now: Timestamp, client: &Client) -> Result<Option<Session>, AuthError> {
        let advanced = session.advanced(now);
        let step = Step { session: session.id, from: session.generation, at: now, expires_at: advanced.expires_at };
        Ok(self.store.advance_session(step, client).await?.then_some(advanced))
    }

    async fn revoke(&self, session: &Session, reason: &str, now: Timestamp) -> Result<(), AuthError> {
        let event = ended(session.id, session.person, reason, self.ids.as_ref(), now);
        self.store.revoke_session(Revocation { session: session.id, at: now, event }).await?;
        self.standings.forget(&session.id);
        Ok(())
    }
}

/// What tells of a session's end.
fn ended(session: SessionId, person: UserId, reason: &str, ids: &dyn Ids, at: Timestamp) -> Event {
    let facts = json!({ "session_id": session.to_string(), "user_id": person.to_string(), "reason": reason });
    Event::global("session.revoked", facts, ids, at)
}
