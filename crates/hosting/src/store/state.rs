//! A site's state, on a connection and inside its transaction.

use super::domain_rows::LoadDomains as _;
use super::history::{self, Remember as _};
use super::row::{DeploymentRow, SiteRow};
use crate::deployments::{Deployment, DeploymentStatus};
use crate::ids::SiteId;
use crate::schema::{hosting_deployments, hosting_sites, workspaces};
use crate::sites::{Site, State};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreResult, each_backend};
use std::collections::HashMap;

#[async_trait]
pub(super) trait Load {
    /// Waits until nobody else counts the sites of this workspace; lasts until the transaction ends.
    async fn turn(&mut self, workspace: WorkspaceId) -> StoreResult<()>;
    /// Sites, each with its newest deployment and first domain.
    async fn with_latest(&mut self, rows: Vec<SiteRow>) -> StoreResult<Vec<Site>>;
    /// A site with the deployments that wait, run or answer, held until the transaction ends.
    async fn state(&mut self, workspace: WorkspaceId, id: &SiteId) -> StoreResult<Option<State>>;
    /// Writes what differs, and what became of it.
    async fn write_state(&mut self, before: &State, after: &State) -> StoreResult<()>;
}

/// Which deployments are part of a state.
fn matter() -> Vec<&'static str> {
    let unfinished = [DeploymentStatus::Queued].into_iter().chain(DeploymentStatus::ACTIVE);
    unfinished.chain([DeploymentStatus::Live]).map(DeploymentStatus::name).collect()
}

#[each_backend]
#[async_trait]
impl Load for Conn {
    async fn turn(&mut self, workspace: WorkspaceId) -> StoreResult<()> {
        let own = workspaces::table.filter(workspaces::id.eq(workspace.0)).select(workspaces::id);
        let _: Option<i64> = Locked(own).get_result(self).await.optional()?;
        Ok(())
    }

    async fn with_latest(&mut self, rows: Vec<SiteRow>) -> StoreResult<Vec<Site>> {
        let ids: Vec<String> = rows.iter().filter_map(|row| row.latest_id.clone()).collect();
        let mut latest = HashMap::new();
        if !ids.is_empty() {
            let these = hosting_deployments::table.filter(hosting_deployments::id.eq_any(ids));
            let found: Vec<DeploymentRow> = these.select(DeploymentRow::as_select()).load(self).await?;
            for row in found {
                let deployment = Deployment::try_from(row)?;
                latest.insert(deployment.id.0.clone(), deployment);
            }
        }
        let mut domains = self.first_domains(rows.iter().map(|row| row.id().to_owned()).collect()).await?;
        let with_own = |row: SiteRow| {
            let own = row.latest_id.as_ref().and_then(|id| latest.remove(id));
            let domain = domains.remove(row.id());
            Ok(Site { domain, ..row.site(own)? })
        };
        rows.into_iter().map(with_own).collect()
    }

    async fn state(&mut self, workspace: WorkspaceId, id: &SiteId) -> StoreResult<Option<State>> {
        let one = hosting_sites::table
            .filter(hosting_sites::workspace_id.eq(workspace.0))
            .filter(hosting_sites::id.eq(id.0.clone()));
        let row: Option<SiteRow> = Locked(one.select(SiteRow::as_select())).get_result(self).await.optional()?;
        let Some(row) = row else { return Ok(None) };
        let Some(site) = self.with_latest(vec![row]).await?.pop() else { return Ok(None) };
        let rows: Vec<DeploymentRow> = hosting_deployments::table
            .filter(hosting_deployments::site_id.eq(id.0.clone()))
            .filter(hosting_deployments::status.eq_any(matter()))
            .select(DeploymentRow::as_select())
            .load(self)
            .await?;
        let deployments = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
        Ok(Some(State { site, deployments, cause: None }))
    }

    async fn write_state(&mut self, before: &State, after: &State) -> StoreResult<()> {
        let known = |deployment: &Deployment| before.deployments.iter().find(|known| known.id == deployment.id);
        // What ends makes room before what begins takes it: a site has one place for each.
        let mut changed: Vec<_> = after.deployments.iter().filter(|own| known(own) != Some(own)).collect();
        changed.sort_by_key(|deployment| !deployment.status.is_over());
        for deployment in changed {
            let row = DeploymentRow::from(deployment);
            if known(deployment).is_some() {
                let own = hosting_deployments::table.filter(hosting_deployments::id.eq(deployment.id.0.clone()));
                diesel::update(own).set(row).execute(self).await?;
            } else {
                diesel::insert_into(hosting_deployments::table).values(row).execute(self).await?;
            }
        }
        if after.site != before.site {
            let own = hosting_sites::table.filter(hosting_sites::id.eq(after.site.id.0.clone()));
            diesel::update(own).set(SiteRow::from(&after.site)).execute(self).await?;
        }
        self.remember(history::news(Some(before), after)).await
    }
}
