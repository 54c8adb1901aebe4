//! How many reach goals, on the wire.

use crate::platform::pixel::ratio::share;
use crate::platform::pixel::step::StepItem;
use mainstay_tracking::Numbers;
use mainstay_tracking::aims::Aim;
use mainstay_tracking::domains::Domain;
use mainstay_tracking::reports::{Followed, Question};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// How many reach the goals of a domain.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "conversions_example")]
pub(super) struct ConversionsResponse {
    /// The host.
    domain: String,
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// All visitors.
    visitors: i64,
    /// All visits.
    visits: i64,
    goals: Vec<ConversionItem>,
    /// Whether all that was told of before is in it; if not, it soon will be.
    complete: bool,
}

/// How many reach a goal.
#[derive(Serialize, JsonSchema)]
struct ConversionItem {
    /// The goal.
    id: i64,
    name: String,
    #[serde(flatten)]
    step: StepItem,
    /// Visitors who reached it.
    visitors: i64,
    /// Visits that reached it.
    visits: i64,
    /// How often it was reached: views of the page, or events.
    times: i64,
    /// The share of all visits that reached it, from 0 to 1.
    conversion_rate: f64,
}

fn conversions_example() -> Value {
    json!({
        "domain": "example.com", "from": "2026-01-01", "to": "2026-01-30", "visitors": 120, "visits": 150,
        "goals": [{
            "id": 1, "name": "Signed up", "page": null, "event": "sign_up", "visitors": 12, "visits": 12, "times": 14,
            "conversion_rate": 0.08
        }],
        "complete": true
    })
}

impl ConversionsResponse {
    pub(super) fn new(domain: &Domain, question: &Question, goals: Vec<Aim>, followed: Followed) -> Self {
        let Followed { all, steps, is_complete } = followed;
        Self {
            domain: domain.name.to_string(),
            from: question.from.to_iso(),
            to: question.until.to_iso(),
            visitors: all.visitors,
            visits: all.visits,
            goals: goals.into_iter().zip(steps).map(|(goal, reached)| item(goal, &reached, &all)).collect(),
            complete: is_complete,
        }
    }
}

fn item(goal: Aim, reached: &Numbers, all: &Numbers) -> ConversionItem {
    let step = StepItem::first_of(goal.steps);
    ConversionItem {
        id: goal.id.0,
        name: goal.name,
        visitors: reached.visitors,
        visits: reached.visits,
        times: if step.is_page() { reached.views } else { reached.events },
        conversion_rate: share(reached.visits, all.visits),
        step,
    }
}
