//! Which field of a change is to blame when the whole contradicts itself.

use super::error::OfferError;
use super::whole::Contradiction;
use crate::catalogue::{CatalogueError, NoPool};
use mainstay_kernel::plan;

/// The change of a feature made it so.
pub(super) fn feature(changed: &str, cause: &Contradiction) -> OfferError {
    let field = match cause {
        Contradiction::Plans(_) => "code",
        Contradiction::Features(cause) => match cause {
            CatalogueError::Code(_) | CatalogueError::Twice(_) | CatalogueError::UnknownFeature { .. } => "code",
            CatalogueError::Pool { feature, .. } if feature == changed => "pool",
            // It is the pool itself that changed.
            CatalogueError::Pool { why, .. } => match why {
                NoPool::Missing => "code",
                NoPool::Pooled => "pool",
                NoPool::OfOtherKind => "kind",
                NoPool::AggregatedOtherwise => "aggregation",
            },
            CatalogueError::RollingDays(_) => "rolling_days",
            CatalogueError::UniqueBy(_) => "unique_by",
            CatalogueError::Overage(_) => "overage",
            CatalogueError::GrantOfPooled { .. } => "pool",
            CatalogueError::GrantOfKind { .. } => "kind",
        },
    };
    told(field, cause)
}

/// The change of a plan made it so.
pub(super) fn plan(cause: &Contradiction) -> OfferError {
    let field = match cause {
        Contradiction::Plans(plan::CatalogueError::NoRequests(_)) => "requests_per_minute".to_owned(),
        Contradiction::Features(
            CatalogueError::UnknownFeature { feature, .. }
            | CatalogueError::GrantOfPooled { feature, .. }
            | CatalogueError::GrantOfKind { feature, .. },
        ) => format!("grants.{feature}"),
        Contradiction::Plans(_) | Contradiction::Features(_) => "name".to_owned(),
    };
    told(&field, cause)
}

/// The sentence that a starting operator reads, with a capital and a full stop.
fn told(field: &str, cause: &Contradiction) -> OfferError {
    let sentence = cause.to_string();
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let sentence: String = first.chain(letters).collect();
    OfferError::field(field, "consistent", format!("{}.", sentence.trim_end_matches('.')))
}
