//! Databases on the wire.

use super::schedule::ScheduleBody;
use crate::hosting::live_url::LiveUrls;
use mainstay_edge::IsoSeconds;
use mainstay_hosting::databases::{Backup, Credentials, DatabaseOutcome, Shown};
use mainstay_hosting::sites::StopReason;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// A database.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "database_example")]
pub(super) struct DatabaseResponse {
    /// What it is called in addresses.
    id: String,
    /// What people call it.
    name: String,
    /// What sort it is: `postgresql`, `mariadb`, `redis` or `sqlite`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The version of its engine.
    version: String,
    /// How it fares: `CREATING`, `RUNNING`, `STOPPED`, `RESTORING` or `DELETING`.
    status: &'static str,
    /// Why it is stopped: `USER`, or `INSUFFICIENT_CREDITS` until there are credits again.
    stop_reason: Option<&'static str>,
    /// Where it is in this API.
    url: String,
    /// The host of its server; null for a file.
    host: Option<String>,
    /// The port of its server.
    port: Option<u16>,
    /// What it is called there.
    database: String,
    /// Who asks; null where nobody is asked.
    username: Option<String>,
    /// All of that in one line. The password is masked, unless this answer shows it.
    connection_string: String,
    /// How large it is; null while its server does not say.
    size_bytes: Option<i64>,
    /// How large it may be, in MiB; null for `redis`, whose server keeps to a size of its own.
    max_size_mb: Option<u32>,
    /// Whether it is larger, as was found at the last measuring, and is written to no longer where its engine can see to that.
    over_quota: bool,
    /// What it was given beside what its engine has.
    extensions: Vec<String>,
    /// How many connections it has.
    connections: Option<i64>,
    /// How many connections it takes at a time.
    max_connections: Option<u32>,
    /// The sites whose programs are given it.
    attached_sites: Vec<String>,
    /// Its newest backup.
    last_backup: Option<BackupResponse>,
    /// Why that is of no use, if it is of none.
    last_backup_error: Option<String>,
    /// When backups are made by themselves.
    backup_schedule: Option<ScheduleBody>,
    /// When the next of those is due.
    next_backup_at: Option<IsoSeconds>,
    /// When nothing of it will be left, if it is being deleted.
    purge_after: Option<IsoSeconds>,
    /// When it was made.
    created_at: IsoSeconds,
    /// When it last changed.
    updated_at: IsoSeconds,
    #[serde(skip)]
    revision: i64,
    #[serde(skip)]
    is_settled: bool,
}

fn database_example() -> Value {
    json!({
        "id": "cb1234abcd",
        "name": "production-db",
        "type": "postgresql",
        "version": "15.18",
        "status": "RUNNING",
        "stopReason": null,
        "url": "https://mainstay.example.com/api/databases/cb1234abcd",
        "host": "db.example.net",
        "port": 5432,
        "database": "db_cb1234abcd",
        "username": "u_cb1234abcd",
        "connectionString": "postgresql://u_cb1234abcd:********@db.example.net:5432/db_cb1234abcd",
        "sizeBytes": 7_602_703,
        "maxSizeMb": 10_240,
        "overQuota": false,
        "extensions": ["pgcrypto"],
        "connections": 1,
        "maxConnections": 20,
        "attachedSites": ["cm1234abcd"],
        "lastBackup": null,
        "lastBackupError": null,
        "backupSchedule": { "cron": "30 3 * * *", "keep": 7 },
        "nextBackupAt": "2026-05-21T03:30:00Z",
        "purgeAfter": null,
        "createdAt": "2026-05-20T10:30:00Z",
        "updatedAt": "2026-05-20T10:30:00Z",
    })
}

