//! How far visitors come, on the wire.

use crate::platform::pixel::ratio::share;
use crate::platform::pixel::step::StepItem;
use mainstay_tracking::aims::Aim;
use mainstay_tracking::reports::{Followed, Question};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// How far visitors come in a funnel.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "report_example")]
pub(super) struct FunnelReport {
    /// The funnel.
    id: i64,
    name: String,
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// All visitors, whether they took any step or not.
    visitors: i64,
    /// All visits.
    visits: i64,
    /// One after the other.
    steps: Vec<PassedItem>,
    /// The share of visits with the first step that took the last, from 0 to 1.
    conversion_rate: f64,
    /// Whether all that was told of before is in it; if not, it soon will be.
    complete: bool,
}

/// How many came to a step.
#[derive(Serialize, JsonSchema)]
struct PassedItem {
    #[serde(flatten)]
    step: StepItem,
    /// Visitors who took it, and all before it.
    visitors: i64,
    /// Their visits.
    visits: i64,
    /// The share of visits with the step before that took this, from 0 to 1; of the first, the share of all visits.
    continued: f64,
    /// How many visits took the step before and not this one; of the first, how many took none.
    lost: i64,
}

fn report_example() -> Value {
    json!({
        "id": 2, "name": "From prices to signing up", "from": "2026-01-01", "to": "2026-01-30",
        "visitors": 120, "visits": 150, "conversion_rate": 0.2,
        "steps": [
            { "page": "/prices", "event": null, "visitors": 55, "visits": 60, "continued": 0.4, "lost": 90 },
            { "page": null, "event": "sign_up", "visitors": 12, "visits": 12, "continued": 0.2, "lost": 48 }
        ],
        "complete": true
    })
}

impl FunnelReport {
    pub(super) fn new(funnel: Aim, question: &Question, followed: Followed) -> Self {
        let Followed { all, steps: passed, is_complete } = followed;
        let visits: Vec<i64> = passed.iter().map(|numbers| numbers.visits).collect();
        let before = std::iter::once(all.visits).chain(visits.iter().copied());
        let steps = funnel.steps.into_iter().zip(passed).zip(before).map(|((step, numbers), before)| PassedItem {
            step: step.into(),
            visitors: numbers.visitors,
            visits: numbers.visits,
            continued: share(numbers.visits, before),
            lost: before - numbers.visits,
        });
        let first_and_last = visits.first().zip(visits.last());
        Self {
            id: funnel.id.0,
            name: funnel.name,
            from: question.from.to_iso(),
            to: question.until.to_iso(),
            visitors: all.visitors,
            visits: all.visits,
            steps: steps.collect(),
            conversion_rate: first_and_last.map_or(0.0, |(first, last)| share(*last, *first)),
            complete: is_complete,
        }
    }
}
