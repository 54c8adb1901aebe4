//! Databases on a server of PostgreSQL. Names are made of ids alone, so that nothing a tenant says stands in a statement.

mod admission;
mod extensions;
mod programs;
mod provision;
#[cfg(test)]
mod tests;

use super::super::ways::{Door, ToServer};
use super::{Engine, EngineFault, Facts, Login, Place};
use crate::databases::Fullness;
use crate::ids::DatabaseId;
use async_trait::async_trait;
use mainstay_kernel::{Ids, Secret};
use programs::Programs;
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

/// A server, and who may do everything on it.
pub(crate) struct PostgresEngine {
    admin: Config,
    host: String,
    port: u16,
    ids: Arc<dyn Ids>,
    programs: Programs,
}

/// Where servers listen unless they say otherwise.
const PORT: u16 = 5432;
/// Where a program of a site finds the server, wherever that is.
const ADDRESS: Ipv4Addr = Ipv4Addr::LOCALHOST;
const CONNECT: Duration = Duration::from_secs(5);
/// No statement takes longer: a caller waits for it. The server itself calls it off, so that nothing goes on unseen.
const LIMITS: &str = "-c statement_timeout=30s -c lock_timeout=10s";

/// The names of a tenant's things on the server.
struct Names {
    database: String,
    role: String,
}

impl Names {
    fn of(id: &DatabaseId) -> Self {
        Self { database: format!("db_{id}"), role: format!("u_{id}") }
    }

    /// What is put in the database's place.
    fn fresh(&self) -> String {
        format!("{}_new", self.database)
    }

    /// What was in its place.
    fn former(&self) -> String {
        format!("{}_old", self.database)
    }

    /// What a backup is restored into on trial.
    fn trial(&self) -> String {
        format!("{}_trial", self.database)
    }
}

/// A name in a statement (PostgreSQL manual, section 4.1.1).
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl From<tokio_postgres::Error> for EngineFault {
    fn from(cause: tokio_postgres::Error) -> Self {
        // What the server says names the database and never the password, of which it knows none.
        Self(cause.as_db_error().map_or_else(|| cause.to_string(), |told| told.message().to_owned()))
    }
}

impl PostgresEngine {
    /// On this server.
    ///
    /// # Errors
    /// When the address is none of a server.
    pub(crate) fn new(url: &Secret<String>, ids: Arc<dyn Ids>) -> Result<Self, EngineFault> {
        let unreadable =
            || EngineFault("it is not an address such as postgres://user:password@host/database".to_owned());
        let mut admin: Config = url.expose().parse().map_err(|_| unreadable())?;
        // Programs of sites are led to a port, and to no file.
        let Some(Host::Tcp(host)) = admin.get_hosts().first() else { return Err(unreadable()) };
        let host = host.clone();
        let port = admin.get_ports().first().copied().unwrap_or(PORT);
        let options = admin.get_options().map_or_else(|| LIMITS.to_owned(), |own| format!("{own} {LIMITS}"));
        admin.options(options).connect_timeout(CONNECT).application_name("mainstay");
        Ok(Self { admin, host, port, ids, programs: Programs::found() })
    }

