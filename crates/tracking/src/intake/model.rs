//! What is told, by whom, and what becomes of it.

use super::bots::BotReason;
use crate::domains::Features;
use mainstay_kernel::{Timestamp, WorkspaceId};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Whoever tells of something, as far as the request shows.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The address, which is not kept.
    pub address: IpAddr,
    /// What the program says it is.
    pub user_agent: Option<String>,
    /// Whether it says which languages and encodings it takes, as every browser does.
    pub has_manners: bool,
    /// Whether it fetches ahead what nobody looks at yet (`Sec-Purpose: prefetch`).
    pub is_prefetch: bool,
    /// What its visitor asks for.
    pub wishes: Wishes,
}

/// What a visitor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Not to be tracked (`DNT: 1`).
    pub do_not_track: bool,
    /// That nothing be shared (`Sec-GPC: 1`).
    pub privacy_control: bool,
}

/// Something that happened on a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// What: `pageview`, or the name of an event.
    pub event: String,
    /// On which page.
    pub url: String,
    /// Where the visitor came from.
    pub referrer: Option<String>,
    /// With which program, where the sender is not the visitor's own.
    pub user_agent: Option<String>,
    /// Which domain it belongs to, where the page names it.
    pub pixel_key: Option<String>,
    /// What else is said of it.
    pub properties: Option<Map<String, Value>>,
    /// When, where it was not just now.
    pub at: Option<Timestamp>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept, and counts.
    Kept,
    /// It is kept apart: nobody was there.
    Bot(BotReason),
    /// It is not kept.
    Ignored(Ignored),
}

/// Why something is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// Nothing is tracked on this domain.
    Disabled,
    /// This kind is not.
    FeatureOff,
    /// An event of this name is not.
    EventNotAllowed,
    /// The visitor asked not to be.
    DoNotTrack,
    /// The same, as Global Privacy Control has it.
    PrivacyControl,
    /// The visitor is none of the sample.
    SampledOut,
    /// Nobody registered the domain.
    UnknownDomain,
}

impl Ignored {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::FeatureOff => "feature_off",
            Self::EventNotAllowed => "event_not_allowed",
            Self::DoNotTrack => "do_not_track",
            Self::PrivacyControl => "global_privacy_control",
            Self::SampledOut => "sampled_out",
            Self::UnknownDomain => "unknown_domain",
        }
    }
}

/// Which domain's settings are wanted: by its key, else by the first of these that names a host.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The pixel key.
    pub pixel_key: Option<String>,
    /// URLs and hosts, the most telling first.
    pub places: Vec<String>,
}

/// What a page must know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelConfig {
    /// Whether anything is tracked.
    pub is_enabled: bool,
    /// Which kinds.
    pub features: Features,
    /// The share of visitors who are.
    pub sample_rate: f64,
}

/// What becomes of hits on domains that nobody registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strangers {
    /// They are kept for the owner of the installation, all under one domain `*` of theirs.
    #[default]
    Collect,
    /// They are answered, and not kept.
    Ignore,
    /// They are refused.
    Refuse,
}

/// A workspace whose events are counted.
pub(crate) type Counted = (WorkspaceId, u64);
