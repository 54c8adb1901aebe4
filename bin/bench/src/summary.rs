//! What usage records in the database cost those who ask for the sum of it.

pub(crate) mod first;
mod stored;

use crate::metering::{KEY_OF_FEW, KEY_OF_MANY};
use crate::seed::workspace_of;
use crate::stage::{Gateway, Ground};

/// How many records the workspace has that the other is compared with.
pub(crate) const FEW: u32 = 10_000;
/// How many keys there are.
const KEYS: u32 = 1_000;

/// Starts a gateway with two workspaces that have usage: [`FEW`] records, and so many.
///
/// # Errors
/// When the database refuses them, or the gateway does not start.
pub(crate) fn start(ground: Ground<'_>, records: u32) -> anyhow::Result<Gateway<'_>> {
    let mut gateway = Gateway::start_with(ground, "stored_records", KEYS, |url, owner| {
        stored::fill(url, workspace_of(owner, KEY_OF_FEW), FEW)?;
        stored::fill(url, workspace_of(owner, KEY_OF_MANY), records)
    })?;
    gateway.name = format!("mainstay, {records} records");
    Ok(gateway)
}
