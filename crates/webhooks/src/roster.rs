//! Who hears what in a workspace, at hand in memory and never older than the last change.
//!
//! Each workspace has a count of the changes to its endpoints, which is read in the transaction that publishes. What is
//! remembered is used only if it is as new as that: an endpoint that was made, on whatever node, hears the next event.

use crate::channels::Channels;
use crate::endpoints::store::{KeptEndpoint, row::Row};
use crate::filter::Filters;
use crate::model::EndpointId;
use crate::pattern::Patterns;
use crate::schema::{webhook_endpoints, webhook_rosters};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Remembered, StoreError, StoreResult, each_backend};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Workspaces whose endpoints are kept at hand.
const CAPACITY: usize = 10_000;

/// The active endpoints of a workspace.
pub(crate) struct Roster {
    version: i64,
    listeners: Vec<Listener>,
}

/// What an endpoint wants to hear.
pub(crate) struct Listener {
    endpoint: EndpointId,
    events: Patterns,
    channels: Channels,
    filters: Filters,
}

/// What is said of an event, as far as it decides who hears it.
#[derive(Clone, Copy)]
pub(crate) struct Said<'e> {
    pub(crate) name: &'e str,
    pub(crate) channels: &'e Channels,
    pub(crate) data: &'e Value,
}

impl Roster {
    /// The endpoints that hear it.
    pub(crate) fn hearing<'r>(&'r self, said: Said<'r>) -> impl Iterator<Item = EndpointId> + 'r {
        self.listeners.iter().filter(move |listener| listener.hears(said)).map(|listener| listener.endpoint)
    }
}

impl Listener {
    fn hears(&self, said: Said<'_>) -> bool {
        self.would_hear(said.name, said.channels) && self.filters.matches(said.data)
    }

    /// Whether it hears it as far as name and channels decide.
    pub(crate) fn would_hear(&self, name: &str, channels: &Channels) -> bool {
        self.events.matches(name) && self.channels.admits(channels)
    }

    /// What must hold of an event's data beside.
    pub(crate) const fn filters(&self) -> &Filters {
        &self.filters
    }
}

impl From<KeptEndpoint> for Listener {
    fn from(kept: KeptEndpoint) -> Self {
        let endpoint = kept.endpoint;
        let (events, channels, filters) = (endpoint.events, endpoint.channels, endpoint.filters);
        Self { endpoint: endpoint.id, events, channels, filters }
    }
}

/// The rosters of all workspaces.
pub(crate) struct Rosters(Remembered<WorkspaceId, Arc<Roster>>);

impl Rosters {
    pub(crate) fn new() -> Self {
        Self(Remembered::new(CAPACITY))
    }

    /// Forgets a workspace's, after a transaction in which it was read came to nothing.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.0.forget(&workspace);
    }
}

/// Counts a change on a connection, inside its transaction; nobody else changes endpoints of the workspace until it ends.
#[async_trait]
pub(crate) trait Turn {
    async fn turn(&mut self, workspace: WorkspaceId) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Turn for Conn {
    async fn turn(&mut self, workspace: WorkspaceId) -> StoreResult<()> {
        let first = (webhook_rosters::workspace_id.eq(workspace.0), webhook_rosters::version.eq(1));
        diesel::insert_into(webhook_rosters::table)
            .values(first)
            .on_conflict(webhook_rosters::workspace_id)
            .do_update()
            .set(webhook_rosters::version.eq(webhook_rosters::version + 1))
            .execute(self)
            .await?;
        Ok(())
    }
}

/// Reads rosters on a connection, inside its transaction.
#[async_trait]
pub(crate) trait Read {
    /// Who hears what in the workspaces as of now; nothing of one that never had an endpoint.
    async fn rosters(
        &mut self,
        workspaces: &BTreeSet<WorkspaceId>,
        rosters: &Rosters,
    ) -> StoreResult<HashMap<WorkspaceId, Arc<Roster>>>;
}

#[async_trait]
trait Steps {
    async fn versions(&mut self, workspaces: &BTreeSet<WorkspaceId>) -> StoreResult<Vec<(i64, i64)>>;
    async fn read(&mut self, workspace: WorkspaceId, version: i64) -> StoreResult<Roster>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn versions(&mut self, workspaces: &BTreeSet<WorkspaceId>) -> StoreResult<Vec<(i64, i64)>> {
        let columns = (webhook_rosters::workspace_id, webhook_rosters::version);
        let numbers: Vec<i64> = workspaces.iter().map(|workspace| workspace.0).collect();
        if let [one] = numbers[..] {
            let of_tenant = webhook_rosters::table.filter(webhook_rosters::workspace_id.eq(one));
            return Ok(of_tenant.select(columns).load(self).await?);
        }
        let of_tenants = webhook_rosters::table.filter(webhook_rosters::workspace_id.eq_any(numbers));
        Ok(of_tenants.select(columns).load(self).await?)
    }

    async fn read(&mut self, workspace: WorkspaceId, version: i64) -> StoreResult<Roster> {
        let active = webhook_endpoints::table
            .filter(webhook_endpoints::workspace_id.eq(workspace.0))
            .filter(webhook_endpoints::deleted_at.is_null())
            .filter(webhook_endpoints::is_active)
            .order(webhook_endpoints::id);
        let rows: Vec<Row> = active.select(Row::as_select()).load(self).await?;
        let listeners = rows.into_iter().map(|row| KeptEndpoint::try_from(row).map(Listener::from));
        Ok(Roster { version, listeners: listeners.collect::<StoreResult<_>>()? })
    }
}

#[each_backend]
#[async_trait]
impl Read for Conn {
    async fn rosters(
        &mut self,
        workspaces: &BTreeSet<WorkspaceId>,
        rosters: &Rosters,
    ) -> StoreResult<HashMap<WorkspaceId, Arc<Roster>>> {
        let mut read = HashMap::with_capacity(workspaces.len());
        for (number, version) in self.versions(workspaces).await? {
            let workspace = WorkspaceId(number);
            let known = rosters.0.get(&workspace).filter(|known| known.version == version);
            if known.is_none() {
                rosters.0.forget(&workspace);
            }
            let load = async { Ok::<_, StoreError>(Some(Arc::new(self.read(workspace, version).await?))) };
            let roster = match known {
                Some(known) => Some(known),
                None => rosters.0.get_or_load(&workspace, load).await?,
            };
            read.extend(roster.map(|roster| (workspace, roster)));
        }
        Ok(read)
    }
}