    async fn connect(&self, database: Option<&str>) -> Result<Client, EngineFault> {
        let mut config = self.admin.clone();
        if let Some(name) = database {
            config.dbname(name);
        }
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            // Whoever waits for an answer is told; nobody else need know.
            let _ = connection.await;
        });
        Ok(client)
    }

    async fn allow(client: &Client, database: &str, is_allowed: bool) -> Result<(), EngineFault> {
        let database = quoted(database);
        Ok(client.batch_execute(&format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS {is_allowed}")).await?)
    }

    async fn end_sessions(client: &Client, database: &str) -> Result<(), EngineFault> {
        let ended =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";
        client.execute(ended, &[&database]).await?;
        Ok(())
    }

    async fn drop_database(client: &Client, database: &str) -> Result<(), EngineFault> {
        Ok(client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(database))).await?)
    }

    /// Drops what somebody left who died while a backup was restored.
    async fn tidy(client: &Client, names: &Names) -> Result<(), EngineFault> {
        for left in [names.fresh(), names.former(), names.trial()] {
            Self::drop_database(client, &left).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Engine for PostgresEngine {
    async fn version(&self) -> Result<String, EngineFault> {
        let client = self.connect(None).await?;
        let version: String = client.query_one("SHOW server_version", &[]).await?.get(0);
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    }

    async fn provision(&self, login: &Login) -> Result<(), EngineFault> {
        // Somebody may have died over it.
        self.drop_all(&login.id).await?;
        let steps = self.steps(login).await?;
        self.make(login, &steps).await?;
        if login.extensions.is_empty() {
            return Ok(());
        }
        let extended = self.extend(login, &login.extensions).await;
        if extended.is_err() {
            self.drop_all(&login.id).await?;
        }
        extended
    }

    async fn start(&self, login: &Login) -> Result<(), EngineFault> {
        let (client, names) = (self.connect(None).await?, Names::of(&login.id));
        Self::tidy(&client, &names).await?;
        self.admit(&client, login).await?;
        Self::allow(&client, &names.database, true).await?;
        // A backup that was put back may be older than they are. A tenant who has something else of their names keeps that.
        if login.fullness != Fullness::Closed
            && let Err(cause) = self.make_extensions(&client, login, &login.extensions).await
        {
            tracing::warn!(database = %login.id, %cause, "extensions of a database are not all there");
        }
        Ok(())
    }

    async fn stop(&self, login: &Login) -> Result<(), EngineFault> {
        let (client, names) = (self.connect(None).await?, Names::of(&login.id));
        Self::allow(&client, &names.database, false).await?;
        Self::end_sessions(&client, &names.database).await?;
        Self::tidy(&client, &names).await?;
        self.admit(&client, login).await?;
        Self::shut(&client, &names).await
    }

    async fn disconnect(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        let client = self.connect(None).await?;
        Self::end_sessions(&client, &Names::of(id).database).await
    }

    async fn drop_all(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        let (client, names) = (self.connect(None).await?, Names::of(id));
        Self::drop_database(&client, &names.database).await?;
        Self::tidy(&client, &names).await?;
        Ok(client.batch_execute(&format!("DROP ROLE IF EXISTS {}", quoted(&names.role))).await?)
    }

    async fn extensions(&self) -> Result<Vec<String>, EngineFault> {
        self.available().await
    }

    async fn extend(&self, login: &Login, new: &[String]) -> Result<(), EngineFault> {
        self.make_extensions(&self.connect(None).await?, login, new).await
    }

    async fn facts(&self, ids: &[DatabaseId]) -> Result<HashMap<DatabaseId, Facts>, EngineFault> {
        let asked = "SELECT datname::text, pg_database_size(oid), \
            (SELECT count(*) FROM pg_stat_activity WHERE datid = pg_database.oid) \
            FROM pg_database WHERE datname = ANY($1::text[])";
        let names: Vec<String> = ids.iter().map(|id| Names::of(id).database).collect();
        let rows = self.connect(None).await?.query(asked, &[&names]).await?;
        let fact = |row: tokio_postgres::Row| {
            let name: String = row.get(0);
            let id = name.strip_prefix("db_").unwrap_or_default().to_owned();
            (DatabaseId(id), Facts { size_bytes: row.get(1), connections: Some(row.get(2)) })
        };
        Ok(rows.into_iter().map(fact).collect())
    }

    fn place(&self, id: &DatabaseId) -> Place {
        let Names { database, role } = Names::of(id);
        Place { host: Some(self.host.clone()), port: Some(self.port), database, username: Some(role) }
    }

    fn door(&self, _: &DatabaseId) -> Option<Door> {
        let (host, port) = (self.host.clone(), self.port);
        Some(Door { address: ADDRESS, way: Arc::new(ToServer { host, port }) })
    }

    async fn backup(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault> {
        let (client, names) = (self.connect(None).await?, Names::of(&login.id));
        if is_open && login.fullness != Fullness::Closed {
            self.dump(login, &names.database, file).await?;
            return self.try_out(&client, login, file).await;
        }
        let ours = self.shut_out(&client, login).await?;
        Self::allow(&client, &names.database, true).await?;
        let dumped = self.dump(&ours, &names.database, file).await;
        Self::allow(&client, &names.database, is_open).await?;
        let dumped = match dumped {
            Ok(()) => self.try_out(&client, &ours, file).await,
            failed => failed,
        };
        self.admit(&client, login).await?;
        if !is_open {
            Self::shut(&client, &names).await?;
        }
        dumped
    }

    async fn restore(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let (client, names) = (self.connect(None).await?, Names::of(&login.id));
        Self::tidy(&client, &names).await?;
        let fresh = names.fresh();
        // Afterwards it is told anew who is let in.
        let ours = if login.fullness == Fullness::Closed {
            self.shut_out(&client, login).await?
        } else {
            self.admit(&client, login).await?;
            login.clone()
        };
        let filled = self.fill(&client, &ours, (&fresh, file)).await;
        if filled.is_err() {
            Self::drop_database(&client, &fresh).await?;
            return filled;
        }
        Self::take_place(&client, &names).await
    }
}

impl PostgresEngine {
    /// A new database of this tenant, with what is in a file.
    async fn fill(&self, client: &Client, login: &Login, (into, file): (&str, &Path)) -> Result<(), EngineFault> {
        for step in Self::steps_of_database(login, into) {
            self.step(client, into, &step).await?;
        }
        self.programs.restore((&self.host, self.port), login, into, file).await
    }

    async fn dump(&self, login: &Login, from: &str, file: &Path) -> Result<(), EngineFault> {
        self.programs.dump((&self.host, self.port), login, from, file).await
    }

    /// Restores a file into a database that is dropped afterwards.
    async fn try_out(&self, client: &Client, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let trial = Names::of(&login.id).trial();
        Self::drop_database(client, &trial).await?;
        let tried = self.fill(client, login, (&trial, file)).await;
        Self::drop_database(client, &trial).await?;
        tried
    }

    /// The fresh database in the place of the one there is: both are renamed or none.
    async fn take_place(client: &Client, names: &Names) -> Result<(), EngineFault> {
        let (database, fresh, former) = (quoted(&names.database), quoted(&names.fresh()), quoted(&names.former()));
        for name in [&names.database, &names.fresh()] {
            Self::allow(client, name, false).await?;
            Self::end_sessions(client, name).await?;
        }
        let renamed = format!(
            "BEGIN; ALTER DATABASE {database} RENAME TO {former}; ALTER DATABASE {fresh} RENAME TO {database}; COMMIT"
        );
        client.batch_execute(&renamed).await?;
        Self::drop_database(client, &names.former()).await
    }
}
