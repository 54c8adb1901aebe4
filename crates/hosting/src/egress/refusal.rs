//! Why a host is not reached.

use hyper::StatusCode;

/// Why a request comes to nothing. Each is a sentence for whoever wrote the program: it names the host, and no path or header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("A request is refused: {0}")]
    Unfit(&'static str),
    #[error("{0} is refused: only the ports 443 and 80 may be reached")]
    Port(String),
    #[error("{0} is refused: it is not among the hosts that may be reached from here")]
    NotListed(String),
    #[error("{0} is refused: it is this installation or the machine that it runs on")]
    Own(String),
    #[error("{0} is refused: its address is not public")]
    NotPublic(String),
    #[error("{0} is refused: {1} connections are open already")]
    TooMany(String, usize),
    #[error("{0} cannot be found")]
    Unresolved(String),
    #[error("{0} cannot be reached")]
    Unreachable(String),
    #[error("{0} took too long to be reached")]
    TimedOut(String),
    #[error("{0} gave no answer that can be read")]
    Broken(String),
}

impl Refusal {
    /// The status that says so.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Unfit(_) => StatusCode::BAD_REQUEST,
            Self::Port(_) | Self::NotListed(_) | Self::Own(_) | Self::NotPublic(_) => StatusCode::FORBIDDEN,
            Self::TooMany(..) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unresolved(_) | Self::Unreachable(_) | Self::Broken(_) => StatusCode::BAD_GATEWAY,
            Self::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}
