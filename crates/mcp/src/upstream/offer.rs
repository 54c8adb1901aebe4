//! What an upstream has.

use rmcp::model::{Prompt, Resource, ResourceTemplate, Tool};

/// What an upstream has, in the order in which it says so.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offer {
    /// What it says of its own use.
    pub instructions: Option<String>,
    /// Its tools, under its own names.
    pub tools: Vec<Tool>,
    /// Its resources, under its own addresses.
    pub resources: Vec<Resource>,
    /// What its resources' addresses look like.
    pub templates: Vec<ResourceTemplate>,
    /// Its prompts, under its own names.
    pub prompts: Vec<Prompt>,
    /// Whether it proposes how arguments go on.
    pub completes: bool,
}
