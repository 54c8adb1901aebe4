//! All features there are, and what each plan says of them.

use crate::aggregation::Aggregation;
use crate::feature::{Feature, FeatureEntry, FeatureKind, is_code};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a plan says of a feature. What it says nothing of, it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number, true, false or \"unlimited\"")]
pub enum Grant {
    /// So much of it.
    Limit(u64),
    /// Whether it is there.
    Included(bool),
    /// As much of it as one likes.
    Unlimited(Unlimited),
}

/// The word `unlimited`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unlimited {
    /// No limit.
    Unlimited,
}

/// A catalogue as an operator writes it.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// The features, in the order in which they are shown.
    pub features: Vec<FeatureEntry>,
    /// What each plan grants, by the plan's name and the feature's code.
    pub grants: BTreeMap<String, BTreeMap<String, Grant>>,
}

/// All features, and what each plan grants of them. It does not contradict itself.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    features: Vec<Feature>,
    grants: BTreeMap<String, BTreeMap<String, Grant>>,
}

/// A catalogue contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// A code cannot be told on the wire.
    #[error("{0:?} is no code of a feature: words of a-z, 0-9 and _, joined by dots, 100 characters at most")]
    Code(String),
    /// Two features have one code.
    #[error("the feature {0:?} is there twice")]
    Twice(String),
    /// A feature counts in a pool that is none.
    #[error("the feature {feature:?} counts in the pool {pool:?}: {why}")]
    Pool {
        /// The feature.
        feature: String,
        /// What it names as its pool.
        pool: String,
        /// Why that is none.
        why: NoPool,
    },
    /// Days that roll, where none do, or none of them.
    #[error("the feature {0:?} has rolling_days: they are 1 or more, and only for reset = \"rolling\"")]
    RollingDays(String),
    /// Values are counted of nothing, or named where they are not counted.
    #[error("the feature {0:?} has unique_by: it names what is counted, and only for aggregation = \"unique\"")]
    UniqueBy(String),
    /// What is beyond a limit is sold where there is none, or for nothing.
    #[error(
        "the feature {0:?} has overage: its credits and units are 1 to 1000000000, and only for kind = \"limit\" and \
         aggregation = \"sum\" that counts in no pool"
    )]
    Overage(String),
    /// A plan grants a feature that is not there.
    #[error("the plan {plan:?} grants {feature:?}, which is no feature of this catalogue")]
    UnknownFeature {
        /// The plan.
        plan: String,
        /// What it grants.
        feature: String,
    },
    /// A plan grants what is in a pool.
    #[error("the plan {plan:?} grants {feature:?}, which counts in the pool {pool:?}: grant that one")]
    GrantOfPooled {
        /// The plan.
        plan: String,
        /// What it grants.
        feature: String,
        /// What it is to grant.
        pool: String,
    },
    /// A plan says of a feature what cannot be said of its kind.
    #[error("the plan {plan:?} grants {feature:?} {wanted}")]
    GrantOfKind {
        /// The plan.
        plan: String,
        /// What it grants.
        feature: String,
        /// What can be said of it.
        wanted: &'static str,
    },
}

/// Why something is no pool of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPool {
    /// It is not there.
    #[error("there is no such feature")]
    Missing,
    /// A pool is one level deep.
    #[error("that one counts in a pool itself")]
    Pooled,
    /// A pool and what is in it are used up in the same way.
    #[error("that one is of another kind")]
    OfOtherKind,
    /// A pool and what is in it are counted in the same way.
    #[error("that one is aggregated in another way")]
    AggregatedOtherwise,
}

impl Catalogue {
    /// The catalogue that an operator wrote.
    ///
    /// # Errors
    /// When it contradicts itself, with the first thing that does.
    pub fn new(entries: Entries) -> Result<Self, CatalogueError> {
        let features = entries.features.into_iter().map(feature).collect::<Result<Vec<_>, _>>()?;
        let catalogue = Self { features, grants: entries.grants };
        catalogue.check_features()?;
        catalogue.check_grants()?;
        Ok(catalogue)
    }

