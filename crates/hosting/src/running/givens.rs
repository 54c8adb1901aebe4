//! What programs of sites are given: their variables, and the ways to their databases.

use crate::databases::{Databases, Given};
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::variables::{Mask, Variables};
use mainstay_kernel::WorkspaceId;
use std::sync::Arc;

/// Knows what programs are given.
#[derive(Clone)]
pub(crate) struct Givens {
    pub(crate) variables: Arc<Variables>,
    pub(crate) databases: Arc<Databases>,
}

impl Givens {
    /// What the program of a site is given. A variable of its own goes before that of a database.
    pub(crate) async fn of(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Given, HostingError> {
        let mut given = self.databases.given_to(workspace, site).await?;
        given.variables.extend(self.variables.for_program(workspace, site).await?);
        Ok(given)
    }

    /// Hides it in what the program wrote.
    pub(crate) async fn mask(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Mask, HostingError> {
        Ok(Mask::new(self.of(workspace, site).await?.variables.values()))
    }
}
