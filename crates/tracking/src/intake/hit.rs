//! A hit as it waits in the inbox.

use super::bots::BotReason;
use crate::dimension::Dimension;
use crate::domains::DomainId;
use mainstay_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened, in the words of the report: whoever it tells of cannot be told from it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) domain: DomainId,
    pub(crate) at: Timestamp,
    pub(crate) visitor: VisitorIds,
    /// What happened.
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) page: String,
    pub(crate) origin: Origin,
    pub(crate) client: Client,
    /// Whoever it was if it was nobody.
    pub(crate) bot: Option<Agent>,
    pub(crate) properties: Option<Value>,
}

impl Hit {
    /// What belongs to the whole visit that begins with it, in the order of [`Dimension::OF_VISIT`].
    pub(crate) fn of_visit(&self) -> [&str; Dimension::OF_VISIT.len()] {
        let (origin, client) = (&self.origin, &self.client);
        [
            &self.host,
            &self.page,
            &origin.referrer,
            &origin.source,
            &origin.medium,
            &origin.campaign,
            &origin.term,
            &origin.content,
            &client.country,
            &client.device,
            &client.browser,
            &client.os,
        ]
    }
}

/// What one visitor is called by the salt of the day of the hit, and by that of the day before: whoever came before
/// midnight is still the same visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct VisitorIds {
    pub(crate) today: i64,
    pub(crate) yesterday: Option<i64>,
}

/// Where a visitor came from. What is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) referrer: String,
    pub(crate) source: String,
    pub(crate) medium: String,
    pub(crate) campaign: String,
    pub(crate) term: String,
    pub(crate) content: String,
}

/// Where and with what a visitor is. What is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) country: String,
    pub(crate) device: String,
    pub(crate) browser: String,
    pub(crate) os: String,
}

/// A bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub(crate) reason: BotReason,
    /// What it calls itself.
    pub(crate) name: String,
}
