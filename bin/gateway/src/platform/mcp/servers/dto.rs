//! MCP servers on the wire.

use crate::platform::few::Few;
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_kernel::Timestamp;
use mainstay_mcp::protocol::{Prompt, Resource, ResourceTemplate, Tool};
use mainstay_mcp::servers::{Owner, Server, Status, Target};
use mainstay_mcp::{Health, Seen};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What the list of servers can be asked.
pub(super) enum ServerList {}

/// What servers are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum ServerColumn {
    Id,
    Name,
    CreatedAt,
    UpdatedAt,
}

impl Listable for ServerList {
    type Column = ServerColumn;
    type Status = Status;
    const COLUMNS: &'static [(&'static str, ServerColumn)] = &[
        ("id", ServerColumn::Id),
        ("name", ServerColumn::Name),
        ("created_at", ServerColumn::CreatedAt),
        ("updated_at", ServerColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, Status)] = &[
        (Status::Available.name(), Status::Available),
        (Status::Beta.name(), Status::Beta),
        (Status::Deprecated.name(), Status::Deprecated),
    ];
}

/// When a server was made and last changed. The installation's were there before all others.
fn times(server: &Server) -> (Timestamp, Timestamp) {
    match server.owner {
        Owner::Installation => (Timestamp::from_seconds(0), Timestamp::from_seconds(0)),
        Owner::Workspace { created_at, updated_at } => (created_at, updated_at),
    }
}

impl Few<ServerList> for Seen {
    fn created_at(&self) -> Timestamp {
        times(&self.server).0
    }

    fn updated_at(&self) -> Timestamp {
        times(&self.server).1
    }

    fn name(&self) -> &str {
        &self.server.definition.title
    }

    fn is(&self, status: Status, _: Timestamp) -> bool {
        self.server.definition.status == status
    }

    fn compare(&self, other: &Self, column: ServerColumn) -> Ordering {
        match column {
            ServerColumn::Id => self.server.name().cmp(other.server.name()),
            ServerColumn::Name => self.name().to_lowercase().cmp(&other.name().to_lowercase()),
            ServerColumn::CreatedAt => self.created_at().cmp(&other.created_at()),
            ServerColumn::UpdatedAt => self.updated_at().cmp(&other.updated_at()),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.server.name().cmp(other.server.name())
    }
}

/// A server in a list.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform::mcp) struct ServerItem {
    /// What it is called in paths and before the names of its tools.
    id: String,
    /// What people call it.
    name: String,
    /// What it is for.
    description: String,
    /// `available`, `beta` or `deprecated`.
    status: &'static str,
    /// How it is spoken to: `builtin`, `stdio` or `http`.
    transport: &'static str,
    /// Whose it is: `installation` or `workspace`.
    owner: &'static str,
    /// Whether it can be used.
    is_enabled: bool,
    /// How it fares: `healthy`, `unhealthy`, or `unknown` while nobody has asked it.
    health: &'static str,
    /// Why it is unhealthy.
    health_error: Option<String>,
    /// The names of the tools that can be called.
    tools: Vec<String>,
    tool_count: usize,
    resource_count: usize,
    prompt_count: usize,
    /// When it was registered; null for the installation's.
    created_at: Option<IsoSeconds>,
    /// When it was last changed; null for the installation's.
    updated_at: Option<IsoSeconds>,
}

impl From<Seen> for ServerItem {
    fn from(seen: Seen) -> Self {
        Self::of(&seen)
    }
}

impl ServerItem {
    fn of(Seen { server, health, view }: &Seen) -> Self {
        let definition = &server.definition;
        let (created_at, updated_at) = match server.owner {
            Owner::Installation => (None, None),
            Owner::Workspace { created_at, updated_at } => (Some(created_at.into()), Some(updated_at.into())),
        };
        Self {
            id: definition.name.to_string(),
            name: definition.title.clone(),
            description: definition.description.clone(),
            status: definition.status.name(),
            transport: definition.target.transport(),
            owner: if server.owner == Owner::Installation { "installation" } else { "workspace" },
            is_enabled: server.policy.is_enabled,
            health: health.name(),
            health_error: match health {
                Health::Unhealthy { why, .. } => Some(why.clone()),
                Health::Unknown | Health::Healthy { .. } => None,
            },
            tools: view.tools.iter().map(|tool| tool.name.to_string()).collect(),
            tool_count: view.tools.len(),
            resource_count: view.resources().len(),
            prompt_count: view.prompts().len(),
            created_at,
            updated_at,
        }
    }
}

/// A tool, as those who call it over this API need it.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform::mcp) struct ToolItem {
    /// What calls name it by.
    pub(in crate::platform::mcp) name: String,
    /// What people call it.
    title: Option<String>,
    /// What it does.
    description: String,
    /// Its arguments, by their names.
    parameters: BTreeMap<String, ParameterItem>,
    /// What its arguments must be: a JSON Schema.
    #[serde(rename = "inputSchema")]
    input_schema: Map<String, Value>,
    /// What its results are: a JSON Schema.
    #[serde(rename = "outputSchema", skip_serializing_if = "Option::is_none")]
    output_schema: Option<Map<String, Value>>,
    /// Hints at what it does to the world, as the protocol has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Value>,
}

