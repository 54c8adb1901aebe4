//! The store, written once for both databases.

use super::row::{FeatureRow, PlanRow};
use super::{Asked, Decide, Kept, OfferStore, Standing, Step};
use crate::offer::CHANGED;
use crate::offer::error::OfferError;
use crate::offer::schema::{catalogue, catalogue_features, catalogue_plans, workspaces};
use crate::schema::usage_meters;
use async_trait::async_trait;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// The one row of its table.
const ROW: i32 = 1;

/// What is offered, over the handle `D`.
pub(super) struct DieselOfferStore<D> {
    pub(super) db: D,
}

/// What several steps have in common.
#[async_trait]
trait Steps {
    /// Everything that is kept, under this version.
    async fn kept(&mut self, version: i64) -> StoreResult<Kept>;
    /// How much there is of what is asked for.
    async fn found(&mut self, asked: &Asked) -> StoreResult<i64>;
    /// Takes a step.
    async fn step(&mut self, step: Step, now: Timestamp) -> StoreResult<()>;
    /// Has the meters of a feature made anew from the uses that are kept.
    async fn reopen_meters(&mut self, feature: &str) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn kept(&mut self, version: i64) -> StoreResult<Kept> {
        let features = catalogue_features::table.order((catalogue_features::created_at, catalogue_features::code));
        let features: Vec<FeatureRow> = features.select(FeatureRow::as_select()).load(self).await?;
        let plans = catalogue_plans::table.order((catalogue_plans::created_at, catalogue_plans::name));
        let plans: Vec<PlanRow> = plans.select(PlanRow::as_select()).load(self).await?;
        let (features, plans) =
            (features.into_iter().map(Into::into).collect(), plans.into_iter().map(Into::into).collect());
        Ok(Kept { version, features, plans })
    }

    async fn found(&mut self, asked: &Asked) -> StoreResult<i64> {
        match asked {
            Asked::Nothing => Ok(0),
            Asked::UsesOf(code) => {
                let meters = usage_meters::table.filter(usage_meters::feature.eq(code));
                let is_there: bool = select(exists(meters)).get_result(self).await?;
                Ok(is_there.into())
            }
            Asked::WorkspacesOn(plan) => {
                let living = workspaces::table.filter(workspaces::tier.eq(plan));
                Ok(living.filter(workspaces::deleted_at.is_null()).count().get_result(self).await?)
            }
        }
    }

    async fn step(&mut self, step: Step, now: Timestamp) -> StoreResult<()> {
        match step {
            Step::PutFeature { entry, was_used, .. } => {
                if was_used {
                    self.reopen_meters(&entry.code).await?;
                }
                let row = FeatureRow::new(entry, now);
                let change =
                    (catalogue_features::body.eq(row.body.clone()), catalogue_features::updated_at.eq(Ts(now)));
                let insert = diesel::insert_into(catalogue_features::table).values(row);
                insert.on_conflict(catalogue_features::code).do_update().set(change).execute(self).await?
            }
            Step::RemoveFeature { code, .. } => {
                diesel::delete(catalogue_features::table.find(code)).execute(self).await?
            }
            Step::PutPlan { entry, .. } => {
                let row = PlanRow::new(entry, now);
                let change = (catalogue_plans::body.eq(row.body.clone()), catalogue_plans::updated_at.eq(Ts(now)));
                let insert = diesel::insert_into(catalogue_plans::table).values(row);
                insert.on_conflict(catalogue_plans::name).do_update().set(change).execute(self).await?
            }
            Step::RemovePlan { name, .. } => diesel::delete(catalogue_plans::table.find(name)).execute(self).await?,
        };
        Ok(())
    }

    async fn reopen_meters(&mut self, feature: &str) -> StoreResult<()> {
        let meters = usage_meters::table.filter(usage_meters::feature.eq(feature));
        let closed = (usage_meters::opened_at.eq(None::<Ts>), usage_meters::version.eq(usage_meters::version + 1));
        diesel::update(meters).set(closed).execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl OfferStore for DieselOfferStore<Db> {
    async fn load(&self) -> StoreResult<Kept> {
        let scan = self.db.scan(move |conn| {
            async move {
                let version = catalogue::table.find(ROW).select(catalogue::version).first(conn).await?;
                conn.kept(version).await
            }
            .boxed()
        });
        scan.await
    }

    async fn change(&self, asked: Asked, decide: Decide, now: Timestamp) -> StoreResult<Result<Kept, OfferError>> {
        let write = self.db.write(move |conn| {
            async move {
                let held = Locked(catalogue::table.find(ROW).select(catalogue::version));
                let version: i64 = held.get_result(conn).await?;
                let standing = Standing { kept: conn.kept(version).await?, found: conn.found(&asked).await? };
                let (step, event) = match decide(&standing) {
                    Ok(Some(decided)) => decided,
                    Ok(None) => return Ok(Ok(standing.kept)),
                    Err(cause) => return Ok(Err(cause)),
                };
                let version = version + 1;
                conn.step(step, now).await?;
                let row = diesel::update(catalogue::table.find(ROW));
                row.set(catalogue::version.eq(version)).execute(conn).await?;
                conn.announce(CHANGED, version.to_string(), now).await?;
                conn.append(&event).await?;
                Ok(Ok(conn.kept(version).await?))
            }
            .boxed()
        });
        write.await
    }
}
