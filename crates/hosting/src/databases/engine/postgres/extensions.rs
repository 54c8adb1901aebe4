//! Extensions: those of a list that the server itself trusts in the hands of who owns a database.

use super::{LIMITS, Login, Names, PostgresEngine, quoted};
use crate::databases::engine::EngineFault;
use tokio_postgres::{Client, NoTls};

/// What tenants may have, if it is installed: types, indexes and functions, nothing that reaches files, other databases or
/// the network.
const ALLOWED: [&str; 22] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "seg",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "vector",
];

impl PostgresEngine {
    /// Which of them can be had on this server. What it does not trust (PostgreSQL manual, section 38.17.1) would be run by
    /// a superuser, in a database whose tenant can prepare traps for that.
    pub(super) async fn available(&self) -> Result<Vec<String>, EngineFault> {
        let asked = "SELECT DISTINCT name::text FROM pg_available_extension_versions \
            WHERE trusted AND name = ANY($1::text[]) ORDER BY 1";
        let names: Vec<String> = ALLOWED.iter().map(|&name| name.to_owned()).collect();
        let rows = self.connect(None).await?.query(asked, &[&names]).await?;
        Ok(rows.into_iter().map(|row| row.get(0)).collect())
    }

    /// Makes extensions as the tenant, who then owns them, so that its backups restore them: whoever makes one as somebody
    /// who may do everything lends that to what the tenant left in its database.
    pub(super) async fn make_extensions(
        &self,
        client: &Client,
        login: &Login,
        new: &[String],
    ) -> Result<(), EngineFault> {
        if new.is_empty() {
            return Ok(());
        }
        // A program that has all the connections there are does not keep them from being made.
        let more = Login { max_connections: login.max_connections + 1, ..login.clone() };
        self.admit(client, &more).await?;
        let made = self.make_as_tenant(login, new).await;
        self.admit(client, login).await?;
        made
    }

    async fn make_as_tenant(&self, login: &Login, new: &[String]) -> Result<(), EngineFault> {
        let Names { database, role } = Names::of(&login.id);
        let mut config = self.admin.clone();
        config.user(role).password(login.password()?.expose()).dbname(database);
        config.options(format!("{LIMITS} -c default_transaction_read_only=off"));
        let (client, connection) = config.connect(NoTls).await?;
        let connection = tokio::spawn(connection);
        let statement =
            |name: &String| format!("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public CASCADE;", quoted(name));
        // In one transaction: all of them or none.
        let made = client.batch_execute(&new.iter().map(statement).collect::<String>()).await;
        drop(client);
        let _ = connection.await;
        Ok(made?)
    }
}
