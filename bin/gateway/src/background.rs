//! What runs beside the requests.

mod notices;
mod personal_workspaces;
mod purge;
mod relay;

use crate::compose::Services;
use mainstay_keys::{GraceEnd, Keys};
use mainstay_store::jobs::{self, Handler, Workers};
use mainstay_tenancy::invites::{self, InviteCleanUp};
use purge::Purge;
use relay::OutboxRelay;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The background work of this node, until it is drained.
pub(crate) struct Background {
    workers: Workers,
    following: JoinHandle<()>,
    noting: JoinHandle<()>,
    keys: Arc<Keys>,
}

/// How often uses of keys are written down.
const NOTE_USES: Duration = Duration::from_secs(5);

impl Background {
    /// Starts everything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn start(services: &Services) -> anyhow::Result<Self> {
        let mut changes = services.changes();
        changes.begin(&services.database).await?;
        let following = tokio::spawn(changes.follow(services.database.clone()));
        let keys = Arc::clone(&services.keys);
        let noting = tokio::spawn(note_uses(Arc::clone(&keys)));
        let node = format!("node-{}", services.ids.alphanumeric(8));
        let workers = Workers::start(&jobs::open(&services.database), handlers(services), &services.clock, &node);
        Ok(Self { workers, following, noting, keys })
    }

    /// Lets workers end what they are at, and writes down what is only noted.
    pub(crate) async fn drain(self) {
        self.workers.drain().await;
        self.following.abort();
        self.noting.abort();
        if let Err(cause) = self.keys.write_used().await {
            tracing::warn!(%cause, "the last uses of keys could not be written");
        }
    }
}

async fn note_uses(keys: Arc<Keys>) {
    loop {
        tokio::time::sleep(NOTE_USES).await;
        if let Err(cause) = keys.write_used().await {
            tracing::warn!(%cause, "uses of keys could not be written; they will be later");
        }
    }
}

fn handlers(services: &Services) -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(GraceEnd::new(Arc::clone(&services.keys))),
        Arc::new(services.auth.key_rotation()),
        Arc::new(services.auth.session_clean_up()),
        Arc::new(services.auth.one_time_clean_up()),
        Arc::new(services.auth.login_clean_up()),
        Arc::new(services.auth.oauth_clean_up()),
        Arc::new(services.account.passwords.forgotten_passwords()),
        Arc::new(InviteCleanUp::new(invites::open(&services.database), Arc::clone(&services.clock))),
        Arc::clone(&services.mail) as Arc<dyn Handler>,
        Arc::new(OutboxRelay::new(services)),
        Arc::new(Purge::new(services)),
    ]
}
