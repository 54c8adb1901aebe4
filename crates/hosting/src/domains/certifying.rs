//! Whoever orders certificates for domains that sites have: one order a domain at a time, anew in good time, later and later
//! where it fails.

use super::authority::{Authority, AuthorityFault, Show};
use super::events;
use super::model::Domain;
use super::rules::Domains;
use super::store::AmendDomain;
use crate::error::HostingError;
use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long an order is held by whoever works at it; longer than one may take.
const HELD: Duration = Duration::from_mins(10);
/// How many are worked at at a time, which are all of one go.
const AT_A_TIME: usize = 4;
const AT_ONCE: i64 = 4;
/// How often it is looked which are due.
const LOOK: Duration = Duration::from_secs(5);

/// Orders certificates, from an authority if there is one.
pub struct Certifying {
    pub(crate) domains: Arc<Domains>,
    pub(crate) authority: Option<Arc<dyn Authority>>,
    /// How long other nodes may take to see what is to be shown.
    pub(crate) spreading: Duration,
}

impl Certifying {
    /// Orders what is due.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn order_due(&self) -> StoreResult<()> {
        let Some(authority) = &self.authority else { return Ok(()) };
        let now = self.domains.clock.now();
        let due = self.domains.store.claim_orders(now, now.plus(HELD), AT_ONCE).await?;
        let order = async |domain: Domain| {
            if let Err(cause) = self.order(&domain, &**authority).await {
                tracing::warn!(domain = %domain.name, %cause, "an order of a certificate could not be written down");
            }
        };
        stream::iter(due).for_each_concurrent(AT_A_TIME, order).await;
        Ok(())
    }

    async fn order(&self, domain: &Domain, authority: &dyn Authority) -> Result<(), HostingError> {
        let window = Window { domain, domains: &self.domains, spreading: self.spreading };
        let issued = authority.issue(&domain.name, &window).await;
        let now = self.domains.clock.now();
        let checked = issued.and_then(|new| {
            let of = (&domain.site, &domain.name);
            self.domains.keys.check(of, &new, now).map_err(|cause| AuthorityFault(cause.to_string()))
        });
        let ids = Arc::clone(&self.domains.ids);
        let held = domain.order.at;
        let amend: AmendDomain = Box::new(move |own, _| {
            if own.order.at != held {
                // A tenant gave it one meanwhile, or somebody else took the order over.
                return Ok(Vec::new());
            }
            own.updated_at = now;
            match checked {
                Ok(certificate) => {
                    own.fulfil(certificate, now);
                    Ok(vec![events::of(own, events::CERTIFICATE_SET, None, &*ids, now)])
                }
                Err(AuthorityFault(problem)) => {
                    own.postpone(problem, now);
                    Ok(vec![events::of(own, events::CERTIFICATE_FAILED, None, &*ids, now)])
                }
            }
        });
        match self.domains.amend(domain, amend).await {
            Ok(_) | Err(HostingError::DomainNotFound) => Ok(()),
            Err(cause) => Err(cause),
        }
    }
}

/// Where an authority looks.
struct Window<'d> {
    domain: &'d Domain,
    domains: &'d Domains,
    spreading: Duration,
}

#[async_trait]
impl Show for Window<'_> {
    async fn show(&self, answer: &str) -> Result<(), AuthorityFault> {
        let (answer, held) = (answer.to_owned(), self.domain.order.at);
        let amend: AmendDomain = Box::new(move |own, _| {
            if own.order.at == held {
                own.order.challenge = Some(answer);
            }
            Ok(Vec::new())
        });
        self.domains.amend(self.domain, amend).await?;
        // The authority may ask any node.
        tokio::time::sleep(self.spreading).await;
        Ok(())
    }
}

#[async_trait]
impl Handler for Certifying {
    fn queue(&self) -> &'static str {
        "hosting.certificates"
    }

    fn lease(&self) -> Duration {
        HELD
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.order_due().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(LOOK))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
