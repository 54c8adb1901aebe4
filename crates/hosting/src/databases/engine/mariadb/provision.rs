//! How a database is made: steps, any of which may fail.

use super::{Gate, Login, MariadbEngine, Names, quoted};
use crate::databases::credentials;
use crate::databases::engine::{Engine as _, EngineFault};
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

/// What a tenant may do, in its own database alone: nothing that reaches files, other sessions or other accounts, and nothing
/// that goes on while it is let in nowhere, as events would.
const PRIVILEGES: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, \
    LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, TRIGGER, DELETE HISTORY";

/// A database's name where a grant takes a pattern of it.
pub(super) fn pattern(database: &str) -> String {
    database.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%")
}

/// Makes a database, if there is none of this name.
pub(super) fn make_database(name: &str) -> String {
    format!("CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4", quoted(name))
}

/// Lets a tenant do what it may in a database, which need not be there.
pub(super) fn grant(names: &Names, database: &str) -> String {
    format!("GRANT {PRIVILEGES} ON {}.* TO {}", quoted(&pattern(database)), names.account())
}

/// What lets a database grow. Without these a tenant still reads, deletes, empties and drops.
const GROWTH: &str = "INSERT, UPDATE, CREATE, INDEX, ALTER, CREATE TEMPORARY TABLES, CREATE VIEW";

/// Lets a tenant put nothing more into its database.
pub(super) fn withhold_writes(names: &Names) -> String {
    format!("REVOKE {GROWTH} ON {}.* FROM {}", quoted(&pattern(&names.database)), names.account())
}

/// By what a tenant is known.
pub(super) fn proof(login: &Login) -> Result<String, EngineFault> {
    let hash = credentials::native_hash(login.password()?);
    Ok(format!("IDENTIFIED VIA mysql_native_password USING '{hash}'"))
}

impl MariadbEngine {
    /// Everything that makes a database and lets its tenant in, which is the last of it.
    pub(super) fn steps(login: &Login) -> Result<Vec<String>, EngineFault> {
        let (names, most) = (Names::of(&login.id), login.max_connections);
        let (account, proof) = (names.account(), proof(login)?);
        Ok(vec![
            format!("CREATE USER {account} {proof} WITH MAX_USER_CONNECTIONS {most} ACCOUNT {}", Gate::Shut.sql()),
            make_database(&names.database),
            grant(&names, &names.database),
            format!("ALTER USER {account} ACCOUNT {}", Gate::Open.sql()),
        ])
    }

    /// Takes all steps, or leaves nothing of them.
    pub(super) async fn make(&self, login: &Login, steps: &[String]) -> Result<(), EngineFault> {
        let made = self.take(steps).await;
        if made.is_err() {
            self.drop_all(&login.id).await?;
        }
        made
    }

    /// Takes one step after the other.
    pub(super) async fn take(&self, steps: &[String]) -> Result<(), EngineFault> {
        let mut client = self.connect().await?;
        for step in steps {
            Self::step(&mut client, step).await?;
        }
        Ok(())
    }

    pub(super) async fn step(client: &mut Conn, step: &str) -> Result<(), EngineFault> {
        Ok(client.query_drop(step).await?)
    }
}
