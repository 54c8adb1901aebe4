//! What nobody can use any more is deleted.

use crate::schema::{mail_quotas, one_time_codes, one_time_links, registrations};
use crate::schema::{pending_second_factors as secrets, second_factor_challenges as challenges};
use crate::store::{AuthStore, DieselAuthStore};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Clock, Timestamp};
use mainstay_store::jobs::{Done, Handler};
use mainstay_store::{StoreResult, Ts, each_backend};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a code, a link or a registration that is over still says so. Longer than any of them lives, and than
/// a quota looks back.
const KEPT: Duration = Duration::from_hours(24);
const EVERY: Duration = Duration::from_hours(1);

/// One-time secrets, challenges, secrets that waited for their first code and registrations, all of them over.
#[async_trait]
pub trait StaleStore: Send + Sync {
    /// Deletes what was over, or last touched, before `before`; gives how many rows.
    async fn delete_stale(&self, before: Timestamp) -> StoreResult<usize>;
}

#[each_backend]
#[async_trait]
impl StaleStore for DieselAuthStore<Db> {
    async fn delete_stale(&self, before: Timestamp) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let before = Ts(before);
                    let codes = one_time_codes::table.filter(one_time_codes::expires_at.lt(before));
                    let links = one_time_links::table.filter(one_time_links::expires_at.lt(before));
                    let quotas = mail_quotas::table.filter(mail_quotas::updated_at.lt(before));
                    let secrets = secrets::table.filter(secrets::expires_at.lt(before));
                    let challenges = challenges::table.filter(challenges::expires_at.lt(before));
                    let idle = registrations::table.filter(registrations::created_at.lt(before));
                    let unverified = registrations::verified_at.is_null();
                    let stale = idle.filter(unverified.or(registrations::verified_at.lt(before).assume_not_null()));
                    Ok(diesel::delete(codes).execute(conn).await?
                        + diesel::delete(links).execute(conn).await?
                        + diesel::delete(quotas).execute(conn).await?
                        + diesel::delete(secrets).execute(conn).await?
                        + diesel::delete(challenges).execute(conn).await?
                        + diesel::delete(stale).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}

/// Deletes, every hour, what has been over for a day.
pub struct OneTimeCleanUp {
    store: Arc<dyn AuthStore>,
    clock: Arc<dyn Clock>,
}

impl OneTimeCleanUp {
    pub(crate) fn new(store: Arc<dyn AuthStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

#[async_trait]
impl Handler for OneTimeCleanUp {
    fn queue(&self) -> &'static str {
        "auth.one_time"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(KEPT);
        self.store.delete_stale(before).await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
