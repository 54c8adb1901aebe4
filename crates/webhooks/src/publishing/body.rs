//! What a receiver gets.

use mainstay_kernel::{Timestamp, WorkspaceId};
use serde::Serialize;
use serde_json::Value;

/// The body of every delivery of an event, in the order of its keys.
#[derive(Serialize)]
pub(crate) struct Body<'e> {
    pub(crate) id: &'e str,
    #[serde(rename = "type")]
    pub(crate) name: &'e str,
    /// When the event happened, not when it is told.
    created_at: String,
    pub(crate) data: &'e Value,
    workspace_id: i64,
}

impl<'e> Body<'e> {
    pub(crate) fn new(id: &'e str, name: &'e str, data: &'e Value, workspace: WorkspaceId, at: Timestamp) -> Self {
        Self { id, name, created_at: at.to_iso_seconds(), data, workspace_id: workspace.0 }
    }

    /// As it is sent, byte for byte.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("a map with texts for keys is written as JSON")
    }
}
