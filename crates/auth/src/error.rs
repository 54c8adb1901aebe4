//! What can go wrong with people.

use mainstay_kernel::{Details, Fault, FieldError, Kind, Tie};
use mainstay_store::StoreError;

/// Why something about a person could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// An address or a password breaks its rules.
    #[error("Some fields are not valid.")]
    Invalid(Vec<FieldError>),
    /// Setup has made the owner before.
    #[error("This installation has an owner already.")]
    AlreadyInstalled,
    /// Nobody has this address with this password; which of the two it was is not told.
    #[error("The email or the password is wrong.")]
    InvalidCredentials,
    /// The refresh token was never given out, is used up, or its session is over.
    #[error("The refresh token does not stand. Log in again.")]
    InvalidRefreshToken,
    /// The access token was never given out, is over, or its session is.
    #[error("The access token does not stand.")]
    Unauthenticated,
    /// The address belongs to an account.
    #[error("This email is verified already.")]
    EmailAlreadyVerified,
    /// The address belongs to an account.
    #[error("This email is in use already.")]
    EmailAlreadyInUse,
    /// The person has no such address.
    #[error("You have no such email.")]
    EmailNotFound,
    /// Nobody has shown lately that they read mail at the address.
    #[error("This email is not verified.")]
    EmailNotVerified,
    /// The password is right, and the address is one that the person has yet to prove.
    #[error("This email is not verified. Log in with another of yours, or verify it first.")]
    LoginNotVerified,
    /// Without it the person could neither log in nor be written to.
    #[error("This is your only verified email.")]
    OnlyVerifiedEmail,
    /// No code waits for this address.
    #[error("There is no code for this email. Ask for one.")]
    NoCode,
    /// The code is another.
    #[error("The code is wrong.")]
    InvalidCode,
    /// The code is older than ten minutes.
    #[error("The code has expired. Ask for another.")]
    CodeExpired,
    /// Three wrong codes were tried.
    #[error("Too many wrong codes. Ask for another.")]
    TooManyAttempts,
    /// The address was written to a moment ago, or too often in an hour.
    #[error("A mail was sent a moment ago. Try again in {retry_after} seconds.")]
    ResendCooldown {
        /// Seconds until the address may be written to again, at least 1.
        retry_after: u64,
    },
    /// Too many attempts at passwords or codes have failed.
    #[error("Too many failed attempts. Try again in {retry_after} seconds.")]
    Throttled {
        /// Seconds until the next attempt may be made, at least 1.
        retry_after: u64,
    },
    /// The link was never given out, is used up, or was replaced by a newer one.
    #[error("The link does not stand. Ask for another.")]
    InvalidToken,
    /// The link is older than fifteen minutes.
    #[error("The link has expired. Ask for another.")]
    TokenExpired,
    /// The challenge of a login was never given out, is over, used up or void.
    #[error("This login does not wait for a code any more. Log in again.")]
    InvalidChallenge,
    /// The person has a second factor.
    #[error("The second factor is on already.")]
    SecondFactorAlreadyEnabled,
    /// The person has no second factor.
    #[error("The second factor is not on.")]
    SecondFactorNotEnabled,
    /// No secret waits for its first code, or it has waited too long.
    #[error("The second factor has not been set up, or too long ago. Set it up first.")]
    SetupNotInitiated,
    /// The present password is another.
    #[error("The current password is wrong.")]
    WrongPassword,
    /// There are things that nobody but the person runs.
    #[error("Others need you there. Hand over or delete first: {}.", named(.0))]
    StillNeeded(Vec<Tie>),
    /// The installation needs its owner.
    #[error("The owner of the installation stays.")]
    OwnerStays,
    /// A username has 3 to 30 ASCII letters, digits and underscores.
    #[error("A username has 3 to 30 letters, digits and underscores.")]
    UsernameInvalid,
    /// The username could be taken for a part of the service.
    #[error("This username is reserved.")]
    UsernameReserved,
    /// Somebody has this username.
    #[error("This username is taken.")]
    UsernameTaken,
    /// The person has no such session.
    #[error("You have no such session.")]
    SessionNotFound,
    /// Hashing, signing or sealing failed: a damaged row or another master key.
    #[error("{0}")]
    Broken(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthError {
    /// Whether somebody guessed a password or a code, and wrong.
    pub(crate) const fn is_wrong_guess(&self) -> bool {
        matches!(self, Self::InvalidCredentials | Self::WrongPassword | Self::InvalidCode)
    }

    /// A failure that is ours: what was being done, and the cause.
    pub(crate) fn broken(doing: &str, cause: impl std::fmt::Display) -> Self {
        Self::Broken(format!("{doing}: {cause}"))
    }
}

impl Fault for AuthError {
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::AlreadyInstalled | Self::UsernameTaken | Self::StillNeeded(_) | Self::OwnerStays => Kind::Conflict,
            Self::InvalidCredentials | Self::LoginNotVerified | Self::InvalidRefreshToken | Self::Unauthenticated => {
                Kind::Unauthenticated
            }
            Self::EmailNotFound | Self::SessionNotFound => Kind::NotFound,
            Self::ResendCooldown { .. } | Self::Throttled { .. } => Kind::RateLimited,
            Self::EmailAlreadyVerified
            | Self::EmailAlreadyInUse
            | Self::EmailNotVerified
            | Self::OnlyVerifiedEmail
            | Self::NoCode
            | Self::InvalidCode
            | Self::CodeExpired
            | Self::TooManyAttempts
            | Self::InvalidToken
            | Self::TokenExpired
            | Self::InvalidChallenge
            | Self::SecondFactorAlreadyEnabled
            | Self::SecondFactorNotEnabled
            | Self::SetupNotInitiated
            | Self::WrongPassword
            | Self::UsernameInvalid
            | Self::UsernameReserved => Kind::Malformed,
            Self::Broken(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::AlreadyInstalled => "already_installed",
            Self::InvalidCredentials => "invalid_credentials",
            Self::InvalidRefreshToken => "invalid_refresh_token",
            Self::Unauthenticated => "unauthenticated",
            Self::EmailAlreadyVerified => "email_already_verified",
            Self::EmailAlreadyInUse => "email_already_in_use",
            Self::EmailNotFound => "email_not_found",
            Self::EmailNotVerified | Self::LoginNotVerified => "email_not_verified",
            Self::OnlyVerifiedEmail => "only_verified_email",
            Self::NoCode => "no_code",
            Self::InvalidCode => "invalid_code",
            Self::CodeExpired => "code_expired",
            Self::TooManyAttempts => "too_many_attempts",
            Self::ResendCooldown { .. } => "resend_cooldown",
            Self::Throttled { .. } => "rate_limited",
            Self::InvalidToken | Self::InvalidChallenge => "invalid_token",
            Self::TokenExpired => "token_expired",
            Self::SecondFactorAlreadyEnabled => "already_enabled",
            Self::SecondFactorNotEnabled => "not_enabled",
            Self::SetupNotInitiated => "setup_not_initiated",
            Self::WrongPassword => "invalid_password",
            Self::StillNeeded(_) => "still_needed",
            Self::OwnerStays => "installation_owner",
            Self::UsernameInvalid => "username_invalid",
            Self::UsernameReserved => "username_reserved",
            Self::UsernameTaken => "username_taken",
            Self::SessionNotFound => "session_not_found",
            Self::Broken(_) => "server_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::StillNeeded(ties) => Details::Ties(ties.clone()),
            Self::ResendCooldown { retry_after } | Self::Throttled { retry_after } => Details::RetryAfter(*retry_after),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}

/// Things as a sentence names them: `workspace acme, project compiler`.
fn named(ties: &[Tie]) -> String {
    ties.iter().map(|tie| format!("{} {}", tie.kind, tie.slug)).collect::<Vec<_>>().join(", ")
}
