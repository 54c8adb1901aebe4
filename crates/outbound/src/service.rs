//! The front door.

use crate::error::OutboundError;
use crate::model::{Answer, Request};
use async_trait::async_trait;

/// Sends requests to addresses that others name.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// The answer, whatever its status; redirects are not followed.
    ///
    /// # Errors
    /// [`OutboundError::UnfitUrl`] and [`OutboundError::NotPublic`] when nothing was sent;
    /// [`OutboundError::Unresolved`], [`OutboundError::Unreachable`], [`OutboundError::TimedOut`],
    /// [`OutboundError::TooLarge`] and [`OutboundError::Broken`] when there is no whole answer.
    async fn send(&self, request: Request) -> Result<Answer, OutboundError>;
}
