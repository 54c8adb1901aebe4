//! Who is let in: the tenant with its password, the platform in its place, or nobody.

use super::{Login, Names, PostgresEngine, quoted};
use crate::databases::engine::EngineFault;
use crate::databases::{Fullness, credentials};
use tokio_postgres::Client;

impl PostgresEngine {
    /// Says with what a tenant is let in, and whether to read alone. A tenant can set that aside for a session, so that it
    /// can make room; who then grows on is let in no longer.
    pub(super) async fn admit(&self, client: &Client, login: &Login) -> Result<(), EngineFault> {
        let role = quoted(&Names::of(&login.id).role);
        let verifier = credentials::verifier(login.password()?, &*self.ids);
        let most = if login.fullness == Fullness::Closed { 0 } else { login.max_connections };
        let writes = if login.fullness.refuses_writes() { "SET" } else { "RESET" };
        let value = if login.fullness.refuses_writes() { " = 'on'" } else { "" };
        let told = format!(
            "ALTER ROLE {role} LOGIN PASSWORD '{verifier}' CONNECTION LIMIT {most}; \
            ALTER ROLE {role} {writes} default_transaction_read_only{value}"
        );
        Ok(client.batch_execute(&told).await?)
    }

    /// Lets a tenant in nowhere on the server: whoever is kept out of its own database alone still comes into those that are
    /// open to everybody.
    pub(super) async fn shut(client: &Client, names: &Names) -> Result<(), EngineFault> {
        client.batch_execute(&format!("ALTER ROLE {} NOLOGIN", quoted(&names.role))).await?;
        let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1";
        client.execute(ended, &[&names.role]).await?;
        Ok(())
    }

    /// Lets the platform alone in, with a password that no tenant has; gives that.
    pub(super) async fn shut_out(&self, client: &Client, login: &Login) -> Result<Login, EngineFault> {
        let password = Some(credentials::draw(&*self.ids));
        let ours = Login { password, fullness: Fullness::Within, ..login.clone() };
        self.admit(client, &ours).await?;
        Self::end_sessions(client, &Names::of(&login.id).database).await?;
        Ok(ours)
    }
}
