//! What a tool was given.

use crate::filesystem::refusal::Refusal;
use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the arguments of a tool. Whoever calls may not have held them against the schema.
pub(super) fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(arguments)).map_err(|cause| Refusal::Arguments(cause.to_string()))
}

/// The workspace's folder, where no path is given.
pub(super) fn here() -> String {
    ".".to_owned()
}
