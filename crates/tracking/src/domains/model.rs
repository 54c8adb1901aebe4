//! A domain and its settings.

use super::name::DomainName;
use mainstay_kernel::{Patch, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainId(pub i64);

impl fmt::Display for DomainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A host whose pages tell of what happens on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// Which one.
    pub id: DomainId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The host.
    pub name: DomainName,
    /// What its pages name it by. Everybody can read it there: it lets nobody do anything but tell of events.
    pub pixel_key: String,
    /// What is tracked.
    pub settings: Settings,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What is tracked on a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether anything is.
    pub is_enabled: bool,
    /// Which kinds.
    pub features: Features,
    /// The share of visitors who are, from 0 to 1.
    pub sample_rate: f64,
    /// The names of the events that are; none for all.
    pub allowed_events: Option<Vec<String>>,
    /// Whether visitors are not who ask so (`DNT: 1`).
    pub honours_do_not_track: bool,
    /// Whether visitors are not who ask so (`Sec-GPC: 1`, Global Privacy Control).
    pub honours_global_privacy_control: bool,
    /// How many days visits are kept, and what they come to.
    pub retention_days: u16,
}

/// Kinds of what is tracked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// Page views.
    pub pageviews: bool,
    /// Other events.
    pub events: bool,
    /// Which of them belong together. Without that each hit is a visit of its own, by a visitor of its own.
    pub sessions: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { pageviews: true, events: true, sessions: true }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_enabled: true,
            features: Features::default(),
            sample_rate: 1.0,
            allowed_events: None,
            honours_do_not_track: false,
            honours_global_privacy_control: true,
            retention_days: 365,
        }
    }
}

/// A domain to be registered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDomain {
    /// The host, as somebody wrote it.
    pub name: String,
    /// What differs from the settings that every domain begins with.
    pub settings: SettingsChange,
}

/// What is to be changed of a domain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DomainChange {
    /// The settings.
    pub settings: SettingsChange,
    /// Whether it gets another key; pages that name the old one are then strangers.
    pub has_new_key: bool,
}

/// What is to be changed of settings; what is none stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SettingsChange {
    /// See [`Settings::is_enabled`].
    pub is_enabled: Option<bool>,
    /// See [`Features::pageviews`].
    pub pageviews: Option<bool>,
    /// See [`Features::events`].
    pub events: Option<bool>,
    /// See [`Features::sessions`].
    pub sessions: Option<bool>,
    /// See [`Settings::sample_rate`].
    pub sample_rate: Option<f64>,
    /// See [`Settings::allowed_events`].
    pub allowed_events: Patch<Vec<String>>,
    /// See [`Settings::honours_do_not_track`].
    pub honours_do_not_track: Option<bool>,
    /// See [`Settings::honours_global_privacy_control`].
    pub honours_global_privacy_control: Option<bool>,
    /// See [`Settings::retention_days`].
    pub retention_days: Option<u16>,
}

impl SettingsChange {
    /// The settings with this changed.
    #[must_use]
    pub(crate) fn made_to(self, before: &Settings) -> Settings {
        let features = Features {
            pageviews: self.pageviews.unwrap_or(before.features.pageviews),
            events: self.events.unwrap_or(before.features.events),
            sessions: self.sessions.unwrap_or(before.features.sessions),
        };
        let allowed_events = match self.allowed_events {
            Patch::Keep => before.allowed_events.clone(),
            Patch::Clear => None,
            Patch::Set(names) => Some(names),
        };
        let dnt = before.honours_do_not_track;
        let gpc = before.honours_global_privacy_control;
        Settings {
            is_enabled: self.is_enabled.unwrap_or(before.is_enabled),
            features,
            sample_rate: self.sample_rate.unwrap_or(before.sample_rate),
            allowed_events,
            honours_do_not_track: self.honours_do_not_track.unwrap_or(dnt),
            honours_global_privacy_control: self.honours_global_privacy_control.unwrap_or(gpc),
            retention_days: self.retention_days.unwrap_or(before.retention_days),
        }
    }
}