    /// All features, in the order of the catalogue.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The feature of this code.
    pub fn feature(&self, code: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.code == code)
    }

    /// The feature whose limit and usage are those of this one: its pool, or itself.
    pub fn pool_of<'a>(&'a self, feature: &'a Feature) -> &'a Feature {
        feature.pool.as_deref().and_then(|pool| self.feature(pool)).unwrap_or(feature)
    }

    /// What a plan grants of a feature, by way of its pool; none where it leaves it out.
    pub fn grant(&self, plan: &str, feature: &Feature) -> Option<Grant> {
        let grant = self.grants.get(plan)?.get(&self.pool_of(feature).code).copied();
        grant.filter(|grant| *grant != Grant::Included(false))
    }

    fn check_features(&self) -> Result<(), CatalogueError> {
        for (place, feature) in self.features.iter().enumerate() {
            if !is_code(&feature.code) {
                return Err(CatalogueError::Code(feature.code.clone()));
            }
            if self.features.iter().take(place).any(|earlier| earlier.code == feature.code) {
                return Err(CatalogueError::Twice(feature.code.clone()));
            }
            if let Some(pool) = &feature.pool
                && let Some(why) = self.why_no_pool(feature, pool)
            {
                return Err(CatalogueError::Pool { feature: feature.code.clone(), pool: pool.clone(), why });
            }
        }
        Ok(())
    }

    fn why_no_pool(&self, feature: &Feature, pool: &str) -> Option<NoPool> {
        match self.feature(pool) {
            None => Some(NoPool::Missing),
            Some(pool) if pool.pool.is_some() => Some(NoPool::Pooled),
            Some(pool) if pool.kind != feature.kind => Some(NoPool::OfOtherKind),
            Some(pool) if pool.aggregation != feature.aggregation => Some(NoPool::AggregatedOtherwise),
            Some(_) => None,
        }
    }

    fn check_grants(&self) -> Result<(), CatalogueError> {
        for (plan, grants) in &self.grants {
            for (code, grant) in grants {
                self.check_grant(plan, code, *grant)?;
            }
        }
        Ok(())
    }

    fn check_grant(&self, plan: &str, code: &str, grant: Grant) -> Result<(), CatalogueError> {
        let (plan, code) = (plan.to_owned(), code.to_owned());
        let Some(feature) = self.feature(&code) else {
            return Err(CatalogueError::UnknownFeature { plan, feature: code });
        };
        if let Some(pool) = feature.pool.clone() {
            return Err(CatalogueError::GrantOfPooled { plan, feature: code, pool });
        }
        let wanted = match (feature.kind, grant) {
            (FeatureKind::Boolean | FeatureKind::Unlimited, Grant::Included(_))
            | (FeatureKind::Limit, Grant::Limit(_) | Grant::Unlimited(_) | Grant::Included(false)) => return Ok(()),
            (FeatureKind::Boolean | FeatureKind::Unlimited, _) => "with a limit, and it has none: say true or false",
            (FeatureKind::Limit, Grant::Included(true)) => "without a limit: say a number or \"unlimited\"",
        };
        Err(CatalogueError::GrantOfKind { plan, feature: code, wanted })
    }
}

