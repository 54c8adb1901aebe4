//! Funnels on the wire.

use crate::platform::pixel::aims::Shown;
use crate::platform::pixel::step::{StepInput, StepItem};
use mainstay_edge::{IsoSeconds, Rejection};
use mainstay_tracking::Step;
use mainstay_tracking::aims::{Aim, AimChange, AimKind, NewAim};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// A funnel to be set up.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct CreateFunnelRequest {
    /// The domain: its name or its id. It may be left out where there is only one.
    #[validate(length(max = 512))]
    domain: Option<String>,
    /// What it is called.
    name: Option<String>,
    /// Two to ten, one after the other.
    steps: Vec<StepInput>,
}

/// What is to be changed of a funnel. What is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct UpdateFunnelRequest {
    /// What it is called.
    name: Option<String>,
    /// All of its steps.
    steps: Option<Vec<StepInput>>,
}

fn steps(inputs: Vec<StepInput>) -> Result<Vec<Step>, Rejection> {
    inputs.into_iter().enumerate().map(|(place, step)| step.step(&format!("steps.{place}"))).collect()
}

impl CreateFunnelRequest {
    /// The domain that is meant, and the funnel.
    ///
    /// # Errors
    /// Unless each step is either a page or an event.
    pub(super) fn taken_apart(self) -> Result<(Option<String>, NewAim), Rejection> {
        Ok((self.domain, NewAim { kind: AimKind::Funnel, name: self.name, steps: steps(self.steps)? }))
    }
}

impl TryFrom<UpdateFunnelRequest> for AimChange {
    type Error = Rejection;

    fn try_from(request: UpdateFunnelRequest) -> Result<Self, Rejection> {
        Ok(Self { name: request.name, steps: request.steps.map(steps).transpose()? })
    }
}

/// A funnel.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "funnel_example")]
pub(super) struct FunnelResponse {
    id: i64,
    domain_id: i64,
    /// What it is called.
    name: String,
    /// One after the other.
    steps: Vec<StepItem>,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

fn funnel_example() -> Value {
    json!({
        "id": 2, "domain_id": 1, "name": "From prices to signing up",
        "steps": [{ "page": "/prices", "event": null }, { "page": null, "event": "sign_up" }],
        "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl Shown for FunnelResponse {
    const KIND: AimKind = AimKind::Funnel;
}

impl From<Aim> for FunnelResponse {
    fn from(funnel: Aim) -> Self {
        let Aim { id, domain, name, steps, created_at, updated_at } = funnel;
        Self {
            id: id.0,
            domain_id: domain.0,
            name,
            steps: steps.into_iter().map(StepItem::from).collect(),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
