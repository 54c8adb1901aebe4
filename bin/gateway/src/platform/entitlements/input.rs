//! What is asked and told of usage.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, Rejection};
use mainstay_entitlements::NewUse;
use mainstay_entitlements::usage::UseId;
use mainstay_kernel::{FieldError, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::future::{Ready, ready};
use validator::Validate;

/// Of whom an id is where that is not said.
const SOURCE: &str = "api";

/// A question as it came.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    feature: Option<String>,
    quantity: Option<String>,
}

/// A question that can be answered.
pub(super) struct CheckQuery {
    pub(super) feature: String,
    pub(super) quantity: u64,
}

impl FromRequest for CheckQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = web::Query::<Asked>::from_query(request.query_string())
            .map_or_else(|_| Asked::default(), web::Query::into_inner);
        ready(asked.try_into().map_err(|fields| Rejection::Invalid(fields).into()))
    }
}

impl TryFrom<Asked> for CheckQuery {
    type Error = Vec<FieldError>;

    fn try_from(asked: Asked) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let feature = asked.feature.filter(|feature| !feature.is_empty()).unwrap_or_else(|| {
            wrong.push(FieldError::new("feature", "required", "The feature field is required."));
            String::new()
        });
        let quantity = asked.quantity.map_or(Ok(1), |text| text.parse());
        let quantity = quantity.ok().filter(|quantity| *quantity > 0).unwrap_or_else(|| {
            wrong.push(FieldError::new("quantity", "min", "The quantity must be a whole number, 1 or more."));
            0
        });
        if wrong.is_empty() { Ok(Self { feature, quantity }) } else { Err(wrong) }
    }
}

impl Argument for CheckQuery {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<String>("feature", "The feature's code. Required.");
        to.query_parameter::<u64>("quantity", "How much of it, 1 or more; 1 if absent.");
    }
}

/// A use.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "usage_example")]
pub(super) struct UsageRequest {
    /// The feature's code.
    #[validate(length(min = 1, max = 100))]
    feature: String,
    /// How much of it is used.
    #[validate(range(min = 1, max = 1_000_000_000_000_u64))]
    #[serde(default = "one")]
    quantity: u64,
    /// What you want to know of it later.
    #[serde(default)]
    metadata: Map<String, Value>,
    /// What you call it, so that you can tell it again.
    #[validate(length(min = 1, max = 255))]
    id: Option<String>,
    /// Who chose the id, where several do; `api` if absent.
    #[validate(length(min = 1, max = 255))]
    source: Option<String>,
    /// When it took place, in ISO 8601; now if absent.
    time: Option<String>,
}

const fn one() -> u64 {
    1
}

fn usage_example() -> Value {
    json!({ "feature": "api_calls", "quantity": 1, "metadata": { "endpoint": "/api/v1/posts" } })
}

impl TryFrom<UsageRequest> for NewUse {
    type Error = Rejection;

    fn try_from(request: UsageRequest) -> Result<Self, Rejection> {
        let UsageRequest { feature, quantity, metadata, id, source, time } = request;
        let at = time.map(|text| Timestamp::parse(&text).ok_or_else(wrong_time)).transpose()?;
        let source = source.unwrap_or_else(|| SOURCE.to_owned());
        let id =
            id.map(|name| UseId::told(source, name)).transpose().map_err(|wrong| Rejection::Invalid(vec![wrong]))?;
        Ok(Self { feature, quantity, metadata, id, at })
    }
}

fn wrong_time() -> Rejection {
    Rejection::field("time", "date", "The time must be in ISO 8601, such as 2026-01-15T10:30:00Z.")
}

/// Several uses.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct BatchRequest {
    /// The uses.
    #[schemars(length(min = 1, max = 1000))]
    events: Vec<UsageRequest>,
}

impl BatchRequest {
    /// The uses.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] naming each that has no time that can be read.
    pub(super) fn into_uses(self) -> Result<Vec<NewUse>, Rejection> {
        let (mut uses, mut wrong) = (Vec::with_capacity(self.events.len()), Vec::new());
        for (index, event) in self.events.into_iter().enumerate() {
            match NewUse::try_from(event) {
                Ok(told) => uses.push(told),
                Err(Rejection::Invalid(fields)) => {
                    wrong.extend(
                        fields
                            .into_iter()
                            .map(|field| FieldError { field: format!("events.{index}.{}", field.field), ..field }),
                    );
                }
                Err(other) => return Err(other),
            }
        }
        if wrong.is_empty() { Ok(uses) } else { Err(Rejection::Invalid(wrong)) }
    }
}
