//! Values and what they come to, on the wire.

use crate::platform::pixel::stats::NumbersItem;
use mainstay_edge::{Listable, Rejection};
use mainstay_tracking::Dimension;
use mainstay_tracking::NOT_SAID;
use mainstay_tracking::reports::{Column, Share};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a breakdown can be asked.
pub(in crate::platform::pixel) enum BreakdownList {}

impl Listable for BreakdownList {
    type Column = Column;
    type Status = ();
    const COLUMNS: &'static [(&'static str, Column)] = &[
        ("name", Column::Name),
        ("visitors", Column::Visitors),
        ("visits", Column::Visits),
        ("views", Column::Views),
        ("events", Column::Events),
        ("bounce_rate", Column::BounceRate),
        ("visit_duration", Column::Duration),
    ];
    const STATUSES: &'static [(&'static str, ())] = &[];
}

/// By what visits are broken down.
#[derive(Deserialize, JsonSchema)]
pub(in crate::platform::pixel) struct BreakdownQuery {
    /// `page`, `entry_page`, `host`, `referrer`, `source`, `medium`, `campaign`, `term`, `content`, `country`, `device`,
    /// `browser`, `os`, `event`, `property` (the names of properties), `property:name` (the values of one), `bot_reason` or
    /// `bot_agent`.
    by: String,
}

const DIMENSIONS: [(&str, Dimension); 17] = [
    ("page", Dimension::Page),
    ("entry_page", Dimension::EntryPage),
    ("host", Dimension::Host),
    ("referrer", Dimension::Referrer),
    ("source", Dimension::Source),
    ("medium", Dimension::Medium),
    ("campaign", Dimension::Campaign),
    ("term", Dimension::Term),
    ("content", Dimension::Content),
    ("country", Dimension::Country),
    ("device", Dimension::Device),
    ("browser", Dimension::Browser),
    ("os", Dimension::Os),
    ("event", Dimension::Event),
    ("property", Dimension::Property),
    ("bot_reason", Dimension::BotReason),
    ("bot_agent", Dimension::BotAgent),
];

/// The dimension of a name.
///
/// # Errors
/// That the field names none.
pub(in crate::platform::pixel) fn dimension(name: &str, field: &str) -> Result<Dimension, Rejection> {
    let known = DIMENSIONS.iter().find(|(known, _)| *known == name).map(|(_, dimension)| *dimension);
    known.ok_or_else(|| {
        let names = DIMENSIONS.map(|(name, _)| name).join(", ");
        Rejection::field(field, "in", format!("The {field} field takes {names}."))
    })
}

impl BreakdownQuery {
    /// By what is named so.
    pub(in crate::platform::pixel) const fn named(by: String) -> Self {
        Self { by }
    }

    /// The dimension, and of which property where it is the values of one.
    pub(in crate::platform::pixel) fn by(&self) -> Result<(Dimension, Option<String>), Rejection> {
        match self.by.split_once(':') {
            Some(("property", name)) => Ok((Dimension::Value, Some(name.to_owned()))),
            _ => Ok((dimension(&self.by, "by")?, None)),
        }
    }
}

/// A value.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "share_example")]
pub(in crate::platform::pixel) struct ShareItem {
    /// The value; `(none)` for what was not said.
    name: String,
    #[serde(flatten)]
    numbers: NumbersItem,
}

fn share_example() -> Value {
    json!({
        "name": "/prices", "visitors": 42, "visits": 48, "views": 60, "events": 3, "bounce_rate": 0.0,
        "visit_duration": 0.0, "views_per_visit": 1.25
    })
}

impl From<Share> for ShareItem {
    fn from(share: Share) -> Self {
        let name = if share.name.is_empty() { NOT_SAID.to_owned() } else { share.name };
        Self { name, numbers: (&share.numbers).into() }
    }
}
