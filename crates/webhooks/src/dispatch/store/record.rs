//! Keeping what came of attempts.

use super::attempt::{NewAttempt, Note as _};
use super::{Report, TellDisabled};
use crate::deliveries::DeliveryStatus;
use crate::endpoints::DisabledReason;
use crate::endpoints::store::KeptEndpoint;
use crate::endpoints::store::row::Row;
use crate::health::{Felt, Health};
use crate::roster::Turn as _;
use crate::schema::{webhook_deliveries, webhook_endpoints};
use crate::verdict::Verdict;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Prepare as _, StoreResult, Ts, each_backend};
use std::collections::{BTreeMap, HashMap, HashSet};

impl Report {
    fn attempt(&self) -> NewAttempt<'_> {
        NewAttempt {
            delivery: self.delivery,
            number: self.attempt,
            started_at: self.receipt.started_at,
            duration_ms: self.receipt.duration_ms,
            response_code: self.receipt.response_code,
            response_body: self.receipt.response_body.as_deref(),
            error: self.receipt.error.as_deref(),
        }
    }
}

/// What all deliveries that arrived alike have in common: they are kept with one statement.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    response_code: Option<u16>,
    attempt: i32,
    lease_until: Timestamp,
}

/// How an endpoint was before these reports.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
struct Feeling {
    id: i64,
    consecutive_failures: i32,
    is_active: bool,
}

#[async_trait]
pub(super) trait Records {
    async fn record(&mut self, reports: &[Report], now: Timestamp, tell: &TellDisabled) -> StoreResult<()>;
}

#[async_trait]
trait Steps {
    /// Ends those that arrived; gives which of them this node still held.
    async fn arrive(&mut self, alike: &Alike, ids: Vec<i64>, now: Timestamp) -> StoreResult<Vec<i64>>;
    /// Puts one that did not arrive up again, or ends it; says whether this node still held it.
    async fn fail(&mut self, report: &Report, now: Timestamp) -> StoreResult<bool>;
    /// Counts for endpoints that so many deliveries arrived at each, and nothing else happened.
    async fn count_arrived(&mut self, endpoints: Vec<i64>, count: usize, now: Timestamp) -> StoreResult<()>;
    /// Counts what an endpoint's attempts came to, in their order, and turns it off where that is due.
    async fn count(&mut self, endpoint: Feeling, felt: &[Felt], now: Timestamp, tell: &TellDisabled)
    -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn arrive(&mut self, alike: &Alike, ids: Vec<i64>, now: Timestamp) -> StoreResult<Vec<i64>> {
        use webhook_deliveries::dsl;
        let held = dsl::webhook_deliveries
            .filter(dsl::id.eq_any(ids))
            .filter(dsl::attempt.eq(alike.attempt))
            .filter(dsl::lease_until.eq(Ts(alike.lease_until)));
        let arrived = (
            dsl::status.eq(DeliveryStatus::Success.name()),
            dsl::response_code.eq(alike.response_code.map(i32::from)),
            dsl::due_at.eq(None::<Ts>),
            dsl::lease_until.eq(None::<Ts>),
            dsl::delivered_at.eq(Ts(now)),
            dsl::updated_at.eq(Ts(now)),
        );
        Ok(diesel::update(held).set(arrived).returning(dsl::id).prepared_with_lists().get_results(self).await?)
    }

    async fn fail(&mut self, report: &Report, now: Timestamp) -> StoreResult<bool> {
        use webhook_deliveries::dsl;
        let held = dsl::webhook_deliveries
            .filter(dsl::id.eq(report.delivery.0))
            .filter(dsl::attempt.eq(report.attempt))
            .filter(dsl::lease_until.eq(Ts(report.lease_until)));
        let (status, attempt) = match report.next_at {
            Some(_) => (DeliveryStatus::Retrying, report.attempt + 1),
            None => (DeliveryStatus::Failed, report.attempt),
        };
        let failed = (
            dsl::status.eq(status.name()),
            dsl::attempt.eq(attempt),
            dsl::response_code.eq(report.receipt.response_code.map(i32::from)),
            dsl::due_at.eq(report.next_at.map(Ts)),
            dsl::lease_until.eq(None::<Ts>),
            dsl::updated_at.eq(Ts(now)),
        );
        Ok(diesel::update(held).set(failed).prepared().execute(self).await? == 1)
    }

    async fn count_arrived(&mut self, endpoints: Vec<i64>, count: usize, now: Timestamp) -> StoreResult<()> {
        use webhook_endpoints::dsl;
        let counts = (
            dsl::success_count.eq(dsl::success_count + number(count)),
            dsl::consecutive_failures.eq(0),
            dsl::last_delivery_at.eq(Ts(now)),
        );
        let told = dsl::webhook_endpoints.filter(dsl::id.eq_any(endpoints));
        diesel::update(told).set(counts).prepared_with_lists().execute(self).await?;
        Ok(())
    }

