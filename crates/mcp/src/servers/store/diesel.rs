//! The store, written once for both databases.

use super::row::{NewPolicyRow, NewRow, PolicyRow, Row};
use super::{Added, Amend, Kept, KeptServer, One, ServerStore};
use crate::error::McpError;
use crate::model::ServerName;
use crate::schema::{mcp_policies, mcp_servers, mcp_tool_versions};
use crate::servers::directory::CHANGED;
use crate::servers::model::Policy;
use crate::versions::store::row::Row as VersionRow;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

/// Servers over the handle `D`.
pub(super) struct DieselServerStore<D> {
    pub(super) db: D,
}

/// A server of a workspace.
macro_rules! named {
    ($table:ident, $column:ident, $workspace:expr, $name:expr) => {
        $table::table
            .filter($table::workspace_id.eq($workspace.0))
            .filter($table::$column.eq($name.as_str().to_owned()))
    };
}

#[each_backend]
impl DieselServerStore<Db> {
    /// Writes what may be done with a server.
    async fn put_policy(conn: &mut Conn, row: NewPolicyRow) -> StoreResult<()> {
        diesel::insert_into(mcp_policies::table)
            .values(&row)
            .on_conflict((mcp_policies::workspace_id, mcp_policies::server))
            .do_update()
            .set(&row)
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl ServerStore for DieselServerStore<Db> {
    async fn all(&self, workspace: WorkspaceId) -> StoreResult<Kept> {
        let read = self.db.read(move |conn| {
            async move {
                let own = mcp_servers::table.filter(mcp_servers::workspace_id.eq(workspace.0));
                let servers: Vec<Row> = own.select(Row::as_select()).load(conn).await?;
                let own = mcp_policies::table.filter(mcp_policies::workspace_id.eq(workspace.0));
                let policies: Vec<PolicyRow> = own.select(PolicyRow::as_select()).load(conn).await?;
                let own = mcp_tool_versions::table.filter(mcp_tool_versions::workspace_id.eq(workspace.0));
                let versions: Vec<VersionRow> = own.select(VersionRow::as_select()).load(conn).await?;
                Ok(Kept {
                    servers: servers.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?,
                    policies: policies.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?,
                    versions: versions.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?,
                })
            }
            .boxed()
        });
        read.await
    }

    async fn insert(
        &self,
        workspace: WorkspaceId,
        new: KeptServer,
        policy: Policy,
        most: usize,
        event: Event,
    ) -> StoreResult<Added> {
        let write = self.db.write(move |conn| {
            async move {
                let own = mcp_servers::table.filter(mcp_servers::workspace_id.eq(workspace.0));
                let names: Vec<String> = own.select(mcp_servers::name).load(conn).await?;
                if names.iter().any(|name| name == new.name.as_str()) {
                    return Ok(Added::Taken);
                }
                if names.len() >= most {
                    return Ok(Added::TooMany);
                }
                let policy = NewPolicyRow::of(workspace, &new.name, policy, Ts(new.created_at));
                let no_row = || StoreError::Damaged("mcp_servers.target".to_owned());
                let row = NewRow::of(workspace, new).ok_or_else(no_row)?;
                diesel::insert_into(mcp_servers::table).values(row).execute(conn).await?;
                Self::put_policy(conn, policy).await?;
                conn.announce(CHANGED, workspace.to_string(), event.at).await?;
                conn.append(&event).await?;
                Ok(Added::Yes)
            }
            .boxed()
        });
        match write.await {
            Err(StoreError::NotUnique(_)) => Ok(Added::Taken),
            outcome => outcome,
        }
    }

    async fn amend(
        &self,
        workspace: WorkspaceId,
        name: ServerName,
        now: Timestamp,
        amend: Amend,
    ) -> StoreResult<Result<(), McpError>> {
        let write = self.db.write(move |conn| {
            async move {
                let of_name = named!(mcp_servers, name, workspace, name).select(Row::as_select());
                let server: Option<Row> = Locked(of_name).get_result(conn).await.optional()?;
                let of_name = named!(mcp_policies, server, workspace, name).select(PolicyRow::as_select());
                let policy: Option<PolicyRow> = Locked(of_name).get_result(conn).await.optional()?;
                let policy: Option<(ServerName, Policy)> = policy.map(TryInto::try_into).transpose()?;
                let policy = policy.map(|(_, policy)| policy).unwrap_or_default();
                let before = One { server: server.map(TryInto::try_into).transpose()?, policy };
                let (after, event) = match amend(before) {
                    Ok(change) => change,
                    Err(refused) => return Ok(Err(refused)),
                };
                if let Some(row) = after.server.and_then(|kept| NewRow::of(workspace, kept)) {
                    diesel::update(named!(mcp_servers, name, workspace, name)).set(row).execute(conn).await?;
                }
                Self::put_policy(conn, NewPolicyRow::of(workspace, &name, after.policy, Ts(now))).await?;
                conn.announce(CHANGED, workspace.to_string(), now).await?;
                conn.append(&event).await?;
                Ok(Ok(()))
            }
            .boxed()
        });
        write.await
    }

    async fn delete(&self, workspace: WorkspaceId, name: ServerName, event: Event) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let deleted = diesel::delete(named!(mcp_servers, name, workspace, name)).execute(conn).await?;
                if deleted == 0 {
                    return Ok(false);
                }
                diesel::delete(named!(mcp_policies, server, workspace, name)).execute(conn).await?;
                diesel::delete(named!(mcp_tool_versions, server, workspace, name)).execute(conn).await?;
                conn.announce(CHANGED, workspace.to_string(), event.at).await?;
                conn.append(&event).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }
}