/// An argument of a tool.
#[derive(Serialize, JsonSchema)]
struct ParameterItem {
    /// What it is, as JSON Schema says: `string`, `integer`.
    #[serde(rename = "type")]
    kind: String,
    /// What it means.
    description: String,
    /// Whether a call must have it.
    required: bool,
}

impl From<&Tool> for ToolItem {
    fn from(tool: &Tool) -> Self {
        Self {
            name: tool.name.to_string(),
            title: tool.title.clone(),
            description: tool.description.as_deref().unwrap_or_default().to_owned(),
            parameters: parameters(&tool.input_schema),
            input_schema: (*tool.input_schema).clone(),
            output_schema: tool.output_schema.as_deref().cloned(),
            annotations: tool.annotations.as_ref().and_then(|hints| serde_json::to_value(hints).ok()),
        }
    }
}

/// The tools of a server, as the API shows them.
pub(in crate::platform::mcp) fn tools_of(seen: &Seen) -> Vec<ToolItem> {
    seen.view.tools.iter().map(ToolItem::from).collect()
}

fn parameters(schema: &Map<String, Value>) -> BTreeMap<String, ParameterItem> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
    let properties = schema.get("properties").and_then(Value::as_object);
    let item = |(name, of): (&String, &Value)| {
        let text = |word: &str| of.get(word).and_then(Value::as_str).unwrap_or_default().to_owned();
        let parameter = ParameterItem { kind: kind(of), description: text("description"), required: is_required(name) };
        (name.clone(), parameter)
    };
    properties.into_iter().flatten().map(item).collect()
}

/// The type of an argument in a word; several with a bar between them.
fn kind(schema: &Value) -> String {
    match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        _ => "any".to_owned(),
    }
}

/// A server.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "server_example")]
pub(in crate::platform::mcp) struct ServerResponse {
    #[serde(flatten)]
    item: ServerItem,
    /// What it says of its own use.
    instructions: Option<String>,
    /// Where it is, if it is an address; shown to its own workspace alone.
    url: Option<String>,
    /// The program, if it is one; shown to its own workspace alone.
    command: Option<String>,
    /// What the program is started with; shown to its own workspace alone.
    args: Option<Vec<String>>,
    /// The names of the headers or variables that it is given; their values are not shown.
    secret_names: Vec<String>,
    /// The only tools that can be called; null allows all.
    allowed_tools: Option<Vec<String>>,
    /// The tools that cannot be called.
    denied_tools: Vec<String>,
    /// The tools that can be called, with their arguments.
    tool_details: Vec<ToolItem>,
    /// Its resources.
    #[schemars(with = "Vec<Map<String, Value>>")]
    resources: Vec<Resource>,
    /// What addresses of its resources look like.
    #[schemars(with = "Vec<Map<String, Value>>")]
    resource_templates: Vec<ResourceTemplate>,
    /// Its prompts.
    #[schemars(with = "Vec<Map<String, Value>>")]
    prompts: Vec<Prompt>,
}

fn server_example() -> Value {
    json!({
        "id": "filesystem", "name": "Filesystem Server", "description": "File and directory operations",
        "status": "available", "transport": "builtin", "owner": "installation", "is_enabled": true,
        "health": "healthy", "health_error": null, "tools": ["list_directory"], "tool_count": 1, "resource_count": 0,
        "prompt_count": 0, "created_at": null, "updated_at": null, "instructions": null, "url": null, "command": null,
        "args": null, "secret_names": [], "allowed_tools": ["list_*"], "denied_tools": [],
        "tool_details": [{
            "name": "list_directory", "title": "List a folder", "description": "Lists what is in a folder.",
            "parameters": { "path": { "type": "string", "description": "The folder.", "required": false } },
            "inputSchema": {
                "type": "object", "properties": { "path": { "type": "string", "description": "The folder." } }
            }
        }],
        "resources": [], "resource_templates": [], "prompts": []
    })
}

impl From<Seen> for ServerResponse {
    fn from(seen: Seen) -> Self {
        let Server { definition, policy, owner } = &*seen.server;
        let (mut url, mut command, mut args, mut secret_names) = (None, None, None, Vec::new());
        // What the operator runs, and where, is not the workspace's to see.
        if *owner != Owner::Installation {
            secret_names = definition.secrets.keys().cloned().collect();
            match &definition.target {
                Target::Http { url: known } => url = Some(known.to_string()),
                Target::Process { command: known, arguments } => {
                    (command, args) = (Some(known.clone()), Some(arguments.clone()));
                }
                Target::Builtin(_) => {}
            }
        }
        Self {
            item: ServerItem::of(&seen),
            instructions: seen.view.known.as_ref().and_then(|known| known.offer.instructions.clone()),
            url,
            command,
            args,
            secret_names,
            allowed_tools: policy.allowed_tools.clone(),
            denied_tools: policy.denied_tools.clone(),
            tool_details: tools_of(&seen),
            resources: seen.view.resources().to_vec(),
            resource_templates: seen.view.templates().to_vec(),
            prompts: seen.view.prompts().to_vec(),
        }
    }
}