fn feature(entry: FeatureEntry) -> Result<Feature, CatalogueError> {
    let Some(reset) = entry.reset() else { return Err(CatalogueError::RollingDays(entry.code)) };
    let FeatureEntry { code, name, kind, unit, pool, aggregation, unique_by, overage, .. } = entry;
    if unique_by.is_some() != (aggregation == Aggregation::Unique) {
        return Err(CatalogueError::UniqueBy(code));
    }
    let is_sold = (kind, aggregation, &pool) == (FeatureKind::Limit, Aggregation::Sum, &None);
    if overage.is_some_and(|price| !is_sold || !price.is_sound()) {
        return Err(CatalogueError::Overage(code));
    }
    let name = name.unwrap_or_else(|| code.clone());
    Ok(Feature { code, name, kind, unit, pool, reset, aggregation, unique_by, overage })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reset::Reset;

    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        feature: Vec<FeatureEntry>,
        #[serde(default)]
        grants: BTreeMap<String, BTreeMap<String, Grant>>,
    }

    fn catalogue(text: &str) -> Result<Catalogue, String> {
        let File { feature, grants } = toml::from_str(text).map_err(|cause| cause.message().to_owned())?;
        Catalogue::new(Entries { features: feature, grants }).map_err(|cause| cause.to_string())
    }

    const SOUND: &str = r#"
        [[feature]]
        code = "storage"
        name = "Storage"
        kind = "limit"
        unit = "bytes"

        [[feature]]
        code = "storage.files"
        kind = "limit"
        pool = "storage"

        [[feature]]
        code = "posts"
        kind = "limit"
        reset = "monthly"

        [[feature]]
        code = "searches"
        kind = "limit"
        reset = "rolling"

        [[feature]]
        code = "branding"
        kind = "boolean"

        [[feature]]
        code = "exports"
        kind = "unlimited"

        [grants.pro]
        storage = 1000
        posts = "unlimited"
        branding = true
        exports = true

        [grants.free]
        storage = 10
        posts = 0
        branding = false
    "#;

    #[test]
    fn a_plan_grants_a_feature_by_way_of_its_pool() {
        let catalogue = catalogue(SOUND).expect("sound");
        let grant = |plan: &str, code: &str| catalogue.grant(plan, catalogue.feature(code).expect(code));
        assert_eq!(grant("pro", "storage.files"), Some(Grant::Limit(1000)));
        assert_eq!(grant("pro", "posts"), Some(Grant::Unlimited(Unlimited::Unlimited)));
        assert_eq!(grant("pro", "branding"), Some(Grant::Included(true)));
        assert_eq!(grant("free", "posts"), Some(Grant::Limit(0)), "none of it, and yet a part of the plan");
        assert_eq!((grant("free", "branding"), grant("free", "exports"), grant("gone", "posts")), (None, None, None));
    }

    #[test]
    fn what_is_not_said_of_a_feature_has_a_default() {
        let catalogue = catalogue(SOUND).expect("sound");
        let feature = |code: &str| catalogue.feature(code).expect(code);
        assert_eq!((feature("storage").name.as_str(), feature("posts").name.as_str()), ("Storage", "posts"));
        assert_eq!((feature("storage").reset, feature("posts").reset), (Reset::Never, Reset::Monthly));
        assert_eq!(feature("searches").reset, Reset::Rolling { days: 30 });
    }

    #[test]
    fn a_catalogue_that_contradicts_itself_says_where() {
        let with = |more: &str| format!("{more}\n{SOUND}");
        let feature = |rest: &str| with(&format!("[[feature]]\n{rest}"));
        let in_pro = |grant: &str| SOUND.replace("storage = 1000", grant);
        let cases = [
            (feature("code = 'Posts'\nkind = 'limit'"), "\"Posts\" is no code"),
            (feature("code = 'posts'\nkind = 'limit'"), "\"posts\" is there twice"),
            (feature("code = 'a'\nkind = 'limit'\npool = 'b'"), "there is no such feature"),
            (feature("code = 'a'\nkind = 'limit'\npool = 'storage.files'"), "counts in a pool itself"),
            (feature("code = 'a'\nkind = 'boolean'\npool = 'storage'"), "of another kind"),
            (feature("code = 'a'\nkind = 'limit'\nrolling_days = 3"), "\"a\" has rolling_days"),
            (feature("code = 'a'\nkind = 'limit'\nreset = 'rolling'\nrolling_days = 0"), "\"a\" has rolling_days"),
            (feature("code = 'a'\nkind = 'limit'\nresets = 'daily'"), "unknown field `resets`"),
            (feature("code = 'a'\nkind = 'counter'"), "unknown variant `counter`"),
            (feature("code = 'a'\nkind = 'boolean'\noverage = { credits = 1 }"), "\"a\" has overage"),
            (feature("code = 'a'\nkind = 'limit'\noverage = { credits = 1, units = 0 }"), "\"a\" has overage"),
            (in_pro("storge = 1"), "\"storge\", which is no feature"),
            (in_pro("'storage.files' = 1"), "grant that one"),
            (in_pro("storage = true"), "say a number"),
            (in_pro("storage = -1"), "a number, true, false or \"unlimited\""),
            (SOUND.replace("branding = true", "branding = 3"), "say true or false"),
        ];
        for (text, expected) in cases {
            let problem = catalogue(&text).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
