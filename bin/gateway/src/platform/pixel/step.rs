//! A step on the wire: a page or an event.

use mainstay_edge::Rejection;
use mainstay_kernel::FieldError;
use mainstay_tracking::Step;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

/// Something that visitors do: either a page or an event. A star at the end stands for any more.
#[derive(Debug, Deserialize, JsonSchema, Validate, Default)]
pub(super) struct StepInput {
    /// The path of a page, such as `/thanks` or `/docs/*`.
    page: Option<String>,
    /// The name of an event, such as `sign_up`.
    event: Option<String>,
}

/// What is wrong unless a page or an event is named.
const EITHER: &str = "Name either a page or an event.";

impl StepInput {
    pub(super) const fn new(page: Option<String>, event: Option<String>) -> Self {
        Self { page, event }
    }

    /// Whether it says anything.
    pub(super) const fn is_said(&self) -> bool {
        self.page.is_some() || self.event.is_some()
    }

    /// The step.
    ///
    /// # Errors
    /// Unless there is exactly one of the two; it is named after `field`.
    pub(super) fn step(self, field: &str) -> Result<Step, Rejection> {
        match (self.page, self.event) {
            (Some(page), None) => Ok(Step::Page(page)),
            (None, Some(event)) => Ok(Step::Event(event)),
            _ => Err(Rejection::Invalid(vec![FieldError::new(field, "either", EITHER)])),
        }
    }
}

/// What visitors do: a page, or an event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StepItem {
    /// The path of a page; null for an event.
    page: Option<String>,
    /// The name of an event; null for a page.
    event: Option<String>,
}

impl StepItem {
    /// Whether it is a page.
    pub(super) const fn is_page(&self) -> bool {
        self.page.is_some()
    }

    /// The only step of a goal.
    pub(super) fn first_of(steps: Vec<Step>) -> Self {
        steps.into_iter().next().map_or(Self { page: None, event: None }, Self::from)
    }
}

impl From<Step> for StepItem {
    fn from(step: Step) -> Self {
        match step {
            Step::Page(page) => Self { page: Some(page), event: None },
            Step::Event(event) => Self { page: None, event: Some(event) },
        }
    }
}
