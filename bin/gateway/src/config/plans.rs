//! The catalogue of plans and features: built in, or the operator's own.

use super::error::{ConfigError, toml_problem};
use mainstay_entitlements::FeatureEntry;
use mainstay_entitlements::credits::packages::{Package, Packages};
use mainstay_entitlements::offer::{DERIVED, Grants, OfferEntries, PlanEntry};
use mainstay_kernel::Plan;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The catalogue that is used when no other is named.
const BUILT_IN: &str = include_str!("../../plans.toml");

/// A catalogue file. Whatever it holds beyond this is an error, so that a misspelt table is not lost in silence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "plan")]
    plans: Vec<Plan>,
    #[serde(default, rename = "feature")]
    features: Vec<FeatureEntry>,
    #[serde(default)]
    grants: BTreeMap<String, Grants>,
    #[serde(default, rename = "credit_package")]
    packages: Vec<Package>,
}

/// What the file offers: plans, the features that they grant, and the credits that are sold.
pub(crate) struct Offer {
    pub(crate) entries: OfferEntries,
    pub(crate) packages: Packages,
}

/// What `file` offers, or what is built in.
///
/// # Errors
/// When the file cannot be read, is not a catalogue, or contradicts itself.
pub(crate) fn load(file: Option<&Path>) -> Result<Offer, ConfigError> {
    let Some(path) = file else {
        return Ok(parse(BUILT_IN).expect("the built-in catalogue is sound"));
    };
    let refuse = |problem| ConfigError::File(path.to_owned(), problem);
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    parse(&text).map_err(refuse)
}

fn parse(text: &str) -> Result<Offer, String> {
    let file = toml::from_str(text).map_err(|error| toml_problem(text, &error))?;
    let File { plans, features, mut grants, packages } = file;
    let plans = plans.into_iter().map(|plan| {
        let mut grants = grants.remove(&plan.name).unwrap_or_default();
        // What the plan itself says is believed.
        grants.retain(|code, _| !DERIVED.contains(&code.as_str()));
        PlanEntry { plan, grants }
    });
    let entries = OfferEntries { plans: plans.collect(), features };
    entries.whole().map_err(|error| error.to_string())?;
    if let Some(unknown) = grants.keys().next() {
        return Err(format!("[grants.{unknown}] is of no plan of this catalogue"));
    }
    let packages = Packages::new(packages).map_err(|error| error.to_string())?;
    Ok(Offer { entries, packages })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_entitlements::Grant;
    use mainstay_entitlements::offer::Whole;

    fn whole(offer: &Offer) -> Whole {
        offer.entries.whole().expect("sound")
    }

    const LEAST: &str = "[[plan]]\nname = 'free'\nrequests_per_minute = 1\n\n\
                         [[plan]]\nname = 'enterprise'\nrequests_per_minute = 1\n";

    #[test]
    fn the_built_in_plans_are_those_of_the_contract() {
        let Whole { plans, .. } = whole(&load(None).expect("the built-in catalogue"));
        let rows = [
            ("free", 60, 60, true, Some(10), Some(5)),
            ("solo", 60, 60, false, Some(10), Some(5)),
            ("starter", 1_000, 1_200, true, Some(25), Some(10)),
            ("studio", 1_000, 1_200, true, Some(25), Some(20)),
            ("pro", 5_000, 6_500, true, Some(50), Some(50)),
            ("business", 10_000, 14_000, true, Some(100), Some(100)),
            ("agency", 20_000, 30_000, true, Some(200), Some(200)),
            ("enterprise", 100_000, 200_000, true, None, None),
        ];
        assert_eq!(plans.names(), rows.map(|row| row.0));
        for (name, base, effective, api_access, max_api_keys, max_webhooks) in rows {
            let plan = plans.get(name).expect(name);
            assert_eq!(plan.requests_per_minute, base, "{name}");
            assert_eq!(plan.effective_limit(), effective, "{name}");
            assert_eq!((plan.api_access, plan.max_api_keys), (api_access, max_api_keys), "{name}");
            assert_eq!(plan.max_webhooks, max_webhooks, "{name}");
        }
    }

    #[test]
    fn the_built_in_features_are_those_of_the_contract() {
        let Whole { catalogue, .. } = whole(&load(None).expect("the built-in catalogue"));
        let grant = |plan: &str, code: &str| catalogue.grant(plan, catalogue.feature(code).expect(code));
        let pro = [("posts", 1_000), ("api_calls", 10_000), ("storage", 5 * 1024 * 1024 * 1024)];
        assert_eq!(pro.map(|(code, _)| grant("pro", code)), pro.map(|(_, limit)| Some(Grant::Limit(limit))));
        for feature in catalogue.features() {
            let free = grant("enterprise", &feature.code).expect("everything");
            assert!(matches!(free, Grant::Unlimited(_) | Grant::Included(true)), "{}", feature.code);
        }
        assert_eq!(["free", "solo"].map(|plan| grant(plan, "api_access")), [Some(Grant::Included(true)), None]);
        assert_eq!(catalogue.feature("storage").and_then(|storage| storage.unit.as_deref()), Some("bytes"));
    }

    #[test]
    fn a_file_replaces_the_built_in_plans() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("plans.toml");
        std::fs::write(&file, LEAST).expect("written");
        assert_eq!(whole(&load(Some(&file)).expect("a catalogue")).plans.names(), ["free", "enterprise"]);
        assert!(matches!(load(Some(&directory.path().join("none.toml"))), Err(ConfigError::File(..))));
    }

    #[test]
    fn a_catalogue_that_cannot_be_used_says_where_and_why() {
        let cases = [
            (format!("{LEAST}\n[[features]]\ncode = 'posts'\n"), "line 9: unknown field `features`"),
            (format!("{LEAST}\n[[feature]]\nname = 'posts'\n"), "line 9: missing field `code`"),
            (format!("{LEAST}\n[grants.vast]\nposts = 1\n"), "[grants.vast] is of no plan"),
            (format!("{LEAST}\n[grants.free]\nposts = 1\n"), "\"posts\", which is no feature"),
            (LEAST.replace("requests_per_minute = 1\n\n", "requests = 1\n\n"), "line 3: unknown field `requests`"),
            (LEAST.replace("enterprise", "vast"), "lacks the plan \"enterprise\""),
            (LEAST.replace("enterprise", "free"), "names the plan \"free\" twice"),
            (LEAST.replace("= 1\n\n", "= 0\n\n"), "allows no request"),
            ("plan".to_owned(), "line 1: "),
        ];
        for (text, expected) in cases {
            let problem = parse(&text).err().expect(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
