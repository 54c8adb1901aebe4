//! People and what they carry.

use mainstay_kernel::{Secret, SessionId, Timestamp, UserId};

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is, for ever.
    pub id: UserId,
    /// The verified address that mail goes to, as the person wrote it.
    pub email: String,
    /// What to call them.
    pub display_name: String,
    /// Whether it is the owner that setup made; there is one.
    pub is_installation_owner: bool,
    /// When the account began.
    pub created_at: Timestamp,
    /// When the account last changed.
    pub updated_at: Timestamp,
}

/// What a login or a refresh gives.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// A JWT (RFC 7519) that stands for the person until it expires or the session ends.
    pub access: Secret<String>,
    /// Buys the next pair, once.
    pub refresh: Secret<String>,
    /// When the access token is over; whole seconds.
    pub access_expires_at: Timestamp,
    /// Who logged in.
    pub person: UserId,
    /// The session that both tokens belong to.
    pub session: SessionId,
}

/// Whom an access token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    /// Who logged in.
    pub person: UserId,
    /// In which session.
    pub session: SessionId,
}
