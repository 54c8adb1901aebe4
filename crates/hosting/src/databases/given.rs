//! What programs of a site are given of its databases.

use super::model::{DatabaseKind, DatabaseStatus, HostedDatabase};
use super::rules::Databases;
use crate::error::HostingError;
use crate::ids::SiteId;
use mainstay_kernel::{Secret, WorkspaceId};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What programs of a site are given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Where each database is and what opens it: `DATABASE_URL` for the one that was attached first, and for each further
    /// one its name before that, as in `EVENTS_DATABASE_URL`.
    pub variables: BTreeMap<String, Secret<String>>,
    /// Folders of this machine, each with the place where a program finds it and may write to it.
    pub folders: Vec<(PathBuf, PathBuf)>,
    /// The way to the server, if one is needed.
    pub door: Option<Door>,
}

/// A port on the loopback interface of a program's box, whose connections are relayed to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// Where the program asks.
    pub port: u16,
    /// The server's host.
    pub host: String,
    /// Where the server listens.
    pub host_port: u16,
}

/// Where a program of a site finds PostgreSQL, wherever that is.
const PORT: u16 = 5432;
/// Where a program of a site finds files.
const FOLDERS: &str = "/databases";

impl Databases {
    /// What programs of a site are given of its databases, if they are started now. What takes no connections is left out.
    ///
    /// # Errors
    /// [`HostingError::Store`]; [`HostingError::SealedPassword`].
    pub async fn given_to(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Given, HostingError> {
        let mut given = Given::default();
        for database in self.work.store.databases_of(workspace, site.clone()).await? {
            if database.status != DatabaseStatus::Running {
                continue;
            }
            let url = match database.kind {
                DatabaseKind::Postgresql => self.through_door(&database, &mut given)?,
                DatabaseKind::Sqlite => self.in_folder(&database, &mut given),
            };
            let is_first = given.variables.is_empty();
            let name = if is_first { "DATABASE_URL".to_owned() } else { variable(&database.name) };
            given.variables.insert(name, Secret::new(url));
        }
        Ok(given)
    }

    fn through_door(&self, database: &HostedDatabase, given: &mut Given) -> Result<String, HostingError> {
        let engine =
            self.work.engines.postgres.as_ref().ok_or(HostingError::EngineAway("it is not set up any longer"))?;
        let (host, host_port) = engine.address();
        given.door = Some(Door { port: PORT, host, host_port });
        let login = self.work.login(database)?;
        let password = login.password.as_ref().map(|own| own.expose().as_str()).unwrap_or_default();
        let id = &database.id;
        Ok(format!("postgres://u_{id}:{password}@127.0.0.1:{PORT}/db_{id}"))
    }

    fn in_folder(&self, database: &HostedDatabase, given: &mut Given) -> String {
        let folder = PathBuf::from(FOLDERS).join(&database.name);
        let url = format!("sqlite://{}", folder.join(super::folders::FILE).display());
        given.folders.push((self.work.folders.files(&database.id), folder));
        url
    }
}

/// What the variable of a further database is called.
fn variable(name: &str) -> String {
    let name = name.to_ascii_uppercase().replace('-', "_");
    let begins = if name.starts_with(|first: char| first.is_ascii_digit()) { "_" } else { "" };
    format!("{begins}{name}_DATABASE_URL")
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn a_variable_is_called_after_its_database() {
        assert_eq!(variable("events-2"), "EVENTS_2_DATABASE_URL");
        assert_eq!(variable("2nd"), "_2ND_DATABASE_URL");
    }
}
