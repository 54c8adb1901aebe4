//! Databases as they are shown: where they are, how full, and what opens them.

use super::engine::{Facts, Login, Place};
use super::model::{Credentials, DatabaseKind, HostedDatabase, Shown};
use super::quota;
use super::rules::Databases;
use crate::error::HostingError;
use crate::ids::DatabaseId;
use mainstay_kernel::Secret;
use std::collections::HashMap;
use std::time::Duration;

/// How long a caller waits to hear how full databases are.
const FACTS: Duration = Duration::from_secs(3);

impl Databases {
    /// Databases, with where they are and how full.
    pub(super) async fn shown(&self, databases: Vec<HostedDatabase>) -> Vec<Shown> {
        let mut facts = HashMap::new();
        for kind in DatabaseKind::ALL {
            let ids: Vec<_> = databases.iter().filter(|own| own.kind == *kind).map(|own| own.id.clone()).collect();
            facts.extend(self.facts(*kind, &ids).await);
        }
        let show = |database: HostedDatabase| {
            let facts = facts.get(&database.id).copied();
            let max_size_mb = quota::most_mb(&database, self.work.largest_mb);
            Shown { place: self.place(&database), facts, max_size_mb, database }
        };
        databases.into_iter().map(show).collect()
    }

    async fn facts(&self, kind: DatabaseKind, ids: &[DatabaseId]) -> HashMap<DatabaseId, Facts> {
        let Some(engine) = self.work.engines.of(kind).filter(|_| !ids.is_empty()) else { return HashMap::new() };
        match tokio::time::timeout(FACTS, engine.facts(ids)).await {
            Ok(Ok(facts)) => facts,
            _ => HashMap::new(),
        }
    }

    fn place(&self, database: &HostedDatabase) -> Place {
        let nowhere = || Place { host: None, port: None, database: String::new(), username: None };
        self.work.engines.of(database.kind).map_or_else(nowhere, |engine| engine.place(&database.id))
    }

    pub(super) fn opening(&self, database: &HostedDatabase) -> Result<Credentials, HostingError> {
        let Login { password, .. } = self.work.login(database)?;
        let place = self.place(database);
        let text = place.connection_string(database, password.as_ref().map(|own| own.expose().as_str()));
        Ok(Credentials { username: place.username, password, connection_string: Secret::new(text) })
    }
}

impl Place {
    /// Where a database is and what opens it, in one line.
    fn connection_string(&self, database: &HostedDatabase, password: Option<&str>) -> String {
        match (&self.host, self.port, &self.username) {
            (Some(host), Some(port), Some(username)) => {
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                let password = password.unwrap_or(MASK);
                let scheme = database.kind.scheme();
                format!("{scheme}://{username}:{password}@{host}:{port}/{}", self.database)
            }
            _ => format!("sqlite:///databases/{}/{}", database.name, self.database),
        }
    }
}

/// What stands in a password's place.
const MASK: &str = "********";

impl Shown {
    /// Where it is and what opens it, without the password.
    pub fn connection_string(&self) -> String {
        self.place.connection_string(&self.database, None)
    }
}
