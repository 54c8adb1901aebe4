//! Sessions: one login of a person on one device, from its first pair of tokens to its end.

mod beginning;
mod clean_up;
mod client;
mod generation_token;
mod own;
mod service;
mod session;

use crate::error::AuthError;
use crate::events;
use crate::model::{Login, TokenPair};
use crate::store::{AuthStore, Ending, Revocation, Step};
pub use beginning::Beginning;
pub use clean_up::SessionCleanUp;
pub use client::{Client, TokenForm};
pub(crate) use generation_token::BRAND;
pub(crate) use generation_token::GenerationTokens;
use mainstay_kernel::{Clock, Event, Ids, Keyring, Secret, SessionId, Timestamp, UserId};
use mainstay_store::{Remembered, Used};
use serde_json::json;
pub use service::{SessionService, SessionView};
pub use session::Session;
pub(crate) use session::{ABSOLUTE, ACCESS, IDLE, Verdict};
use std::sync::Arc;
use uuid::Uuid;

/// The topic under which nodes tell each other that a session has moved on or is over.
pub(crate) const TOPIC: &str = "sessions";

/// Sessions whose state is kept at hand.
const CAPACITY: usize = 100_000;

/// All that an access token needs to know of its session. A JWT asks only whether it has been ended, since none
/// outlives its session; an opaque one asks also how far the session has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    person: UserId,
    generation: i64,
    access_expires_at: Timestamp,
    has_ended: bool,
}

impl From<Session> for Standing {
    fn from(session: Session) -> Self {
        Self {
            person: session.person,
            generation: session.generation,
            access_expires_at: session.access_expires_at(),
            has_ended: session.revoked_at.is_some(),
        }
    }
}

pub(crate) struct Sessions {
    store: Arc<dyn AuthStore>,
    access_tokens: GenerationTokens,
    refresh_tokens: GenerationTokens,
    standings: Remembered<SessionId, Standing>,
    used: Used<SessionId>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Sessions {
    pub(crate) fn new(store: Arc<dyn AuthStore>, keyring: &Keyring, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let (access_tokens, refresh_tokens) = (GenerationTokens::access(keyring), GenerationTokens::refresh(keyring));
        let (standings, used) = (Remembered::new(CAPACITY), Used::default());
        Self { store, access_tokens, refresh_tokens, standings, used, clock, ids }
    }

    /// A session that is yet to be kept.
    pub(crate) fn draft(&self, person: UserId) -> Session {
        Session::begin(SessionId(self.ids.uuid()), person, self.clock.now())
    }

    /// The session that a refresh token continues, at its current generation.
    pub(crate) async fn refresh(&self, token: &str, client: &Client) -> Result<Session, AuthError> {
        let (id, generation) = self.refresh_tokens.read(token).ok_or(AuthError::InvalidRefreshToken)?;
        let id = SessionId(id);
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
        self.refresh_tokens.write(session.id.0, session.generation)
    }

    /// The opaque pair of the session's current generation: always the same texts.
    pub(crate) fn opaque_pair(&self, session: &Session) -> TokenPair {
        TokenPair {
            access: self.access_tokens.write(session.id.0, session.generation),
            refresh: self.refresh_token(session),
            access_expires_at: session.access_expires_at(),
            person: session.person,
            session: session.id,
            device: None,
        }
    }

    /// Whom an opaque access token stands for.
    pub(crate) async fn identify(&self, token: &str) -> Result<Login, AuthError> {
        let (session, generation) = self.access_tokens.read(token).ok_or(AuthError::Unauthenticated)?;
        let session = SessionId(session);
        let standing = self.standing(session).await?.ok_or(AuthError::Unauthenticated)?;
        let stands =
            !standing.has_ended && standing.generation == generation && self.clock.now() < standing.access_expires_at;
        if stands { Ok(Login { person: standing.person, session }) } else { Err(AuthError::Unauthenticated) }
    }

    /// Notes that the session is used now.
    pub(crate) fn note_use(&self, id: SessionId) {
        self.used.note(id, self.clock.now());
    }

    /// Writes what was noted since the last time; gives of how many sessions.
    pub(crate) async fn write_used(&self) -> Result<usize, AuthError> {
        Ok(self.used.write(|uses| self.store.write_used(uses)).await?)
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
        Ok(self.standing(id).await?.is_some_and(|standing| !standing.has_ended))
    }

    async fn standing(&self, id: SessionId) -> Result<Option<Standing>, AuthError> {
        self.standings.get_or_load(&id, async { Ok(self.store.session(id).await?.map(Standing::from)) }).await
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
        let has_advanced = self.store.advance_session(step, client).await?;
        if has_advanced {
            self.standings.forget(&session.id);
        }
        Ok(has_advanced.then_some(advanced))
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
    Event::global(events::SESSION_REVOKED, facts, ids, at)
}
