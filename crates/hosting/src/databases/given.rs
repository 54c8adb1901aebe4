//! What programs of a site are given of its databases.

use super::model::{DatabaseKind, DatabaseStatus, HostedDatabase};
use super::quota;
use super::rules::Databases;
use super::ways::{DOOR_PORT, Door};
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::running::Room;
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
    /// The ways to servers that are needed.
    pub doors: Vec<Door>,
}

/// Where a program of a site finds files.
const FOLDERS: &str = "/databases";

impl Databases {
    /// What programs of a site are given of its databases, if they are started now. What takes no connections is left out.
    ///
    /// # Errors
    /// [`HostingError::Store`]; [`HostingError::SealedPassword`].
    pub async fn given_to(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Given, HostingError> {
        let mut given = Given::default();
        for database in self.open_to(workspace, site).await? {
            let url = match database.kind {
                DatabaseKind::Sqlite => self.in_folder(&database, &mut given),
                _ => self.through_door(&database, &mut given)?,
            };
            let is_first = given.variables.is_empty();
            let name = if is_first { "DATABASE_URL".to_owned() } else { variable(&database.name) };
            given.variables.insert(name, Secret::new(url));
        }
        Ok(given)
    }

    /// Which folders of its databases programs of a site may fill, and how far: further than a database may grow that is
    /// told first that it is full.
    pub(crate) async fn rooms_of(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<Room>, HostingError> {
        let room = |database: HostedDatabase| {
            let most_mb = quota::most_mb(&database, self.work.largest_mb).map(quota::far_over)?;
            let folder = self.work.folders.files(&database.id);
            let is_folder = database.kind == DatabaseKind::Sqlite;
            is_folder.then(|| Room { folder, most_mb, of: format!("the database {}", database.name) })
        };
        Ok(self.open_to(workspace, site).await?.into_iter().filter_map(room).collect())
    }

    /// The databases of a site that take connections.
    async fn open_to(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<HostedDatabase>, HostingError> {
        let mut databases = self.work.store.databases_of(workspace, site.clone()).await?;
        databases.retain(|database| database.status == DatabaseStatus::Running);
        Ok(databases)
    }

    /// The address of a database, as a program finds it behind a door.
    fn through_door(&self, database: &HostedDatabase, given: &mut Given) -> Result<String, HostingError> {
        let engine = self.work.engine(database)?;
        let place = engine.place(&database.id);
        let (Some(door), Some(username)) = (engine.door(&database.id), place.username) else {
            return Err(HostingError::EngineAway("it is not set up any longer"));
        };
        let (address, login) = (door.address, self.work.login(database)?);
        if !given.doors.iter().any(|known| known.address == address) {
            given.doors.push(door);
        }
        let password = login.password.as_ref().map(|own| own.expose().as_str()).unwrap_or_default();
        let scheme = match database.kind {
            // What the libraries of most languages look for.
            DatabaseKind::Postgresql => "postgres",
            other => other.scheme(),
        };
        Ok(format!("{scheme}://{username}:{password}@{address}:{DOOR_PORT}/{}", place.database))
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
