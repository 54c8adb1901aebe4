//! Runs, written once for both databases.

use super::diesel::DieselStore;
use crate::deployments::{DeploymentStatus, PhaseTiming};
use crate::metering::{Metered, Run, RunStore};
use crate::schema::{hosting_databases, hosting_deployments, hosting_runs, hosting_sites};
use crate::sites::{Condition, DesiredState};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Json, StoreError, StoreResult, Ts, each_backend};

/// What is noted every minute, in seconds.
const MINUTE: i64 = 60;
/// How many builds are noted in one step.
const BUILDS: i64 = 200;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = hosting_runs)]
struct RunRow {
    kind: String,
    resource_id: String,
    hour: Ts,
    workspace_id: i64,
    seconds: i64,
    noted_at: Ts,
}

impl TryFrom<RunRow> for Run {
    type Error = StoreError;

    fn try_from(row: RunRow) -> StoreResult<Self> {
        let what = Metered::named(&row.kind).ok_or_else(|| StoreError::Damaged(format!("kind {}", row.kind)))?;
        let (workspace, hour) = (WorkspaceId(row.workspace_id), row.hour.0);
        Ok(Self { workspace, what, resource: row.resource_id, hour, seconds: row.seconds })
    }
}

impl RunRow {
    fn of(run: Run, noted_at: Timestamp) -> Self {
        Self {
            kind: run.what.name().to_owned(),
            resource_id: run.resource,
            hour: Ts(run.hour),
            workspace_id: run.workspace.0,
            seconds: run.seconds,
            noted_at: Ts(noted_at),
        }
    }
}

/// How long a build took until its program was started, in seconds; one that is begun counts whole.
fn length(timings: &[PhaseTiming]) -> i64 {
    let counted = [DeploymentStatus::Cloning, DeploymentStatus::Building].map(DeploymentStatus::name);
    let phases: Vec<i64> =
        timings.iter().filter(|timing| counted.contains(&timing.phase.as_str())).map(|timing| timing.ms).collect();
    if phases.is_empty() { 0 } else { phases.iter().sum::<i64>().div_euclid(1000) + 1 }
}

/// Runs on a store's own connection, inside its transaction.
#[async_trait]
trait Note {
    /// Adds to what ran in an hour, or begins it.
    async fn note(&mut self, row: RunRow) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Note for Conn {
    async fn note(&mut self, row: RunRow) -> StoreResult<()> {
        // A minute is noted once, a build whenever one has ended.
        let is_new = hosting_runs::noted_at.lt(excluded(hosting_runs::noted_at));
        let upsert = diesel::insert_into(hosting_runs::table)
            .values(row)
            .on_conflict((hosting_runs::kind, hosting_runs::resource_id, hosting_runs::hour))
            .do_update()
            .set((
                hosting_runs::seconds.eq(hosting_runs::seconds + excluded(hosting_runs::seconds)),
                hosting_runs::noted_at.eq(excluded(hosting_runs::noted_at)),
            ));
        let upsert = diesel::query_dsl::methods::FilterDsl::filter(
            upsert,
            is_new.or(hosting_runs::kind.eq(Metered::Build.name())),
        );
        upsert.execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl RunStore for DieselStore<Db> {
    async fn note_runs(&self, minute: Timestamp, hour: Timestamp) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let sites: Vec<(i64, String)> = hosting_sites::table
                    .filter(hosting_sites::desired.eq(DesiredState::Running.name()))
                    .filter(hosting_sites::current_id.is_not_null())
                    .filter(
                        // What sleeps costs nothing.
                        hosting_sites::condition.is_null().or(hosting_sites::condition.ne(Condition::Asleep.name())),
                    )
                    .filter(hosting_sites::deleted_at.is_null())
                    .select((hosting_sites::workspace_id, hosting_sites::id))
                    .load(conn)
                    .await?;
                let databases: Vec<(i64, String)> = hosting_databases::table
                    .filter(hosting_databases::desired.eq(DesiredState::Running.name()))
                    .filter(hosting_databases::deleted_at.is_null())
                    .select((hosting_databases::workspace_id, hosting_databases::id))
                    .load(conn)
                    .await?;
                let sites = sites.into_iter().map(|own| (Metered::Site, own));
                for (what, (workspace, resource)) in
                    sites.chain(databases.into_iter().map(|own| (Metered::Database, own)))
                {
                    let run = Run { workspace: WorkspaceId(workspace), what, resource, hour, seconds: MINUTE };
                    conn.note(RunRow::of(run, minute)).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn note_builds(&self, now: Timestamp, hour: Timestamp) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let ended = hosting_deployments::table
                    .filter(hosting_deployments::is_counted.eq(false))
                    .filter(hosting_deployments::finished_at.is_not_null())
                    .order(hosting_deployments::finished_at)
                    .limit(BUILDS)
                    .select((
                        hosting_deployments::id,
                        hosting_deployments::workspace_id,
                        hosting_deployments::site_id,
                        hosting_deployments::timings,
                    ));
                let ended: Vec<(String, i64, String, Json<Vec<PhaseTiming>>)> = ended.load(conn).await?;
                let is_full = i64::try_from(ended.len()).is_ok_and(|count| count == BUILDS);
                for (id, workspace, resource, timings) in ended {
                    let one = hosting_deployments::table
                        .filter(hosting_deployments::id.eq(id))
                        .filter(hosting_deployments::is_counted.eq(false));
                    let is_new =
                        diesel::update(one).set(hosting_deployments::is_counted.eq(true)).execute(conn).await? > 0;
                    let seconds = length(&timings.0);
                    if is_new && seconds > 0 {
                        let (workspace, what) = (WorkspaceId(workspace), Metered::Build);
                        let run = Run { workspace, what, resource, hour, seconds };
                        conn.note(RunRow::of(run, now)).await?;
                    }
                }
                Ok(is_full)
            }
            .boxed()
        });
        write.await
    }

    async fn runs_before(&self, before: Timestamp, after: Option<Run>, limit: i64) -> StoreResult<Vec<Run>> {
        let read = self.db.read(move |conn| {
            async move {
                use hosting_runs::dsl;
                let mut due =
                    dsl::hosting_runs.filter(dsl::hour.lt(Ts(before))).select(RunRow::as_select()).into_boxed();
                if let Some(Run { workspace, what, resource, hour, .. }) = after {
                    let same_workspace = dsl::workspace_id.eq(workspace.0);
                    let same_hour = same_workspace.and(dsl::hour.eq(Ts(hour)));
                    let same_kind = same_hour.and(dsl::kind.eq(what.name()));
                    let later = dsl::workspace_id.gt(workspace.0).or(same_workspace.and(dsl::hour.gt(Ts(hour))));
                    let later = later.or(same_hour.and(dsl::kind.gt(what.name())));
                    due = due.filter(later.or(same_kind.and(dsl::resource_id.gt(resource))));
                }
                let sorted = due.order((dsl::workspace_id, dsl::hour, dsl::kind, dsl::resource_id));
                let rows: Vec<RunRow> = sorted.limit(limit).load(conn).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
            .boxed()
        });
        read.await
    }

    async fn end_run(&self, run: Run) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_runs::table.find((run.what.name(), run.resource, Ts(run.hour)));
                diesel::delete(own).execute(conn).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }
}
