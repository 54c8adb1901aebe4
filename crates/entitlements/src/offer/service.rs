//! The front door to what is offered.

use super::change::{FeatureChange, PlanChange};
use super::error::OfferError;
use super::model::{Offered, PlanEntry};
use crate::feature::{Feature, FeatureEntry};
use async_trait::async_trait;

/// What can be done with plans and features. Reading touches memory only. Every change may fail with [`OfferError::Store`],
/// and is there for whoever asks this node once it is answered.
#[async_trait]
pub trait OfferService: Send + Sync {
    /// Every feature, in the order of the catalogue.
    fn features(&self) -> Vec<Offered<Feature>>;

    /// A feature.
    ///
    /// # Errors
    /// [`OfferError::NotFound`].
    fn feature(&self, code: &str) -> Result<Offered<Feature>, OfferError>;

    /// Adds a feature.
    ///
    /// # Errors
    /// [`OfferError::Invalid`] naming the wrong field, also where it would contradict what is there;
    /// [`OfferError::FeatureExists`].
    async fn add_feature(&self, entry: FeatureEntry) -> Result<Offered<Feature>, OfferError>;

    /// Changes a feature; one of the file is changed by an entry above it.
    ///
    /// # Errors
    /// [`OfferError::NotFound`]; [`OfferError::Invalid`] as for [`OfferService::add_feature`]; [`OfferError::FeatureUsed`]
    /// when there are uses already, and they would be counted in another way.
    async fn change_feature(&self, code: &str, change: FeatureChange) -> Result<Offered<Feature>, OfferError>;

    /// Removes a feature; one that the file has too is again what that says.
    ///
    /// # Errors
    /// [`OfferError::NotFound`]; [`OfferError::InFile`] when only the file has it; [`OfferError::FeatureNeeded`] when a plan
    /// grants it or it is a pool; [`OfferError::FeatureUsed`] and [`OfferError::Contradicted`] when what the file says
    /// cannot be taken up again.
    async fn remove_feature(&self, code: &str) -> Result<(), OfferError>;

    /// Every plan, in the order of the catalogue.
    fn plans(&self) -> Vec<Offered<PlanEntry>>;

    /// A plan.
    ///
    /// # Errors
    /// [`OfferError::NotFound`].
    fn plan(&self, name: &str) -> Result<Offered<PlanEntry>, OfferError>;

    /// Adds a plan.
    ///
    /// # Errors
    /// [`OfferError::Invalid`] naming the wrong field, also where it would contradict what is there;
    /// [`OfferError::PlanExists`].
    async fn add_plan(&self, entry: PlanEntry) -> Result<Offered<PlanEntry>, OfferError>;

    /// Changes a plan; one of the file is changed by an entry above it.
    ///
    /// # Errors
    /// [`OfferError::NotFound`]; [`OfferError::Invalid`] as for [`OfferService::add_plan`].
    async fn change_plan(&self, name: &str, change: PlanChange) -> Result<Offered<PlanEntry>, OfferError>;

    /// Removes a plan; one that the file has too is again what that says.
    ///
    /// # Errors
    /// [`OfferError::NotFound`]; [`OfferError::InFile`] when only the file has it; [`OfferError::PlanNeeded`] when
    /// workspaces are on it; [`OfferError::Contradicted`] when what the file says cannot be taken up again.
    async fn remove_plan(&self, name: &str) -> Result<(), OfferError>;
}
