//! What events in the database cost those who look at the dashboard of a site: thirty days of it.

mod stored;

use crate::metering::{KEY_OF_FEW, KEY_OF_MANY};
use crate::request::Request;
use crate::seed::workspace_of;
use crate::stage::{Gateway, Ground};
use crate::token::token;

/// How many events the site has that the other is compared with.
const FEW: u32 = 100_000;
/// What the gateway asked for that one is called in the report.
pub(crate) const NAME_OF_FEW: &str = "mainstay, 100000 events";
/// How many keys there are.
const KEYS: u32 = 1_000;
/// All that a dashboard shows: numbers and days, those before, and the greatest of what visits are told apart by.
const PATH: &str =
    "/api/v1/pixel/stats?period=30d&compare=previous&include=page,entry_page,event,source,country,device,browser,os";

/// Starts a gateway with two workspaces that have a site each: with [`FEW`] events, and with so many.
///
/// # Errors
/// When the database refuses them, or the gateway does not start.
pub(crate) fn start(ground: Ground<'_>, events: u32) -> anyhow::Result<Gateway<'_>> {
    let mut gateway = Gateway::start_with(ground, "stored_events", KEYS, |url, owner| {
        stored::fill(url, workspace_of(owner, KEY_OF_FEW), FEW)?;
        stored::fill(url, workspace_of(owner, KEY_OF_MANY), events)
    })?;
    gateway.name = format!("mainstay, {events} events");
    Ok(gateway)
}

/// Looks at the site with many events.
pub(crate) fn requests() -> Vec<Request> {
    vec![look(KEY_OF_MANY)]
}

/// Looks at the site with few.
pub(crate) fn requests_of_few() -> Vec<Request> {
    vec![look(KEY_OF_FEW)]
}

fn look(key: u32) -> Request {
    Request::get(PATH, Some(&token(key)))
}
