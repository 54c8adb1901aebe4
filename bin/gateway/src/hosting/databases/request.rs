//! Databases that are to be.

use super::schedule::ScheduleBody;
use mainstay_hosting::SiteId;
use mainstay_hosting::databases::NewDatabase;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

/// A database that is to be.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(example = "create_example")]
pub(super) struct CreateDatabaseRequest {
    /// What people call it: small letters, digits, hyphens.
    #[validate(length(min = 1, max = 63))]
    name: String,
    /// What sort it is: one of `databaseTypes` of `/api/hosting/capabilities`, such as `postgresql`, `mariadb`,
    /// `redis` or `sqlite`.
    #[serde(rename = "type")]
    kind: String,
    /// The version of its engine; the one that runs here if absent, and no other can be had.
    version: Option<String>,
    /// How many connections it takes at a time: 1 to 500; 20 if absent. Not with `sqlite`.
    max_connections: Option<u32>,
    /// The site whose programs are given it.
    site_id: Option<String>,
    /// With `postgresql`: extensions that it has from the start, such as `pgcrypto`.
    #[serde(default)]
    extensions: Vec<String>,
    /// When backups are made by themselves; never if absent.
    backup_schedule: Option<ScheduleBody>,
    /// How large it may be, in MiB: 16 to what the installation allows, which it is if absent. Not with `redis`.
    max_size_mb: Option<u32>,
}

fn create_example() -> Value {
    json!({ "name": "production-db", "type": "postgresql" })
}

impl From<CreateDatabaseRequest> for NewDatabase {
    fn from(request: CreateDatabaseRequest) -> Self {
        Self {
            name: request.name,
            kind: request.kind,
            engine_version: request.version,
            max_connections: request.max_connections,
            site: request.site_id.map(SiteId),
            extensions: request.extensions,
            schedule: request.backup_schedule.map(Into::into),
            max_size_mb: request.max_size_mb,
        }
    }
}
