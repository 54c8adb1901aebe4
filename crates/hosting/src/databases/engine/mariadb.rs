//! Databases on a server of MariaDB. Names are made of ids alone, so that nothing a tenant says stands in a statement.

mod copies;
mod programs;
mod provision;
#[cfg(test)]
mod tests;

use super::super::credentials;
use super::super::ways::{Door, ToServer};
use super::{Engine, EngineFault, Facts, Login, Place};
use crate::ids::DatabaseId;
use async_trait::async_trait;
use mainstay_kernel::{Ids, Secret};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder, Params, Value};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A server, and who may do everything on it.
pub(crate) struct MariadbEngine {
    admin: Opts,
    ids: Arc<dyn Ids>,
}

/// Where a program of a site finds the server, wherever that is.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const CONNECT: Duration = Duration::from_secs(5);
/// No statement takes longer: a caller waits for it. The server itself calls it off, so that nothing goes on unseen.
const LIMITS: &str = "SET SESSION max_statement_time = 30, lock_wait_timeout = 10";

/// The names of a tenant's things on the server.
struct Names {
    database: String,
    user: String,
}

impl Names {
    fn of(id: &DatabaseId) -> Self {
        Self { database: format!("db_{id}"), user: format!("u_{id}") }
    }

    /// What a backup is restored into on trial.
    fn trial(&self) -> String {
        format!("{}_trial", self.database)
    }

    /// The tenant as statements call it, from wherever it comes.
    fn account(&self) -> String {
        format!("{}@'%'", quoted(&self.user))
    }
}

/// A name in a statement (MariaDB documentation, "Identifier Names").
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Whether a tenant is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Open,
    Shut,
}

impl Gate {
    const fn sql(self) -> &'static str {
        match self {
            Self::Open => "UNLOCK",
            Self::Shut => "LOCK",
        }
    }
}

impl From<mysql_async::Error> for EngineFault {
    fn from(cause: mysql_async::Error) -> Self {
        match cause {
            // What the server says names the database and never the password, of which it knows none.
            mysql_async::Error::Server(told) => Self(told.message),
            other => Self(other.to_string()),
        }
    }
}

impl MariadbEngine {
    /// On this server.
    ///
    /// # Errors
    /// When the address is none of a server.
    pub(crate) fn new(url: &Secret<String>, ids: Arc<dyn Ids>) -> Result<Self, EngineFault> {
        let unreadable = || EngineFault("it is not an address such as mysql://user:password@host".to_owned());
        let told = Opts::from_url(url.expose()).map_err(|_| unreadable())?;
        // Programs of sites are led to a port, and to no file.
        let admin = OptsBuilder::from_opts(told).prefer_socket(false).setup(vec![LIMITS]).into();
        Ok(Self { admin, ids })
    }

    /// Where the server listens.
    fn address(&self) -> (&str, u16) {
        (self.admin.ip_or_hostname(), self.admin.tcp_port())
    }

    async fn connect(&self) -> Result<Conn, EngineFault> {
        let connected = tokio::time::timeout(CONNECT, Conn::new(self.admin.clone())).await;
        Ok(connected.map_err(|_| EngineFault("the server does not answer".to_owned()))??)
    }

    /// Says with what a tenant is let in, and whether.
    async fn admit(client: &mut Conn, login: &Login, gate: Gate) -> Result<(), EngineFault> {
        let (account, most) = (Names::of(&login.id).account(), login.max_connections);
        let proof = provision::proof(login)?;
        let told = format!("ALTER USER {account} {proof} WITH MAX_USER_CONNECTIONS {most} ACCOUNT {}", gate.sql());
        Ok(client.query_drop(told).await?)
    }

    async fn end_sessions(client: &mut Conn, names: &Names) -> Result<(), EngineFault> {
        Ok(client.query_drop(format!("KILL HARD CONNECTION USER {}", names.account())).await?)
    }

    async fn drop_database(client: &mut Conn, database: &str) -> Result<(), EngineFault> {
        Ok(client.query_drop(format!("DROP DATABASE IF EXISTS {}", quoted(database))).await?)
    }

    /// Drops what somebody left who died while a backup was tried out.
    async fn tidy(client: &mut Conn, names: &Names) -> Result<(), EngineFault> {
        let trial = names.trial();
        Self::drop_database(client, &trial).await?;
        let pattern = provision::pattern(&trial);
        let asked = "SELECT COUNT(*) FROM mysql.db WHERE User = ? AND Db = ?";
        let granted: Option<i64> = client.exec_first(asked, (&names.user, &pattern)).await?;
        if granted.is_some_and(|granted| granted > 0) {
            // A grant outlives its database, and would let the tenant make that anew.
            let revoked = format!("REVOKE ALL PRIVILEGES ON {}.* FROM {}", quoted(&pattern), names.account());
            client.query_drop(revoked).await?;
        }
        Ok(())
    }

