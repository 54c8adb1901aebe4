//! The front door to reports.

use super::model::{Followed, Interval, Listing, Question, Realtime, Share, Stats, Steps};
use super::vitals::Measured;
use crate::domains::DomainId;
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// All that can be asked of a domain. Every method may fail with [`TrackingError::NotFound`], when it is none of the
/// workspace's, with [`TrackingError::Invalid`], when the question is none, and with [`TrackingError::Store`].
#[async_trait]
pub trait ReportService: Send + Sync {
    /// What visits come to, as time goes by.
    ///
    /// # Errors
    /// None of its own.
    async fn stats(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        interval: Interval,
    ) -> Result<Stats, TrackingError>;

    /// What the values of a dimension come to.
    ///
    /// # Errors
    /// None of its own.
    async fn breakdown(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        listing: Listing,
    ) -> Result<Page<Share>, TrackingError>;

    /// What the visits come to that took each of these steps. Bounces and time are none's; of steps in turn only visits and
    /// visitors are counted.
    ///
    /// # Errors
    /// None of its own.
    async fn followed(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        steps: Steps,
    ) -> Result<Followed, TrackingError>;

    /// How fast pages were for those who saw them, by the properties of events that [`VITALS`](super::VITALS) name.
    ///
    /// # Errors
    /// None of its own.
    async fn vitals(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
    ) -> Result<Vec<Measured>, TrackingError>;

    /// Who is there now.
    ///
    /// # Errors
    /// None of its own.
    async fn realtime(&self, workspace: WorkspaceId, domain: DomainId) -> Result<Realtime, TrackingError>;
}
