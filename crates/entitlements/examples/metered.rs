//! A metered product without HTTP: a feature is used until its limit is reached.

use mainstay_entitlements::{
    Catalogue, EntitlementError, EntitlementParts, EntitlementService as _, Entitlements, Entries, FeatureEntry, Grant,
    Holder, NewUse,
};
use mainstay_kernel::{Clock as _, Live, Plan, SystemClock, SystemIds};
use mainstay_store::{Database, DatabaseOptions};
use mainstay_testkit::rows;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

const CATALOGUE: &str = r#"
    feature = [{ code = "exports", kind = "limit", reset = "monthly" }]
    grants.small.exports = 3
"#;

#[derive(Deserialize)]
struct File {
    feature: Vec<FeatureEntry>,
    grants: BTreeMap<String, BTreeMap<String, Grant>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("usage.db");
    let database = Database::open(&format!("sqlite://{}", file.display()), &DatabaseOptions::default()).await?;
    let workspace = rows::add_workspace(&database, "acme", SystemClock.now()).await;

    let File { feature, grants } = toml::from_str(CATALOGUE)?;
    let catalogue = Live::new(Catalogue::new(Entries { features: feature, grants })?);
    let parts = EntitlementParts {
        database: database.clone(),
        catalogue,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        gauges: Vec::new(),
    };
    let entitlements = Entitlements::open(parts);

    let plan = small();
    let holder = Holder { workspace, plan: &plan };
    let wanted = || NewUse { feature: "exports".into(), quantity: 1, ..NewUse::default() };
    let refusal = loop {
        match entitlements.consume(holder, wanted()).await {
            Ok(used) => println!("exported: {} used, {:?} left", used.verdict.used, used.verdict.available),
            Err(refusal) => break refusal,
        }
    };
    database.close().await;
    match refusal {
        EntitlementError::Refused { .. } => println!("refused:  {refusal}"),
        other => return Err(other.into()),
    }
    Ok(())
}

fn small() -> Plan {
    Plan {
        name: "small".into(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    }
}
