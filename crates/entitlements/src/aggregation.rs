//! How single uses come to one number.

use serde::{Deserialize, Serialize};

/// How the uses of a window come to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Their quantities together.
    #[default]
    Sum,
    /// How many they are, whatever their quantities.
    Count,
    /// The greatest quantity.
    Max,
    /// How many distinct values a member of their metadata has.
    Unique,
    /// The quantity that was told of last.
    Latest,
}

impl Aggregation {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Count => "count",
            Self::Max => "max",
            Self::Unique => "unique",
            Self::Latest => "latest",
        }
    }

    /// By how much usage would grow with a wish for `quantity`. Of values and of single uses, so many new ones are meant.
    pub const fn growth(self, used: u64, quantity: u64) -> u64 {
        match self {
            Self::Sum | Self::Count | Self::Unique => quantity,
            Self::Max | Self::Latest => quantity.saturating_sub(used),
        }
    }
}
