//! What is told of metering.

use super::store::Debt;
use mainstay_kernel::{Event, Ids, Timestamp};
use serde_json::json;

mainstay_kernel::event_types! {
    PAYMENT_DUE = "hosting.payment_due", "A workspace cannot pay for what it runs; what it runs is stopped a day later.";
    SUSPENDED = "hosting.suspended", "A workspace could not pay for a day: what it runs is being stopped, and kept.";
    PAID = "hosting.paid", "A workspace has paid what it owed; what was stopped for it starts again.";
}

/// An event of a debt.
pub(super) fn of(debt: &Debt, name: &str, ids: &dyn Ids, at: Timestamp) -> Event {
    let data = json!({ "since": debt.since.to_iso_seconds(), "stopsAt": debt.stops_at().to_iso_seconds() });
    Event::of(debt.workspace, name, data, ids, at)
}
