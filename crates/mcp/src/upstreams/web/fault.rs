//! Why an exchange with an address came to nothing.

use crate::upstream::UpstreamFault;
use mainstay_outbound::{OutboundError, StatusCode};
use std::time::Duration;

/// Why an exchange came to nothing, as the SDK carries it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(in crate::upstreams) struct Lost(#[from] pub(in crate::upstreams) UpstreamFault);

/// What it means that there is no answer; the address is not named.
pub(super) fn of_outbound(error: &OutboundError, within: Duration, most: usize) -> UpstreamFault {
    let away = match error {
        OutboundError::TimedOut => return UpstreamFault::TimedOut(within),
        OutboundError::TooLarge => return UpstreamFault::TooLarge { most },
        OutboundError::Broken => return UpstreamFault::Broken("it broke off, or is no HTTP".to_owned()),
        OutboundError::UnfitUrl => "its address is no https URL without a user",
        OutboundError::NotPublic(_) => "its address is not public",
        OutboundError::Unresolved(_) => "its name leads nowhere",
        OutboundError::Unreachable(_) => "its address does not answer",
        OutboundError::Untrusted(_) => "it could not prove its name",
    };
    UpstreamFault::Away(away.to_owned())
}

/// What a status means that is no success.
pub(super) fn of_status(status: StatusCode) -> UpstreamFault {
    UpstreamFault::Away(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "the server refused the credentials that it was given".to_owned()
        }
        _ if status.is_redirection() => "it leads elsewhere, and redirects are not followed".to_owned(),
        _ => format!("it answered with the status {}", status.as_u16()),
    })
}
