//! What the client's errors mean.

use crate::error::OutboundError;
use crate::names::Refusal;
use std::error::Error;
use std::{io, iter};

/// Why this host was not asked or gave no answer: a refusal of ours, or a complaint about TLS, is among the causes.
pub(crate) fn failure(error: &reqwest::Error, host: &str) -> OutboundError {
    if let Some(refusal) = causes(error).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        return refusal.of(host);
    }
    match (error.is_connect(), causes(error).any(<dyn Error>::is::<rustls::Error>)) {
        (true, true) => OutboundError::Untrusted(host.to_owned()),
        (true, false) => OutboundError::Unreachable(host.to_owned()),
        (false, _) => OutboundError::Broken,
    }
}

/// An error and what led to it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&cause| match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // As its source, an I/O error names the source of what it holds, and passes over that itself.
        Some(held) => Some(held),
        None => cause.source(),
    })
}
