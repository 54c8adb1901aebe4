//! What deleting an account needs kept: one atomic step.

use crate::oauth::OAuthClient;
use crate::oauth::store::{EndAuthorizations as _, OwnClients as _};
use crate::one_time::{OneTime as _, Purpose as _, ResetPassword};
use crate::schema::users;
use crate::second_factor::store::UseFactor as _;
use crate::store::{DieselAuthStore, EndSessions as _, Ending};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Secret, SessionId, Tie};
use mainstay_store::departure::{Announced, Depart, Departing, Departs};
use mainstay_store::jobs::{Enqueue as _, NewJob};
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, each_backend};
use std::sync::Arc;
use uuid::Uuid;

/// Accounts that end.
#[async_trait]
pub trait DepartureStore: Send + Sync {
    /// Deletes a person whose password is still the one it was, unless something ties them, with all that is theirs.
    async fn delete_person(&self, farewell: Farewell) -> StoreResult<Departed>;
}

/// An account that is about to end.
pub struct Farewell {
    /// The hash that the password was compared with.
    pub password_hash: Secret<String>,
    /// Whose account, and what tells of the sessions that end with it.
    pub ending: Ending,
    /// Who else keeps something of the person.
    pub domains: Vec<Arc<dyn Departs>>,
    /// What tells of it.
    pub event: Event,
    /// What tells of each application of theirs.
    pub tell_of_client: Box<dyn Fn(&OAuthClient) -> Event + Send + Sync>,
    /// What tells the person.
    pub mail: NewJob,
}

/// What became of it.
pub enum Departed {
    /// The account is gone.
    Gone(Remains),
    /// Something needs the person; everything is as it was.
    Held(Vec<Tie>),
    /// The password was replaced meanwhile, or the account has gone.
    Overtaken,
}

/// What ended with an account; this node is yet to forget it.
#[derive(Default)]
pub struct Remains {
    /// Logins.
    pub sessions: Vec<SessionId>,
    /// What applications were given.
    pub authorizations: Vec<Uuid>,
    /// What applications of the person call themselves.
    pub clients: Vec<String>,
    /// What other domains announced.
    pub announced: Vec<Announced>,
}

#[each_backend]
#[async_trait]
impl DepartureStore for DieselAuthStore<Db> {
    async fn delete_person(&self, farewell: Farewell) -> StoreResult<Departed> {
        self.db
            .write(move |conn| {
                async move {
                    let Farewell { password_hash, ending, domains, event, tell_of_client, mail } = farewell;
                    let who = Departing { person: ending.person, at: ending.at };
                    // Held, so that whatever others begin for the person comes before this or fails.
                    if conn.hold_person(who.person).await?.as_ref() != Some(password_hash.expose()) {
                        return Ok(Departed::Overtaken);
                    }
                    let mut ties = Vec::new();
                    for domain in &domains {
                        ties.extend(Depart::<Conn>::ties(&**domain, conn, who).await?);
                    }
                    if !ties.is_empty() {
                        return Ok(Departed::Held(ties));
                    }
                    let mut remains = Remains::default();
                    for domain in &domains {
                        remains.announced.extend(Depart::<Conn>::depart(&**domain, conn, who).await?);
                    }
                    remains.sessions = conn.end_sessions(&ending).await?;
                    remains.authorizations = conn.end_authorizations(who.person, None, who.at).await?;
                    for client in conn.personal_clients(who.person).await? {
                        conn.append(&tell_of_client(&client)).await?;
                        remains.clients.push(client.client_id);
                    }
                    conn.drop_link(ResetPassword::NAME, &who.person.to_string()).await?;
                    // The rest of what is theirs goes by cascade, and other nodes hear of it by triggers.
                    diesel::delete(users::table.find(Id(who.person.0))).execute(conn).await?;
                    conn.append(&event).await?;
                    conn.enqueue(&mail, who.at).await?;
                    Ok(Departed::Gone(remains))
                }
                .boxed()
            })
            .await
    }
}
