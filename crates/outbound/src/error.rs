//! What can go wrong on the way out.

/// Why a request has no answer. None of them shows more of the address than its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The URL is none that is asked: another scheme than https, a user in it, or no host.
    #[error("the address must be an https URL without a user")]
    UnfitUrl,
    /// The host is, or resolves to, an address that nobody is let reach.
    #[error("the address of {0} is not public")]
    NotPublic(String),
    /// The host's name has no address.
    #[error("{0} cannot be found")]
    Unresolved(String),
    /// There is no connection, or it took too long to be made.
    #[error("{0} cannot be reached")]
    Unreachable(String),
    /// The host's certificate is for another, out of date or vouched for by nobody known, or the host speaks no TLS
    /// that is good enough.
    #[error("{0} could not prove its name")]
    Untrusted(String),
    /// The exchange took longer than it may.
    #[error("the answer took too long")]
    TimedOut,
    /// The answer's body has more bytes than it may.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer broke off, or is no HTTP.
    #[error("the answer cannot be read")]
    Broken,
}

impl OutboundError {
    /// The stable name of what went wrong, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnfitUrl => "unfit_url",
            Self::NotPublic(_) => "not_public",
            Self::Unresolved(_) => "unresolved",
            Self::Unreachable(_) => "unreachable",
            Self::Untrusted(_) => "untrusted",
            Self::TimedOut => "timed_out",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
        }
    }
}
