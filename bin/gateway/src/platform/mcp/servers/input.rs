//! What is asked of MCP servers.

use crate::platform::never_null::never_null;
use mainstay_edge::Rejection;
use mainstay_kernel::{Patch, Secret};
use mainstay_mcp::servers::{NewServer, Policy, ServerChange};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use validator::Validate;

/// A server to be registered: with a `url`, or with a `command`.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateServerRequest {
    /// What it is called in paths: small letters, digits and hyphens.
    #[schemars(length(min = 1, max = 64))]
    id: String,
    /// What people call it; the id if absent.
    #[schemars(length(max = 255))]
    name: Option<String>,
    /// What it is for.
    #[schemars(length(max = 2000))]
    description: Option<String>,
    /// `available`, `beta` or `deprecated`.
    status: Option<String>,
    /// An address that speaks Streamable HTTP.
    url: Option<String>,
    /// Headers that are sent to the address, such as its credentials. They are never shown again.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    headers: Option<BTreeMap<String, Secret<String>>>,
    /// The name of a program that the operator allows.
    command: Option<String>,
    /// What the program is started with.
    args: Option<Vec<String>>,
    /// Variables that the program is given. They are never shown again.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    env: Option<BTreeMap<String, Secret<String>>>,
    /// Whether it can be used; it can if absent.
    is_enabled: Option<bool>,
    /// The only tools that can be called, `*` standing for any text; all if absent.
    allowed_tools: Option<Vec<String>>,
    /// Tools that cannot be called, whatever is allowed.
    denied_tools: Option<Vec<String>>,
}

fn create_example() -> Value {
    json!({
        "id": "docs", "name": "Documentation", "url": "https://docs.example.com/mcp",
        "headers": { "Authorization": "Bearer ..." }, "denied_tools": ["delete_*"]
    })
}

impl From<CreateServerRequest> for NewServer {
    fn from(request: CreateServerRequest) -> Self {
        let policy = Policy {
            is_enabled: request.is_enabled.unwrap_or(true),
            allowed_tools: request.allowed_tools,
            denied_tools: request.denied_tools.unwrap_or_default(),
        };
        Self {
            name: request.id,
            title: request.name,
            description: request.description,
            status: request.status,
            command: request.command,
            arguments: request.args,
            variables: request.env,
            url: request.url,
            headers: request.headers,
            policy,
        }
    }
}

/// A change of a server; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateServerRequest {
    /// What people call it.
    #[serde(default)]
    #[schemars(with = "String", length(max = 255))]
    name: Patch<String>,
    /// What it is for.
    #[serde(default)]
    #[schemars(with = "String", length(max = 2000))]
    description: Patch<String>,
    /// `available`, `beta` or `deprecated`.
    #[serde(default)]
    #[schemars(with = "String")]
    status: Patch<String>,
    /// The address.
    #[serde(default)]
    #[schemars(with = "String")]
    url: Patch<String>,
    /// Headers that are sent to the address, in place of all there are; null sends none.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    headers: Patch<BTreeMap<String, Secret<String>>>,
    /// The name of a program that the operator allows.
    #[serde(default)]
    #[schemars(with = "String")]
    command: Patch<String>,
    /// What the program is started with, in place of all there is.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    args: Patch<Vec<String>>,
    /// Variables that the program is given, in place of all there are; null gives none.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    env: Patch<BTreeMap<String, Secret<String>>>,
    /// Whether it can be used.
    #[serde(default)]
    #[schemars(with = "bool")]
    is_enabled: Patch<bool>,
    /// The only tools that can be called; null allows all.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_tools: Patch<Vec<String>>,
    /// Tools that cannot be called, whatever is allowed.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    denied_tools: Patch<Vec<String>>,
}

fn update_example() -> Value {
    json!({ "is_enabled": true, "allowed_tools": ["read_*", "list_*"], "denied_tools": [] })
}

impl TryFrom<UpdateServerRequest> for ServerChange {
    type Error = Rejection;

    fn try_from(request: UpdateServerRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let change = Self {
            title: never_null("name", request.name, &mut wrong),
            description: never_null("description", request.description, &mut wrong),
            status: never_null("status", request.status, &mut wrong),
            command: never_null("command", request.command, &mut wrong),
            arguments: never_null("args", request.args, &mut wrong),
            variables: request.env,
            url: never_null("url", request.url, &mut wrong),
            headers: request.headers,
            is_enabled: never_null("is_enabled", request.is_enabled, &mut wrong),
            allowed_tools: request.allowed_tools,
            denied_tools: never_null("denied_tools", request.denied_tools, &mut wrong),
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong)) }
    }
}