    async fn count(
        &mut self,
        endpoint: Feeling,
        felt: &[Felt],
        now: Timestamp,
        tell: &TellDisabled,
    ) -> StoreResult<()> {
        use webhook_endpoints::dsl;
        let called = dsl::webhook_endpoints.filter(dsl::id.eq(endpoint.id));
        let before = Health { consecutive_failures: endpoint.consecutive_failures, is_active: endpoint.is_active };
        let after = felt.iter().fold(before, |health, felt| health.after(*felt));
        let successes = felt.iter().filter(|felt| matches!(felt, Felt::Success)).count();
        let counts = (
            dsl::success_count.eq(dsl::success_count + number(successes)),
            dsl::failure_count.eq(dsl::failure_count + number(felt.len() - successes)),
            dsl::consecutive_failures.eq(after.consecutive_failures),
            dsl::last_delivery_at.eq(Ts(now)),
        );
        diesel::update(called).set(counts).prepared().execute(self).await?;
        if before.is_active && !after.is_active {
            let is_gone = felt.iter().any(|felt| matches!(felt, Felt::Gone));
            let reason = if is_gone { DisabledReason::Gone } else { DisabledReason::Failing };
            let off = (
                dsl::is_active.eq(false),
                dsl::disabled_at.eq(Ts(now)),
                dsl::disabled_reason.eq(reason.name()),
                dsl::updated_at.eq(Ts(now)),
            );
            let row: Row = diesel::update(called).set(off).returning(Row::as_returning()).get_result(self).await?;
            let endpoint = KeptEndpoint::try_from(row)?.endpoint;
            self.turn(endpoint.workspace).await?;
            self.append(&tell(&endpoint)).await?;
        }
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl Records for Conn {
    async fn record(&mut self, reports: &[Report], now: Timestamp, tell: &TellDisabled) -> StoreResult<()> {
        // Endpoints before deliveries and in their order, as those who claim do.
        let endpoints: HashSet<i64> = reports.iter().map(|report| report.endpoint.0).collect();
        let locked = webhook_endpoints::table.filter(webhook_endpoints::id.eq_any(endpoints));
        let locked = locked.order(webhook_endpoints::id).select(Feeling::as_select());
        let there: Vec<Feeling> = Locked(locked).load(self).await?;
        let mut held: HashSet<i64> = HashSet::with_capacity(reports.len());
        for (alike, ids) in arrived(reports) {
            held.extend(self.arrive(&alike, ids, now).await?);
        }
        for report in reports.iter().filter(|report| !report.receipt.arrived()) {
            if self.fail(report, now).await? {
                held.insert(report.delivery.0);
            }
        }
        let kept: Vec<&Report> = reports.iter().filter(|report| held.contains(&report.delivery.0)).collect();
        self.note(&kept.iter().map(|report| report.attempt()).collect::<Vec<_>>()).await?;
        let felt = felt(&kept);
        let mut smooth: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for endpoint in there {
            match felt.get(&endpoint.id) {
                None => {}
                Some(felt) if felt.iter().all(|felt| matches!(felt, Felt::Success)) => {
                    smooth.entry(felt.len()).or_default().push(endpoint.id);
                }
                Some(felt) => self.count(endpoint, felt, now, tell).await?,
            }
        }
        for (count, endpoints) in smooth {
            self.count_arrived(endpoints, count, now).await?;
        }
        Ok(())
    }
}

fn arrived(reports: &[Report]) -> BTreeMap<Alike, Vec<i64>> {
    let mut groups: BTreeMap<Alike, Vec<i64>> = BTreeMap::new();
    for report in reports.iter().filter(|report| report.receipt.arrived()) {
        let (response_code, attempt) = (report.receipt.response_code, report.attempt);
        let alike = Alike { response_code, attempt, lease_until: report.lease_until };
        groups.entry(alike).or_default().push(report.delivery.0);
    }
    groups
}

/// What each endpoint felt, in the order it did.
fn felt(reports: &[&Report]) -> HashMap<i64, Vec<Felt>> {
    let mut felt: HashMap<i64, Vec<Felt>> = HashMap::new();
    for report in reports {
        felt.entry(report.endpoint.0).or_default().push(match report.receipt.verdict {
            Verdict::Delivered => Felt::Success,
            Verdict::Gone => Felt::Gone,
            Verdict::Retry { .. } | Verdict::Final => Felt::Failure,
        });
    }
    felt
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
