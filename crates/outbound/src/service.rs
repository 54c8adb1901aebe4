//! The front door.

use crate::error::OutboundError;
use crate::flow::{Flow, Pace};
use crate::model::{Answer, Request};
use async_trait::async_trait;
use url::Url;

/// Sends requests to addresses that others name.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Whether a request to this URL would be let out now; nothing is sent and no connection is made. A name may lead
    /// elsewhere later: [`Outbound::send`] looks for itself.
    ///
    /// # Errors
    /// [`OutboundError::UnfitUrl`], [`OutboundError::NotPublic`] and [`OutboundError::Unresolved`] when it would not;
    /// [`OutboundError::TimedOut`] when the name was not resolved within 10 seconds.
    async fn check(&self, url: &Url) -> Result<(), OutboundError>;

    /// The answer, whatever its status; redirects are not followed.
    ///
    /// # Errors
    /// [`OutboundError::UnfitUrl`] and [`OutboundError::NotPublic`] when nothing was sent;
    /// [`OutboundError::Unresolved`], [`OutboundError::Unreachable`], [`OutboundError::Untrusted`],
    /// [`OutboundError::TimedOut`], [`OutboundError::TooLarge`] and [`OutboundError::Broken`] when there is no answer
    /// that may be taken.
    async fn send(&self, request: Request) -> Result<Answer, OutboundError>;
}

/// Sends requests whose answers are read as they come.
#[async_trait]
pub trait OutboundFlows: Send + Sync {
    /// The answer once its headers are there, whatever its status; redirects are not followed. The request's time is
    /// that until then, and its bytes are those of the whole body, of which more ends the flow with
    /// [`OutboundError::TooLarge`], whatever is said of overflow.
    ///
    /// # Errors
    /// Those of [`Outbound::send`].
    async fn open(&self, request: Request, pace: Pace) -> Result<Flow, OutboundError>;
}
