//! Which domain a report is about.

use mainstay_edge::{Failure, Rejection};
use mainstay_kernel::WorkspaceId;
use mainstay_tracking::TrackingError;
use mainstay_tracking::domains::{Domain, DomainName, DomainService};
use schemars::JsonSchema;
use serde::Deserialize;

/// Which domain.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct DomainQuery {
    /// The domain: its name or its id. It may be left out where there is only one.
    pub(super) domain: Option<String>,
}

/// The domain that is meant: by its name or its id, or the only one that there is.
pub(super) async fn find(
    workspace: WorkspaceId,
    asked: Option<&str>,
    domains: &dyn DomainService,
) -> Result<Domain, Failure> {
    let mut own = domains.domains(workspace).await?;
    let Some(asked) = asked else {
        // What nobody registered is meant only where there is nothing else.
        if own.len() > 1 {
            own.retain(|domain| !domain.name.is_any());
        }
        return match own.len() {
            1 => Ok(own.remove(0)),
            0 => Err(TrackingError::NotFound.into()),
            _ => Err(Rejection::field("domain", "required", "The domain field is required: there are several.").into()),
        };
    };
    let name = asked.parse::<DomainName>().ok();
    let is_meant = |domain: &Domain| {
        domain.id.to_string() == asked || domain.name.as_str() == asked || name.as_ref() == Some(&domain.name)
    };
    own.into_iter().find(is_meant).ok_or_else(|| TrackingError::NotFound.into())
}
