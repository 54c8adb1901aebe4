//! The rules of versions.

use super::choice::status;
use super::model::{NewVersion, ToolVersion, VersionStatus};
use super::service::VersionService;
use super::store::{Put, VersionStore};
use crate::caller::Caller;
use crate::error::McpError;
use crate::model::ServerName;
use crate::servers::{Directory, Roster};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError};
use mainstay_schemas::Schema;
use semver::Version;
use serde_json::Value;
use std::sync::Arc;

/// Most versions of one tool.
const MOST: i64 = 100;
const MOST_TOOL: usize = 128;
const MOST_VERSION: usize = 32;
const MOST_TEXT: usize = 4_000;

/// The versions of an installation's tools.
pub struct Versions {
    pub(crate) directory: Arc<Directory>,
    pub(crate) store: Arc<dyn VersionStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl VersionService for Versions {
    async fn versions(
        &self,
        caller: &Caller,
        server: &ServerName,
        tool: &str,
    ) -> Result<Vec<(Arc<ToolVersion>, VersionStatus)>, McpError> {
        let roster = self.roster(caller, server).await?;
        let now = self.clock.now();
        let all = roster.versions(server, tool);
        let mut listed: Vec<_> = all.iter().map(|version| (Arc::clone(version), status(version, all, now))).collect();
        listed.sort_by(|(one, _), (other, _)| other.version.cmp(&one.version));
        Ok(listed)
    }

    async fn put(
        &self,
        caller: &Caller,
        server: &ServerName,
        tool: &str,
        version: &str,
        new: NewVersion,
    ) -> Result<Arc<ToolVersion>, McpError> {
        self.roster(caller, server).await?;
        let number = checked(tool, version, &new).await.map_err(McpError::Invalid)?;
        let NewVersion { is_latest, description, input_schema, output_schema, changelog, migration_notes, .. } = new;
        let declared = ToolVersion {
            server: server.clone(),
            tool: tool.to_owned(),
            version: number.clone(),
            is_latest,
            description,
            input_schema: input_schema.map(|schema| Arc::new(Schema::new(schema))),
            output_schema,
            changelog,
            migration_notes,
            deprecated_at: new.deprecated_at,
            sunset_at: new.sunset_at,
            created_at: self.clock.now(),
        };
        match self.store.put(caller.workspace, declared, MOST).await? {
            Put::Kept => {}
            Put::TooMany => {
                let message = format!("A tool has at most {MOST} versions.");
                return Err(McpError::Invalid(vec![FieldError::new("version", "maxItems", message)]));
            }
        }
        self.directory.forget(caller.workspace);
        let roster = self.directory.of(caller.workspace).await?;
        let kept = roster.versions(server, tool).iter().find(|kept| kept.version == number).cloned();
        kept.ok_or_else(|| no_version(tool, version))
    }

    async fn delete(&self, caller: &Caller, server: &ServerName, tool: &str, version: &str) -> Result<(), McpError> {
        self.roster(caller, server).await?;
        let (workspace, now) = (caller.workspace, self.clock.now());
        let was_there =
            self.store.delete(workspace, (server.clone(), tool.to_owned()), version.to_owned(), now).await?;
        self.directory.forget(workspace);
        if was_there { Ok(()) } else { Err(no_version(tool, version)) }
    }
}

impl Versions {
    /// What there is for the caller's workspace, if the server is among it.
    async fn roster(&self, caller: &Caller, server: &ServerName) -> Result<Arc<Roster>, McpError> {
        let roster = self.directory.of(caller.workspace).await?;
        if roster.get(server).is_some_and(|server| caller.sees(server)) { Ok(roster) } else { Err(McpError::NoServer) }
    }
}

fn no_version(tool: &str, version: &str) -> McpError {
    McpError::NoVersion { tool: tool.to_owned(), version: version.to_owned() }
}

/// The version's number, or each field that is wrong. Schemas are looked at on a thread for such work.
async fn checked(tool: &str, version: &str, new: &NewVersion) -> Result<Version, Vec<FieldError>> {
    let mut wrong = Vec::new();
    if tool.is_empty() || tool.chars().count() > MOST_TOOL || tool.contains(char::is_control) {
        wrong.push(FieldError::new("tool", "length", format!("The name of a tool has 1 to {MOST_TOOL} characters.")));
    }
    let number = Version::parse(version).ok().filter(|_| version.len() <= MOST_VERSION);
    if number.is_none() {
        wrong.push(FieldError::new("version", "format", "The version must be a semantic version such as 1.2.0."));
    }
    for (field, text) in
        [("description", &new.description), ("changelog", &new.changelog), ("migration_notes", &new.migration_notes)]
    {
        if text.as_ref().is_some_and(|text| text.chars().count() > MOST_TEXT || text.contains('\0')) {
            let message = format!("The {field} may not be longer than {MOST_TEXT} characters.");
            wrong.push(FieldError::new(field, "maxLength", message));
        }
    }
    for (field, schema) in [("input_schema", &new.input_schema), ("output_schema", &new.output_schema)] {
        if let Some(text) = unfit(schema.clone()).await {
            wrong.push(FieldError::new(field, "schema", text));
        }
    }
    if let (Some(deprecated), Some(sunset)) = (new.deprecated_at, new.sunset_at)
        && sunset < deprecated
    {
        wrong.push(FieldError::new("sunset_at", "after", "A version is deprecated before it is no longer served."));
    }
    match number {
        Some(number) if wrong.is_empty() => Ok(number),
        _ => Err(wrong),
    }
}

async fn unfit(schema: Option<Value>) -> Option<String> {
    let schema = schema?;
    let looked_at = tokio::task::spawn_blocking(move || mainstay_schemas::unfit(&schema)).await;
    looked_at.unwrap_or_else(|_| Some("The schema cannot be read.".to_owned()))
}
