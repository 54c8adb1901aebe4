//! Why a tool did nothing, in a sentence for whoever called it.

use mainstay_hosting::HostingError;
use mainstay_kernel::{Fault as _, Kind};

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("The arguments are wrong: {0}")]
    Arguments(String),
    #[error("This takes the scope {0}, which your key or your role does not have")]
    Scope(&'static str),
    #[error("{0}")]
    Hosting(String),
}

impl From<HostingError> for Refusal {
    fn from(cause: HostingError) -> Self {
        if matches!(cause.kind(), Kind::Internal | Kind::Unavailable) {
            // What is wrong here is for those who run this.
            tracing::error!(%cause, "a tool of hosting failed");
            return Self::Hosting("Something failed here; try again".to_owned());
        }
        Self::Hosting(cause.to_string())
    }
}
