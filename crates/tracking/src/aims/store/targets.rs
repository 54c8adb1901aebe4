//! Goals, for those who roll hits up.

use crate::aims::model::AimKind;
use crate::schema::tracking_aims::{self, dsl};
use crate::schema::tracking_domains;
use crate::step::Step;
use crate::visits::Target;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreResult, each_backend};
use std::collections::BTreeSet;

/// A goal, and whose it is.
type Row = (i64, i64, String, Json<Vec<Step>>, i64, String);

fn read((id, domain, name, steps, workspace, host): Row) -> Option<Target> {
    let step = steps.0.into_iter().next()?;
    Some(Target { id, domain, name, step, workspace: WorkspaceId(workspace), host })
}

#[async_trait]
pub(crate) trait Targets {
    /// The goals of these domains.
    async fn targets(&mut self, domains: BTreeSet<i64>) -> StoreResult<Vec<Target>>;
}

#[each_backend]
#[async_trait]
impl Targets for Conn {
    async fn targets(&mut self, domains: BTreeSet<i64>) -> StoreResult<Vec<Target>> {
        let goals = tracking_aims::table
            .inner_join(tracking_domains::table)
            .filter(dsl::domain_id.eq_any(domains))
            .filter(dsl::kind.eq(AimKind::Goal.name()))
            .order(dsl::id)
            .select((
                dsl::id,
                dsl::domain_id,
                dsl::name,
                dsl::steps,
                tracking_domains::workspace_id,
                tracking_domains::name,
            ));
        let rows: Vec<Row> = goals.load(self).await?;
        Ok(rows.into_iter().filter_map(read).collect())
    }
}
