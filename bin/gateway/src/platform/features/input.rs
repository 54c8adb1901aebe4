//! What is asked of features.

use super::dto::Overage;
use crate::platform::never_null::never_null;
use mainstay_edge::Rejection;
use mainstay_edge::valid::one_of;
use mainstay_entitlements::offer::FeatureChange;
use mainstay_entitlements::{Aggregation, FeatureEntry, FeatureKind, ResetName};
use mainstay_kernel::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use validator::Validate;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $of:ident: $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, JsonSchema)]
        #[schemars(rename_all = "lowercase")]
        enum $name {
            $($(#[$about])* $variant,)+
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                one_of(deserializer, &[$(($word, Self::$variant)),+])
            }
        }

        impl From<$name> for $of {
            fn from(name: $name) -> Self {
                match name {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }
    };
}

words! {
    /// How a feature is used up.
    KindWord of FeatureKind:
        /// It is there or not.
        Boolean = "boolean",
        /// It is counted, up to a limit.
        Limit = "limit",
        /// It is free to use.
        Unlimited = "unlimited",
}

words! {
    /// When usage starts anew.
    ResetWord of ResetName:
        /// Never.
        None = "none",
        /// With each hour of UTC.
        Hourly = "hourly",
        /// With each day of UTC.
        Daily = "daily",
        /// With each Monday of UTC.
        Weekly = "weekly",
        /// With each month.
        Monthly = "monthly",
        /// With each year.
        Yearly = "yearly",
        /// Never at once: the last days count.
        Rolling = "rolling",
}

words! {
    /// How uses come to one number.
    AggregationWord of Aggregation:
        /// Their quantities together.
        Sum = "sum",
        /// How many they are.
        Count = "count",
        /// The greatest quantity.
        Max = "max",
        /// The quantity that was told of last.
        Latest = "latest",
        /// How many distinct values a member of their metadata has.
        Unique = "unique",
}

/// A feature to be added.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateFeatureRequest {
    /// What requests call it: words of a-z, 0-9 and _, joined by dots.
    #[schemars(length(min = 1, max = 100))]
    code: String,
    /// What people call it; its code if absent.
    #[schemars(length(min = 1, max = 255))]
    name: Option<String>,
    /// How it is used up.
    kind: KindWord,
    /// What it is counted in.
    #[schemars(length(min = 1, max = 50))]
    unit: Option<String>,
    /// The feature whose limit and usage it shares.
    pool: Option<String>,
    /// When usage starts anew; never if absent.
    reset: Option<ResetWord>,
    /// How many days count, for `rolling`; 30 if absent.
    #[schemars(range(min = 1))]
    rolling_days: Option<u16>,
    /// How uses come to one number; `sum` if absent.
    aggregation: Option<AggregationWord>,
    /// The member of the metadata whose values are counted, for `unique`.
    #[schemars(length(min = 1, max = 255))]
    unique_by: Option<String>,
    /// What units beyond the limit cost in credits; they are refused if absent. For `limit` and `sum`.
    overage: Option<Overage>,
}

fn create_example() -> Value {
    json!({ "code": "exports", "name": "Exports", "kind": "limit", "reset": "monthly" })
}

impl From<CreateFeatureRequest> for FeatureEntry {
    fn from(request: CreateFeatureRequest) -> Self {
        Self {
            code: request.code,
            name: request.name,
            kind: request.kind.into(),
            unit: request.unit,
            pool: request.pool,
            reset: request.reset.map(Into::into).unwrap_or_default(),
            rolling_days: request.rolling_days,
            aggregation: request.aggregation.map(Into::into).unwrap_or_default(),
            unique_by: request.unique_by,
            overage: request.overage.map(Into::into),
        }
    }
}

/// A change of a feature; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateFeatureRequest {
    /// What people call it; null calls it by its code.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 255))]
    name: Patch<String>,
    /// How it is used up.
    #[serde(default)]
    #[schemars(with = "KindWord")]
    kind: Patch<KindWord>,
    /// What it is counted in.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 50))]
    unit: Patch<String>,
    /// The feature whose limit and usage it shares from now on; what it has used stays its own.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pool: Patch<String>,
    /// When usage starts anew.
    #[serde(default)]
    #[schemars(with = "ResetWord")]
    reset: Patch<ResetWord>,
    /// How many days count, for `rolling`; null means 30.
    #[serde(default)]
    #[schemars(with = "Option<u16>", range(min = 1))]
    rolling_days: Patch<u16>,
    /// How uses come to one number; not to be changed once there are some.
    #[serde(default)]
    #[schemars(with = "AggregationWord")]
    aggregation: Patch<AggregationWord>,
    /// The member of the metadata whose values are counted, for `unique`; not to be changed once there are some.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 255))]
    unique_by: Patch<String>,
    /// What units beyond the limit cost in credits; null has them refused.
    #[serde(default)]
    #[schemars(with = "Option<Overage>")]
    overage: Patch<Overage>,
}

fn update_example() -> Value {
    json!({ "name": "Exports a day", "reset": "daily" })
}

impl TryFrom<UpdateFeatureRequest> for FeatureChange {
    type Error = Rejection;

    fn try_from(request: UpdateFeatureRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let change = Self {
            name: request.name,
            kind: never_null("kind", request.kind, &mut wrong).map(Into::into),
            unit: request.unit,
            pool: request.pool,
            reset: never_null("reset", request.reset, &mut wrong).map(Into::into),
            rolling_days: request.rolling_days,
            aggregation: never_null("aggregation", request.aggregation, &mut wrong).map(Into::into),
            unique_by: request.unique_by,
            overage: match request.overage {
                Patch::Keep => Patch::Keep,
                Patch::Clear => Patch::Clear,
                Patch::Set(overage) => Patch::Set(overage.into()),
            },
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong)) }
    }
}
