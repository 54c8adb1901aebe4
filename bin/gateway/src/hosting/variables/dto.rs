//! Variables on the wire.

use mainstay_edge::{IsoSeconds, Rejection};
use mainstay_hosting::variables::{Scope, Variable, VariableChange};
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use validator::Validate;

/// A variable.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VariableResponse {
    /// What it is called.
    name: String,
    /// Who is given it: `all`, `build` or `runtime`.
    scope: &'static str,
    /// Its value, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// When it was last set.
    updated_at: IsoSeconds,
}

/// Variables in place of all there are.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "replace_example")]
pub(super) struct ReplaceVariables {
    /// Names and values.
    env: BTreeMap<String, String>,
    /// Who is given them: `all` (if absent), `build` or `runtime`.
    scope: Option<String>,
}

/// Variables to be set and unset.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateVariables {
    /// Names and values; null unsets one.
    env: BTreeMap<String, Option<String>>,
    /// Who is given those that are set: `all` (if absent), `build` or `runtime`.
    scope: Option<String>,
}

fn replace_example() -> Value {
    json!({ "env": { "API_URL": "https://api.example.com" } })
}

fn update_example() -> Value {
    json!({ "env": { "API_URL": "https://api.example.com", "OLD": null }, "scope": "runtime" })
}

fn scope(asked: Option<&str>) -> Result<Option<Scope>, Rejection> {
    let Some(name) = asked else { return Ok(None) };
    let known = Scope::named(name);
    known.map(Some).ok_or_else(|| Rejection::field("scope", "in", "scope must be one of all, build, runtime."))
}

impl TryFrom<ReplaceVariables> for VariableChange {
    type Error = Rejection;

    fn try_from(request: ReplaceVariables) -> Result<Self, Rejection> {
        let values = request.env.into_iter().map(|(name, value)| (name, Some(Secret::new(value)))).collect();
        Ok(Self { replaces_all: true, values, scope: scope(request.scope.as_deref())? })
    }
}

impl TryFrom<UpdateVariables> for VariableChange {
    type Error = Rejection;

    fn try_from(request: UpdateVariables) -> Result<Self, Rejection> {
        let values = request.env.into_iter().map(|(name, value)| (name, value.map(Secret::new))).collect();
        Ok(Self { replaces_all: false, values, scope: scope(request.scope.as_deref())? })
    }
}

impl From<Variable> for VariableResponse {
    fn from(variable: Variable) -> Self {
        let Variable { name, scope, updated_at, value } = variable;
        let value = value.map(|value| value.expose().clone());
        Self { name, scope: scope.name(), value, updated_at: updated_at.into() }
    }
}
