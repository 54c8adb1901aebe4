//! Debts and what they stop, written once for both databases.

use super::diesel::DieselStore;
use crate::ids::{DatabaseId, SiteId};
use crate::metering::{Debt, DebtStore, Resources};
use crate::schema::{hosting_databases, hosting_debts, hosting_sites};
use crate::sites::{DesiredState, StopReason};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// What a workspace has that is meant to run, be it that its first deployment is still under way.
macro_rules! meant_to_run {
    ($table:ident) => {
        $table::table.filter($table::desired.eq(DesiredState::Running.name())).filter($table::deleted_at.is_null())
    };
}

/// What is stopped for want of credits.
macro_rules! unpaid {
    ($table:ident) => {
        $table::table
            .filter($table::stop_reason.eq(StopReason::InsufficientCredits.name()))
            .filter($table::deleted_at.is_null())
    };
}

#[each_backend]
#[async_trait]
impl DebtStore for DieselStore<Db> {
    async fn debt(&self, workspace: WorkspaceId) -> StoreResult<Option<Debt>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_debts::table.find(workspace.0);
                let row: Option<(i64, Ts, bool)> = own.first(conn).await.optional()?;
                Ok(row.map(debt))
            }
            .boxed()
        });
        read.await
    }

    async fn debts(&self) -> StoreResult<Vec<Debt>> {
        let read = self.db.read(move |conn| {
            async move {
                let rows: Vec<(i64, Ts, bool)> = hosting_debts::table.load(conn).await?;
                Ok(rows.into_iter().map(debt).collect())
            }
            .boxed()
        });
        read.await
    }

    async fn begin_debt(&self, debt: Debt, event: Event) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let row = (
                    hosting_debts::workspace_id.eq(debt.workspace.0),
                    hosting_debts::since.eq(Ts(debt.since)),
                    hosting_debts::is_suspended.eq(debt.is_suspended),
                );
                let insert = diesel::insert_into(hosting_debts::table).values(row).on_conflict_do_nothing();
                if insert.execute(conn).await? > 0 {
                    conn.append(&event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn suspend(&self, workspace: WorkspaceId, event: Event) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_debts::table
                    .filter(hosting_debts::workspace_id.eq(workspace.0))
                    .filter(hosting_debts::is_suspended.eq(false));
                if diesel::update(own).set(hosting_debts::is_suspended.eq(true)).execute(conn).await? > 0 {
                    conn.append(&event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn end_debt(&self, workspace: WorkspaceId, event: Event) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_debts::table.find(workspace.0);
                if diesel::delete(own).execute(conn).await? > 0 {
                    conn.append(&event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn meant_to_run(&self, workspace: WorkspaceId) -> StoreResult<Resources> {
        let read = self.db.read(move |conn| {
            async move {
                let sites = meant_to_run!(hosting_sites).filter(hosting_sites::workspace_id.eq(workspace.0));
                let databases =
                    meant_to_run!(hosting_databases).filter(hosting_databases::workspace_id.eq(workspace.0));
                let sites: Vec<String> = sites.select(hosting_sites::id).load(conn).await?;
                let databases: Vec<String> = databases.select(hosting_databases::id).load(conn).await?;
                Ok(resources(sites, databases))
            }
            .boxed()
        });
        read.await
    }

    async fn stopped_unpaid(&self, workspace: WorkspaceId) -> StoreResult<Resources> {
        let read = self.db.read(move |conn| {
            async move {
                let sites = unpaid!(hosting_sites).filter(hosting_sites::workspace_id.eq(workspace.0));
                let databases = unpaid!(hosting_databases).filter(hosting_databases::workspace_id.eq(workspace.0));
                let sites: Vec<String> = sites.select(hosting_sites::id).load(conn).await?;
                let databases: Vec<String> = databases.select(hosting_databases::id).load(conn).await?;
                Ok(resources(sites, databases))
            }
            .boxed()
        });
        read.await
    }

    async fn unpaid(&self) -> StoreResult<Vec<WorkspaceId>> {
        let read = self.db.read(move |conn| {
            async move {
                let mut workspaces: Vec<i64> =
                    unpaid!(hosting_sites).select(hosting_sites::workspace_id).distinct().load(conn).await?;
                let further = unpaid!(hosting_databases).select(hosting_databases::workspace_id).distinct();
                workspaces.extend(further.load::<i64>(conn).await?);
                workspaces.sort_unstable();
                workspaces.dedup();
                Ok(workspaces.into_iter().map(WorkspaceId).collect())
            }
            .boxed()
        });
        read.await
    }
}

fn debt((workspace, since, is_suspended): (i64, Ts, bool)) -> Debt {
    Debt { workspace: WorkspaceId(workspace), since: since.0, is_suspended }
}

fn resources(sites: Vec<String>, databases: Vec<String>) -> Resources {
    let sites = sites.into_iter().map(SiteId).collect();
    Resources { sites, databases: databases.into_iter().map(DatabaseId).collect() }
}
