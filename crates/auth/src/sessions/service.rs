//! The front door to one's sessions.

use super::client::Client;
use super::session::Session;
use crate::error::AuthError;
use crate::model::{Entrance, Login, TokenPair};
use async_trait::async_trait;
use mainstay_kernel::{Secret, SessionId};

/// A session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// What it was last begun or refreshed with, and from where.
    pub client: Client,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// Begins sessions of which it is known where they come from, and lists and ends one's own.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait SessionService: Send + Sync {
    /// Begins a session and notes where it comes from, or asks for the second factor of whoever has one.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], after the same time for unknown addresses and wrong passwords;
    /// [`AuthError::Throttled`] after too many failures, which do not lock out a device that the person has used;
    /// [`AuthError::Invalid`] when `email` is no address.
    async fn log_in(&self, email: &str, password: &Secret<String>, client: &Client) -> Result<Entrance, AuthError>;

    /// Trades a refresh token for the next pair, and notes where it comes from. The same token within 30 seconds gives
    /// the same next refresh token again; later, it was stolen, and the session ends.
    ///
    /// # Errors
    /// [`AuthError::InvalidRefreshToken`].
    async fn refresh(&self, refresh: &str, client: &Client) -> Result<TokenPair, AuthError>;

    /// The session, while it stands, which is a use of it. For whoever has the gateway's own word that it is theirs, such
    /// as a sealed cookie.
    async fn live(&self, session: SessionId) -> Result<Option<Session>, AuthError>;

    /// The live sessions of whoever is logged in, the last used first, at most 100. Each use of this node
    /// counts; those of another do once it has written them.
    async fn list(&self, login: Login) -> Result<Vec<SessionView>, AuthError>;

    /// Ends one of the person's own sessions; it may be the one that asks.
    ///
    /// # Errors
    /// [`AuthError::SessionNotFound`], also for one that is over.
    async fn revoke(&self, login: Login, session: SessionId) -> Result<(), AuthError>;

    /// Ends all sessions of the person but the one that asks; gives how many.
    async fn revoke_others(&self, login: Login) -> Result<usize, AuthError>;
}
