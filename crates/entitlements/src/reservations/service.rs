//! The front door to reservations.

use super::model::{NewReservation, Reservation, ReservationQuery};
use crate::error::EntitlementError;
use crate::service::Holder;
use crate::verdict::Verdict;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// What can be done with reservations. Every method may fail with [`EntitlementError::Store`].
#[async_trait]
pub trait ReservationService: Send + Sync {
    /// Reserves units, if there are so many left; what is beyond the limit is paid with credits, where it is sold.
    ///
    /// # Errors
    /// [`EntitlementError::Refused`] when there are not; [`EntitlementError::Invalid`] naming each wrong field: a feature
    /// that is none or whose uses do not add up, a quantity or a life out of range.
    async fn reserve(&self, holder: Holder<'_>, new: NewReservation) -> Result<Reserved, EntitlementError>;

    /// Records that units were used, all of them if no number is said, and gives the rest back. They count as used when
    /// they were reserved. The same said again changes nothing.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`]; [`EntitlementError::Ended`] when it was given back, has expired, or another number
    /// was used; [`EntitlementError::Invalid`] for more than was reserved.
    async fn commit(&self, holder: Holder<'_>, id: &str, quantity: Option<u64>) -> Result<Reserved, EntitlementError>;

    /// Gives all units back. The same said again changes nothing.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`]; [`EntitlementError::Ended`] when they were used.
    async fn release(&self, holder: Holder<'_>, id: &str) -> Result<Reserved, EntitlementError>;

    /// One reservation.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`].
    async fn reservation(&self, workspace: WorkspaceId, id: &str) -> Result<Reservation, EntitlementError>;

    /// The reservations of a workspace that match.
    ///
    /// # Errors
    /// None of its own.
    async fn reservations(
        &self,
        workspace: WorkspaceId,
        query: ReservationQuery,
    ) -> Result<Page<Reservation>, EntitlementError>;
}

/// A reservation, and how things stand after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserved {
    /// The reservation.
    pub reservation: Reservation,
    /// How things stand.
    pub verdict: Verdict,
}
