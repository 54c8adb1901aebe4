//! Whoever asks name servers again and again: whether what was claimed is shown, and what was shown still is.

use super::rules::Domains;
use crate::error::HostingError;
use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How many domains are asked after at a time, and how many in one go: few enough that a go ends in time where all name
/// servers keep silent.
const AT_A_TIME: usize = 8;
const AT_ONCE: i64 = 16;
/// How often it is looked which are due.
const LOOK: Duration = Duration::from_secs(5);

/// Asks name servers of domains when that is due.
pub struct DomainWatch {
    pub(crate) domains: Arc<Domains>,
}

impl DomainWatch {
    /// Asks of those that are due.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn check_due(&self) -> StoreResult<()> {
        let due = self.domains.store.due_domains(self.domains.clock.now(), AT_ONCE).await?;
        let check = async |domain| match self.domains.check(&domain, None).await {
            // It was taken from its site meanwhile.
            Ok(_) | Err(HostingError::DomainNotFound) => {}
            Err(cause) => tracing::warn!(domain = %domain.name, %cause, "a domain could not be checked"),
        };
        stream::iter(due).for_each_concurrent(AT_A_TIME, check).await;
        Ok(())
    }
}

#[async_trait]
impl Handler for DomainWatch {
    fn queue(&self) -> &'static str {
        "hosting.domains"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.check_due().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(LOOK))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
