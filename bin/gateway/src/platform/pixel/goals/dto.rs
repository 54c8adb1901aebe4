//! Goals on the wire.

use crate::platform::pixel::aims::Shown;
use crate::platform::pixel::step::{StepInput, StepItem};
use mainstay_edge::{IsoSeconds, Rejection};
use mainstay_tracking::aims::{Aim, AimChange, AimKind, NewAim};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// A goal to be set: either a page or an event.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct CreateGoalRequest {
    /// The domain: its name or its id. It may be left out where there is only one.
    #[validate(length(max = 512))]
    domain: Option<String>,
    /// What it is called.
    name: Option<String>,
    /// The path of a page, such as `/thanks` or `/docs/*`.
    page: Option<String>,
    /// The name of an event, such as `sign_up`.
    event: Option<String>,
}

/// What is to be changed of a goal. What is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct UpdateGoalRequest {
    /// What it is called.
    name: Option<String>,
    /// The path of a page, instead of what it was.
    page: Option<String>,
    /// The name of an event, instead of what it was.
    event: Option<String>,
}

impl CreateGoalRequest {
    /// The domain that is meant, and the goal.
    ///
    /// # Errors
    /// Unless there is either a page or an event.
    pub(super) fn taken_apart(self) -> Result<(Option<String>, NewAim), Rejection> {
        let step = StepInput::new(self.page, self.event).step("page")?;
        Ok((self.domain, NewAim { kind: AimKind::Goal, name: self.name, steps: vec![step] }))
    }
}

impl TryFrom<UpdateGoalRequest> for AimChange {
    type Error = Rejection;

    fn try_from(request: UpdateGoalRequest) -> Result<Self, Rejection> {
        let step = StepInput::new(request.page, request.event);
        let steps = if step.is_said() { Some(vec![step.step("page")?]) } else { None };
        Ok(Self { name: request.name, steps })
    }
}

/// A goal.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "goal_example")]
pub(super) struct GoalResponse {
    id: i64,
    domain_id: i64,
    /// What it is called.
    name: String,
    #[serde(flatten)]
    step: StepItem,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

fn goal_example() -> Value {
    json!({
        "id": 1, "domain_id": 1, "name": "Signed up", "page": null, "event": "sign_up",
        "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl Shown for GoalResponse {
    const KIND: AimKind = AimKind::Goal;
}

impl From<Aim> for GoalResponse {
    fn from(goal: Aim) -> Self {
        let Aim { id, domain, name, steps, created_at, updated_at } = goal;
        Self {
            id: id.0,
            domain_id: domain.0,
            name,
            step: StepItem::first_of(steps),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
