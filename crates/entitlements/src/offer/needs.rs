//! Who needs a feature.

use super::whole::Offer;
use std::fmt::{self, Display, Formatter};

/// What would be left without a feature that it names. In a sentence it tells both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The plans that grant it.
    pub plans: Vec<String>,
    /// The features that count in it.
    pub features: Vec<String>,
}

impl Need {
    /// Who needs the feature of this code; none where nobody does.
    pub(super) fn of(code: &str, offer: &Offer) -> Option<Self> {
        let plans = offer.plans.iter().filter(|offered| offered.entry.grants.contains_key(code));
        let features = offer.features.iter().filter(|offered| offered.entry.pool.as_deref() == Some(code));
        let need = Self {
            plans: plans.map(|offered| offered.entry.plan.name.clone()).collect(),
            features: features.map(|offered| offered.entry.code.clone()).collect(),
        };
        (!need.plans.is_empty() || !need.features.is_empty()).then_some(need)
    }
}

impl Display for Need {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let plans = (!self.plans.is_empty()).then(|| format!("it is granted by {}", self.plans.join(", ")));
        let features = (!self.features.is_empty()).then(|| format!("it is the pool of {}", self.features.join(", ")));
        let told: Vec<_> = [plans, features].into_iter().flatten().collect();
        formatter.write_str(&told.join(", and "))
    }
}
