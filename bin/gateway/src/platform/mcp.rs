//! `/api/v1/mcp`: servers, their tools and resources, and who called what.

pub(crate) mod acting;
mod calls;
mod resources;
mod servers;
mod tools;
mod versions;

use mainstay_edge::{Platform, Surface};

/// The group that all of it stands in.
const TAG: &str = "MCP";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    servers::declare(surface);
    tools::declare(surface);
    versions::declare(surface);
    resources::declare(surface);
    calls::declare(surface);
}
