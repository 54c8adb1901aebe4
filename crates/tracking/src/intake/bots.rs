//! Who is nobody: programs that fetch pages by themselves.
//!
//! In layers, the cheapest first: what the program calls itself, what it leaves out that every browser sends, and, once it
//! is known which visitor it is, how fast it goes.

use super::agents::KnownAgent;
use super::model::Sender;
use serde::{Deserialize, Serialize};

/// Why a hit is taken for a bot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BotReason {
    /// It calls itself one, or by the name of no browser.
    UserAgent,
    /// A browser that a program steers.
    Automation,
    /// It says it is a browser, and leaves out what every browser sends.
    Headers,
    /// It fetches ahead.
    Prefetch,
    /// It goes faster than anybody reads.
    Rate,
}

impl BotReason {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserAgent => "user_agent",
            Self::Automation => "automation",
            Self::Headers => "headers",
            Self::Prefetch => "prefetch",
            Self::Rate => "rate",
        }
    }
}

/// What the request itself shows. On a domain of one's own machine a steered browser counts: there are only developers.
pub(super) fn judge(sender: &Sender, agent: &KnownAgent, is_local: bool) -> Option<BotReason> {
    if sender.is_prefetch {
        Some(BotReason::Prefetch)
    } else if agent.is_listed {
        Some(BotReason::UserAgent)
    } else if agent.is_steered && !is_local {
        Some(BotReason::Automation)
    } else if !agent.is_reported && !sender.has_manners {
        Some(BotReason::Headers)
    } else {
        None
    }
}
