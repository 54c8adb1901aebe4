//! The gateway to MCP servers.

use super::outbound;
use crate::config::{Settings, mcp};
use crate::hosting::HostingTools;
use crate::tool_calls::ToolCalls;
use crate::tool_figures::ToolFigures;
use anyhow::Context as _;
use mainstay_kernel::{Clock, Ids, Keyring};
use mainstay_mcp::upstreams::Bounds;
use mainstay_mcp::{McpParts, Meter, Opened};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use std::sync::Arc;

/// What the gateway stands on, as far as others have it too.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) outbound: &'g Arc<dyn Outbound>,
    pub(super) keyring: &'g Arc<Keyring>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// The servers of the registry and of workspaces, of which none is started before somebody asks it, and their figures.
///
/// # Errors
/// When the registry cannot be used.
pub(super) fn open(
    settings: &Settings,
    ground: &Ground<'_>,
    calls: &Arc<ToolCalls>,
    hosting: HostingTools,
) -> anyhow::Result<(Opened, Arc<ToolFigures>)> {
    let mcp::Registry { servers, commands } = mcp::load(settings.mcp_file.as_deref())?;
    let data = settings.data_dir.join("mcp");
    let data = std::path::absolute(data).context("the data directory cannot be found")?;
    let figures = ToolFigures::new(servers.iter().map(|server| server.name.to_string()).collect());
    let figures = Arc::new(figures.context("the metrics of MCP cannot be set up")?);
    let noting = Arc::clone(&figures);
    let opened = Opened::open(McpParts {
        database: ground.database.clone(),
        keyring: Arc::clone(ground.keyring),
        outbound: Arc::clone(ground.outbound),
        flows: outbound::flows(settings)?,
        hosting: Arc::new(hosting),
        meter: Arc::clone(calls) as Arc<dyn Meter>,
        on_call: Arc::new(move |call| noting.note(call)),
        installed: servers,
        commands,
        bounds: Bounds::default(),
        data,
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    });
    Ok((opened, figures))
}
