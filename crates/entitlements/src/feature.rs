//! What a plan may include.

use crate::aggregation::Aggregation;
use crate::price::Price;
use crate::reset::Reset;
use serde::{Deserialize, Serialize};

/// How a feature is told to be used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeatureKind {
    /// It is there or not.
    Boolean,
    /// It is counted, up to a limit.
    Limit,
    /// It is free to use for everybody whose plan includes it.
    Unlimited,
}

impl FeatureKind {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Limit => "limit",
            Self::Unlimited => "unlimited",
        }
    }
}

/// Something that a plan includes or leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name on the wire: words of lower-case letters, digits and `_`, joined by dots; 100 characters at most.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// How it is used up.
    pub kind: FeatureKind,
    /// What it is counted in, such as `bytes`.
    pub unit: Option<String>,
    /// The feature whose limit and usage it shares.
    pub pool: Option<String>,
    /// When usage starts anew.
    pub reset: Reset,
    /// How single uses come to one number.
    pub aggregation: Aggregation,
    /// The member of the metadata whose values are counted; for [`Aggregation::Unique`].
    pub unique_by: Option<String>,
    /// What units beyond the limit cost; none where they are refused.
    pub overage: Option<Price>,
}

/// A feature as an operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureEntry {
    /// Its name on the wire.
    pub code: String,
    /// Its name for people; the code if that is not said.
    pub name: Option<String>,
    /// How it is used up.
    pub kind: FeatureKind,
    /// What it is counted in.
    pub unit: Option<String>,
    /// The feature whose limit and usage it shares.
    pub pool: Option<String>,
    /// When usage starts anew.
    #[serde(default)]
    pub reset: ResetName,
    /// How many days count; for [`ResetName::Rolling`], 30 if that is not said.
    pub rolling_days: Option<u16>,
    /// How single uses come to one number.
    #[serde(default)]
    pub aggregation: Aggregation,
    /// The member of the metadata whose values are counted; for [`Aggregation::Unique`].
    pub unique_by: Option<String>,
    /// What units beyond the limit cost; they are refused if that is not said.
    pub overage: Option<Price>,
}

/// A [`Reset`] as an operator writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResetName {
    /// Never.
    #[default]
    None,
    /// With each hour.
    Hourly,
    /// With each day.
    Daily,
    /// With each week.
    Weekly,
    /// With each month.
    Monthly,
    /// With each year.
    Yearly,
    /// Never at once: the last days count.
    Rolling,
}

/// How many days roll where no number is given.
const ROLLING_DAYS: u16 = 30;

impl FeatureEntry {
    /// When usage of it starts anew; none where the days that roll are told of something else, or are none.
    pub(crate) fn reset(&self) -> Option<Reset> {
        let reset = match self.reset {
            ResetName::Rolling => {
                let days = self.rolling_days.unwrap_or(ROLLING_DAYS);
                return (days > 0).then_some(Reset::Rolling { days });
            }
            ResetName::None => Reset::Never,
            ResetName::Hourly => Reset::Hourly,
            ResetName::Daily => Reset::Daily,
            ResetName::Weekly => Reset::Weekly,
            ResetName::Monthly => Reset::Monthly,
            ResetName::Yearly => Reset::Yearly,
        };
        self.rolling_days.is_none().then_some(reset)
    }
}

/// Whether this may be the code of a feature.
pub(crate) fn is_code(text: &str) -> bool {
    const LONGEST: usize = 100;
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= LONGEST && text.split('.').all(|word| !word.is_empty() && word.bytes().all(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_words_joined_by_dots() {
        for code in ["posts", "api_calls", "mcp.monthly_tool_calls", "a.b.c2"] {
            assert!(is_code(code), "{code}");
        }
        for wrong in ["", ".", "a.", ".a", "a..b", "Posts", "a-b", "a b", "é", &"a".repeat(101)] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