    /// Lets the platform alone in, with a password that no tenant has; gives that.
    async fn shut_out(&self, client: &mut Conn, login: &Login) -> Result<Login, EngineFault> {
        let ours = Login { password: Some(credentials::draw(&*self.ids)), ..login.clone() };
        Self::admit(client, &ours, Gate::Open).await?;
        Self::end_sessions(client, &Names::of(&login.id)).await?;
        Ok(ours)
    }
}

#[async_trait]
impl Engine for MariadbEngine {
    async fn version(&self) -> Result<String, EngineFault> {
        let told: Option<String> = self.connect().await?.query_first("SELECT VERSION()").await?;
        let told = told.unwrap_or_default();
        match told.split_once('-') {
            Some((version, rest)) if rest.contains("MariaDB") => Ok(version.to_owned()),
            _ => Err(EngineFault(format!("the server is no MariaDB but {told}"))),
        }
    }

    async fn provision(&self, login: &Login) -> Result<(), EngineFault> {
        // Somebody may have died over it.
        self.drop_all(&login.id).await?;
        self.make(login, &Self::steps(login)?).await
    }

    async fn start(&self, login: &Login) -> Result<(), EngineFault> {
        let (mut client, names) = (self.connect().await?, Names::of(&login.id));
        Self::tidy(&mut client, &names).await?;
        // Whoever may drop tables may drop the database, too.
        client.query_drop(provision::make_database(&names.database)).await?;
        client.query_drop(provision::grant(&names, &names.database)).await?;
        if login.fullness.refuses_writes() {
            client.query_drop(provision::withhold_writes(&names)).await?;
        }
        Self::admit(&mut client, login, Gate::Open).await
    }

    async fn stop(&self, login: &Login) -> Result<(), EngineFault> {
        let (mut client, names) = (self.connect().await?, Names::of(&login.id));
        Self::admit(&mut client, login, Gate::Shut).await?;
        Self::end_sessions(&mut client, &names).await?;
        Self::tidy(&mut client, &names).await
    }

    async fn disconnect(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        Self::end_sessions(&mut self.connect().await?, &Names::of(id)).await
    }

    async fn drop_all(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        let (mut client, names) = (self.connect().await?, Names::of(id));
        // A session of the tenant could hold its tables, and would outlive its user.
        client.query_drop(format!("ALTER USER IF EXISTS {} ACCOUNT LOCK", names.account())).await?;
        Self::end_sessions(&mut client, &names).await?;
        for database in [names.trial(), names.database.clone()] {
            Self::drop_database(&mut client, &database).await?;
        }
        Ok(client.query_drop(format!("DROP USER IF EXISTS {}", names.account())).await?)
    }

    async fn facts(&self, ids: &[DatabaseId]) -> Result<HashMap<DatabaseId, Facts>, EngineFault> {
        let places = vec!["?"; ids.len()].join(", ");
        let asked = format!(
            "SELECT s.SCHEMA_NAME, \
            (SELECT CAST(COALESCE(SUM(t.DATA_LENGTH + t.INDEX_LENGTH), 0) AS SIGNED) \
                FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = s.SCHEMA_NAME), \
            (SELECT COUNT(*) FROM information_schema.PROCESSLIST p \
                WHERE p.USER = CONCAT('u_', SUBSTRING(s.SCHEMA_NAME, 4))) \
            FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME IN ({places})"
        );
        let names = ids.iter().map(|id| Value::from(Names::of(id).database)).collect();
        let rows: Vec<(String, i64, i64)> = self.connect().await?.exec(asked, Params::Positional(names)).await?;
        let fact = |(name, size_bytes, connections): (String, i64, i64)| {
            let id = name.strip_prefix("db_").unwrap_or_default().to_owned();
            (DatabaseId(id), Facts { size_bytes, connections: Some(connections) })
        };
        Ok(rows.into_iter().map(fact).collect())
    }

    fn place(&self, id: &DatabaseId) -> Place {
        let Names { database, user } = Names::of(id);
        let (host, port) = self.address();
        Place { host: Some(host.to_owned()), port: Some(port), database, username: Some(user) }
    }

    fn door(&self, _: &DatabaseId) -> Option<Door> {
        let (host, port) = self.address();
        Some(Door { address: ADDRESS, way: Arc::new(ToServer { host: host.to_owned(), port }) })
    }

    async fn backup(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault> {
        self.copy_out(login, is_open, file).await
    }

    async fn restore(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        self.copy_in(login, file).await
    }
}
