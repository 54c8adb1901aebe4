//! The store, written once for both databases.

use super::row::NewRow;
use super::{Put, VersionStore};
use crate::model::ServerName;
use crate::schema::mcp_tool_versions::{self, dsl};
use crate::servers::CHANGED;
use crate::versions::model::ToolVersion;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::{StoreResult, each_backend};

/// Versions over the handle `D`.
pub(super) struct DieselVersionStore<D> {
    pub(super) db: D,
}

/// The versions of a tool of a workspace.
macro_rules! of_tool {
    ($workspace:expr, $server:expr, $tool:expr) => {
        dsl::mcp_tool_versions
            .filter(dsl::workspace_id.eq($workspace.0))
            .filter(dsl::server.eq($server.as_str().to_owned()))
            .filter(dsl::tool.eq($tool.clone()))
    };
}

#[each_backend]
#[async_trait]
impl VersionStore for DieselVersionStore<Db> {
    async fn put(&self, workspace: WorkspaceId, version: ToolVersion, most: i64) -> StoreResult<Put> {
        let write = self.db.write(move |conn| {
            async move {
                let (server, tool, now) = (version.server.clone(), version.tool.clone(), version.created_at);
                let others = of_tool!(workspace, server, tool).filter(dsl::version.ne(version.version.to_string()));
                let others: i64 = others.count().get_result(conn).await?;
                if others >= most {
                    return Ok(Put::TooMany);
                }
                if version.is_latest {
                    let no_more = diesel::update(of_tool!(workspace, server, tool)).set(dsl::is_latest.eq(false));
                    no_more.execute(conn).await?;
                }
                let (row, terms) = NewRow::of(workspace, version);
                diesel::insert_into(mcp_tool_versions::table)
                    .values(row)
                    .on_conflict((dsl::workspace_id, dsl::server, dsl::tool, dsl::version))
                    .do_update()
                    .set(terms)
                    .execute(conn)
                    .await?;
                conn.announce(CHANGED, workspace.to_string(), now).await?;
                Ok(Put::Kept)
            }
            .boxed()
        });
        write.await
    }

    async fn delete(
        &self,
        workspace: WorkspaceId,
        (server, tool): (ServerName, String),
        version: String,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let of_version = of_tool!(workspace, server, tool).filter(dsl::version.eq(version));
                let deleted = diesel::delete(of_version).execute(conn).await?;
                conn.announce(CHANGED, workspace.to_string(), now).await?;
                Ok(deleted > 0)
            }
            .boxed()
        });
        write.await
    }
}
