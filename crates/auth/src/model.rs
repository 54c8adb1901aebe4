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
    /// Stands for the person until it expires or the session ends, in the form that the client wants; an opaque one
    /// also until the next refresh.
    pub access: Secret<String>,
    /// Buys the next pair, once.
    pub refresh: Secret<String>,
    /// When the access token is over; whole seconds.
    pub access_expires_at: Timestamp,
    /// Who logged in.
    pub person: UserId,
    /// The session that both tokens belong to.
    pub session: SessionId,
    /// What the client's device is recognised by at later logins; none where a session only goes on, or nothing is
    /// known of the device.
    pub device: Option<Secret<String>>,
}

/// What a right password gives.
#[derive(Debug, Clone)]
pub enum Entrance {
    /// A session.
    Open(TokenPair),
    /// A question that only the person's second factor answers.
    SecondFactor(Challenge),
}

/// Stands for a right password until the second factor is shown, and for nothing else.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// What must come with the code.
    pub token: Secret<String>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Whom an access token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    /// Who logged in.
    pub person: UserId,
    /// In which session.
    pub session: SessionId,
}
