//! The front door for pages.

use super::model::{Outcome, PixelConfig, Sender, Told, Wanted};
use crate::error::TrackingError;
use async_trait::async_trait;

/// What pages ask and tell. Every method may fail with [`TrackingError::Store`].
#[async_trait]
pub trait IntakeService: Send + Sync {
    /// What is tracked on a domain; where nobody registered it, what is tracked on such.
    ///
    /// # Errors
    /// None of its own.
    async fn config(&self, wanted: Wanted) -> Result<PixelConfig, TrackingError>;

    /// Keeps what happened: when this returns it is on the disk, all of it or nothing. An outcome for each, in their order.
    ///
    /// # Errors
    /// [`TrackingError::Invalid`] names every wrong field, behind its place where several were told of;
    /// [`TrackingError::LimitReached`]; [`TrackingError::TooBusy`].
    async fn track(&self, sender: &Sender, told: Vec<Told>) -> Result<Vec<Outcome>, TrackingError>;
}