impl DatabaseResponse {
    pub(super) fn new(shown: Shown, urls: &LiveUrls) -> Self {
        let connection_string = shown.connection_string();
        let Shown { database, place, facts, max_size_mb } = shown;
        let last_backup_error = database.latest_backup.as_ref().and_then(|backup| backup.error.clone());
        Self {
            url: urls.of_api(&format!("/api/databases/{}", database.id)),
            is_settled: database.is_settled(),
            revision: database.version,
            id: database.id.0,
            name: database.name,
            kind: database.kind.name(),
            version: database.engine_version,
            status: database.status.name(),
            stop_reason: database.stop_reason.map(StopReason::name),
            host: place.host,
            port: place.port,
            database: place.database,
            username: place.username,
            connection_string,
            size_bytes: facts.map(|facts| facts.size_bytes).or(database.size_bytes),
            max_size_mb,
            over_quota: database.fullness.refuses_writes(),
            extensions: database.extensions,
            connections: facts.and_then(|facts| facts.connections),
            max_connections: database.max_connections,
            attached_sites: database.sites.into_iter().map(|attached| attached.site.0).collect(),
            last_backup: database.latest_backup.map(Into::into),
            last_backup_error,
            backup_schedule: database.schedule.map(Into::into),
            next_backup_at: database.next_backup_at.map(Into::into),
            purge_after: database.purge_at.map(Into::into),
            created_at: database.created_at.into(),
            updated_at: database.updated_at.into(),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", self.revision)
    }

    pub(super) const fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Shows what opens it; gives the password.
    pub(super) fn open(&mut self, opening: Credentials) -> Option<String> {
        self.connection_string.clone_from(opening.connection_string.expose());
        opening.password.map(|password| password.expose().clone())
    }
}

/// A database that was made, with what opens it.
#[derive(Serialize, JsonSchema)]
pub(super) struct MadeDatabaseResponse {
    #[serde(flatten)]
    pub(super) database: DatabaseResponse,
    /// Its password; null where there is none.
    pub(super) password: Option<String>,
}

/// A database, and what was done with it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ActedDatabaseResponse {
    #[serde(flatten)]
    pub(super) database: DatabaseResponse,
    /// What was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<&'static str>,
    /// Whether anything changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<bool>,
    /// The new password, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<String>,
    /// The backup that was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backup: Option<BackupResponse>,
}

impl ActedDatabaseResponse {
    pub(super) const fn of(database: DatabaseResponse) -> Self {
        Self { database, action: None, changed: None, password: None, backup: None }
    }

    pub(super) fn new(action: &'static str, outcome: DatabaseOutcome, urls: &LiveUrls) -> Self {
        let DatabaseOutcome { shown, changed, credentials, backup } = outcome;
        let mut database = DatabaseResponse::new(shown, urls);
        let password = credentials.and_then(|opening| database.open(opening));
        let backup = backup.map(Into::into);
        Self { database, action: Some(action), changed: Some(changed), password, backup }
    }
}

/// A database that goes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GoingDatabaseResponse {
    /// What it is called in addresses.
    id: String,
    /// What people call it.
    name: String,
    /// `DELETING`.
    status: &'static str,
    /// Until then it can be restored.
    purge_after: Option<IsoSeconds>,
}

impl From<Shown> for GoingDatabaseResponse {
    fn from(Shown { database, .. }: Shown) -> Self {
        let purge_after = database.purge_at.map(Into::into);
        Self { id: database.id.0, name: database.name, status: database.status.name(), purge_after }
    }
}

/// What opens a database.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CredentialsResponse {
    /// As whom; null where nobody is asked.
    username: Option<String>,
    /// With what; null where there is no password.
    password: Option<String>,
    /// Both, with where it is, in one line.
    connection_string: String,
}

impl From<Credentials> for CredentialsResponse {
    fn from(opening: Credentials) -> Self {
        Self {
            username: opening.username,
            password: opening.password.map(|password| password.expose().clone()),
            connection_string: opening.connection_string.expose().clone(),
        }
    }
}

/// A backup of a database.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BackupResponse {
    /// What it is called in addresses.
    id: String,
    /// How it fares: `RUNNING`, `SUCCEEDED` or `FAILED`.
    status: &'static str,
    /// Who had it made: `API` (somebody asked), `SCHEDULE` (its time had come) or `FINAL` (before the end of the database).
    trigger: &'static str,
    /// How large its file is.
    size_bytes: Option<i64>,
    /// When it was restored on trial.
    verified_at: Option<IsoSeconds>,
    /// Why it is of no use.
    error: Option<String>,
    /// When it was begun.
    created_at: IsoSeconds,
    /// When it ended.
    finished_at: Option<IsoSeconds>,
}

impl From<Backup> for BackupResponse {
    fn from(backup: Backup) -> Self {
        Self {
            id: backup.id.0,
            status: backup.status.name(),
            trigger: backup.origin.name(),
            size_bytes: backup.size_bytes,
            verified_at: backup.verified_at.map(Into::into),
            error: backup.error,
            created_at: backup.created_at.into(),
            finished_at: backup.finished_at.map(Into::into),
        }
    }
}
