//! Figures of MCP: how many calls ended how, how long they took, and how many connections there are.

use mainstay_mcp::calls::CallRecord;
use prometheus::{HistogramOpts, HistogramVec, IntGauge, Registry};
use std::collections::HashSet;

/// From half a millisecond to the half minute that a call may take.
const BUCKETS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];

/// What the servers of workspaces are called together: what workspaces write must not make new series.
const OWN: &str = "workspace";

/// The figures of MCP.
pub(crate) struct ToolFigures {
    calls: HistogramVec,
    connections: IntGauge,
    installed: HashSet<String>,
}

impl ToolFigures {
    /// Empty figures, where the installation has these servers.
    ///
    /// # Errors
    /// When a name is none, which they are not.
    pub(crate) fn new(installed: HashSet<String>) -> Result<Self, prometheus::Error> {
        let calls = "How long calls of MCP tools took, by the installation's server and by how they ended.";
        let calls = HistogramOpts::new("mainstay_mcp_call_duration_seconds", calls).buckets(BUCKETS.to_vec());
        let connections = IntGauge::new("mainstay_mcp_connections", "Processes and sessions of MCP servers.")?;
        Ok(Self { calls: HistogramVec::new(calls, &["server", "outcome"])?, connections, installed })
    }

    /// Shows them with the others.
    ///
    /// # Errors
    /// When they are shown already.
    pub(crate) fn show(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.calls.clone()))?;
        registry.register(Box::new(self.connections.clone()))
    }

    /// Notes a call that ended.
    pub(crate) fn note(&self, call: &CallRecord) {
        let server = self.installed.get(call.server.as_str()).map_or(OWN, String::as_str);
        self.calls.with_label_values(&[server, call.outcome.name()]).observe(call.took.as_secs_f64());
    }

    /// Notes how many connections there are.
    pub(crate) fn connections(&self, count: usize) {
        self.connections.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}
