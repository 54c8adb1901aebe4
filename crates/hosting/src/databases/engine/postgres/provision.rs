//! How a database is made: steps, any of which may fail.

use super::{Login, Names, PostgresEngine, quoted};
use crate::databases::credentials;
use crate::databases::engine::{Engine as _, EngineFault};
use crate::ids::DatabaseId;
use tokio_postgres::Client;

/// A statement, and where it is said: in the new database, or beside it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) is_within: bool,
    pub(super) sql: String,
}

impl Step {
    pub(super) fn beside(sql: String) -> Self {
        Self { is_within: false, sql }
    }

    fn within(sql: String) -> Self {
        Self { is_within: true, sql }
    }
}

/// What a tenant's sessions keep to unless they say otherwise: a comfort, no protection.
const COMFORTS: [(&str, &str); 3] =
    [("statement_timeout", "10min"), ("idle_in_transaction_session_timeout", "10min"), ("lock_timeout", "1min")];
/// How much a query may write beside the database. A tenant cannot lift it, and a superuser alone can set it.
const SPILL: &str = "2GB";

impl PostgresEngine {
    /// Everything that makes a database and lets its tenant in.
    pub(super) async fn steps(&self, login: &Login) -> Result<Vec<Step>, EngineFault> {
        let names = Names::of(&login.id);
        let role = quoted(&names.role);
        let verifier = credentials::verifier(login.password()?, &*self.ids);
        let most = login.max_connections;
        let mut steps = vec![Step::beside(format!(
            "CREATE ROLE {role} LOGIN PASSWORD '{verifier}' \
            NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT {most}"
        ))];
        let comfort = |(name, value)| Step::beside(format!("ALTER ROLE {role} SET {name} = '{value}'"));
        steps.extend(COMFORTS.map(comfort));
        if self.is_superuser().await? {
            steps.push(Step::beside(format!("ALTER ROLE {role} SET temp_file_limit = '{SPILL}'")));
        } else {
            // Whoever is no superuser gives away what it is a member of alone.
            steps.push(Step::beside(format!("GRANT {role} TO CURRENT_USER")));
        }
        steps.extend(Self::steps_of_database(login, &names.database));
        Ok(steps)
    }

    /// What makes a database for a role there is. The platform stays its owner, so that no tenant undoes a stop.
    pub(super) fn steps_of_database(login: &Login, name: &str) -> Vec<Step> {
        let (role, database) = (quoted(&Names::of(&login.id).role), quoted(name));
        vec![
            Step::beside(format!("CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")),
            Step::beside(format!("REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC")),
            Step::beside(format!("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {role}")),
            Step::within(format!("ALTER SCHEMA public OWNER TO {role}")),
        ]
    }

    /// Takes all steps, or leaves nothing of them.
    pub(super) async fn make(&self, login: &Login, steps: &[Step]) -> Result<(), EngineFault> {
        let made = self.take(&login.id, steps).await;
        if made.is_err() {
            self.drop_all(&login.id).await?;
        }
        made
    }

    /// Takes one step after the other.
    pub(super) async fn take(&self, id: &DatabaseId, steps: &[Step]) -> Result<(), EngineFault> {
        let client = self.connect(None).await?;
        for step in steps {
            self.step(&client, &Names::of(id).database, step).await?;
        }
        Ok(())
    }

    pub(super) async fn step(&self, client: &Client, database: &str, step: &Step) -> Result<(), EngineFault> {
        if step.is_within {
            return Ok(self.connect(Some(database)).await?.batch_execute(&step.sql).await?);
        }
        Ok(client.batch_execute(&step.sql).await?)
    }

    async fn is_superuser(&self) -> Result<bool, EngineFault> {
        let asked = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";
        Ok(self.connect(None).await?.query_one(asked, &[]).await?.get(0))
    }
}
