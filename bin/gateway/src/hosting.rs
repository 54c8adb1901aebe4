//! `/api/sites`, `/api/hooks`, `/api/databases` and `/api/credits`: in the dialect of hosting, a file a resource, its wire types
//! beside it; the same as tools of MCP; and those who visit sites.

pub(crate) mod capabilities;
mod confirm;
pub(crate) mod credits;
pub(crate) mod databases;
mod deployments;
mod domains;
mod events;
pub(crate) mod hooks;
mod ids;
mod if_match;
mod live_url;
mod logs;
mod metrics;
mod pages;
pub(crate) mod sites;
mod slices;
mod tools;
mod variables;
pub(crate) mod visitors;

pub(crate) use credits::StripeHook;
pub(crate) use live_url::LiveUrls;
pub(crate) use tools::HostingTools;
pub(crate) use visitors::{Https, Introducing};
