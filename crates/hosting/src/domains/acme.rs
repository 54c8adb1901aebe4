//! An authority that is asked by ACME (RFC 8555), with challenges over HTTP.

mod way;

use super::authority::{Authority, AuthorityFault, Show};
use super::certificate::Keys;
use super::model::NewCertificate;
use super::name::DomainName;
use super::store::DomainStore;
use crate::error::HostingError;
use async_trait::async_trait;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount, NewOrder, Order, OrderStatus,
    RetryPolicy,
};
use mainstay_kernel::{Clock, Secret};
use mainstay_outbound::Outbound;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use way::Way;

/// Where an authority is asked, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeTerms {
    /// The URL of its directory.
    pub directory: String,
    /// Whom it writes to when something is wrong.
    pub email: Option<String>,
}

/// An authority that is asked by ACME.
pub(crate) struct Acme {
    pub(crate) terms: AcmeTerms,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) store: Arc<dyn DomainStore>,
    pub(crate) keys: Keys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) account: Mutex<Option<Account>>,
}

/// How long an authority may take to look, and to sign.
const PATIENCE: RetryPolicy =
    RetryPolicy::new().initial_delay(Duration::from_millis(250)).timeout(Duration::from_mins(1));

/// What the authority says itself, and of all else no more than that it was so.
fn told(cause: Error) -> AuthorityFault {
    match cause {
        Error::Api(problem) => {
            let detail = problem.detail.or(problem.r#type).unwrap_or_else(|| "it says no more".to_owned());
            AuthorityFault(format!("The certificate authority refuses: {detail}"))
        }
        Error::Timeout(_) => AuthorityFault("The certificate authority takes too long".to_owned()),
        other => {
            tracing::warn!(cause = %other, "a certificate authority cannot be asked");
            AuthorityFault("The certificate authority does not answer as it should".to_owned())
        }
    }
}

fn unseen() -> AuthorityFault {
    AuthorityFault("The certificate authority did not see what it asked for".to_owned())
}

fn damaged() -> AuthorityFault {
    AuthorityFault("The account at the certificate authority cannot be opened".to_owned())
}

impl Acme {
    /// The account of this installation: the one that is kept, or a new one.
    async fn account(&self) -> Result<Account, AuthorityFault> {
        let mut known = self.account.lock().await;
        if let Some(account) = &*known {
            return Ok(account.clone());
        }
        let directory = self.terms.directory.clone();
        let unwritten = |cause| AuthorityFault::from(HostingError::Store(cause));
        let kept = self.store.acme_account(directory.clone()).await.map_err(unwritten)?;
        let sealed = if let Some(sealed) = kept {
            sealed
        } else {
            let made = self.open_account().await?;
            // Another node may have been faster: then its account is everybody's.
            self.store.keep_acme_account(directory, made, self.clock.now()).await.map_err(unwritten)?
        };
        let plain = self.keys.open_account(&self.terms.directory, &sealed).ok_or_else(damaged)?;
        let credentials = serde_json::from_slice(plain.expose()).map_err(|_| damaged())?;
        let account =
            Account::builder_with_http(Box::new(self.way())).from_credentials(credentials).await.map_err(told)?;
        *known = Some(account.clone());
        Ok(account)
    }

    /// A new account, sealed.
    async fn open_account(&self) -> Result<Vec<u8>, AuthorityFault> {
        let contact = self.terms.email.as_ref().map(|email| format!("mailto:{email}"));
        let contact: Vec<_> = contact.iter().map(String::as_str).collect();
        let new = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let builder = Account::builder_with_http(Box::new(self.way()));
        let (_, credentials) = builder.create(&new, self.terms.directory.clone(), None).await.map_err(told)?;
        let plain = serde_json::to_vec(&credentials).map_err(|_| damaged())?;
        Ok(self.keys.seal_account(&self.terms.directory, &plain))
    }

    fn way(&self) -> Way {
        Way(Arc::clone(&self.outbound))
    }

    /// An account that the authority does not know any longer is forgotten, so that the next order opens another.
    async fn refused(&self, cause: Error) -> AuthorityFault {
        let is_unknown = |kind: &str| kind == "urn:ietf:params:acme:error:accountDoesNotExist";
        if let Error::Api(problem) = &cause
            && problem.r#type.as_deref().is_some_and(is_unknown)
        {
            *self.account.lock().await = None;
            if let Err(cause) = self.store.forget_acme_account(self.terms.directory.clone()).await {
                tracing::warn!(%cause, "an account at a certificate authority could not be forgotten");
            }
        }
        told(cause)
    }

    /// Shows what the authority asks for, and tells it to look.
    async fn answer(order: &mut Order, show: &dyn Show) -> Result<(), AuthorityFault> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.map_err(told)?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let Some(mut challenge) = authorization.challenge(ChallengeType::Http01) else {
                return Err(AuthorityFault("The certificate authority offers no challenge over HTTP".to_owned()));
            };
            show.show(challenge.key_authorization().as_str()).await?;
            challenge.set_ready().await.map_err(told)?;
        }
        Ok(())
    }

    /// Why an order came to nothing: what the authority saw.
    async fn refusal(order: &mut Order) -> Option<AuthorityFault> {
        let mut authorizations = order.authorizations();
        while let Some(Ok(mut authorization)) = authorizations.next().await {
            let Ok(state) = authorization.refresh().await else { continue };
            if let Some(problem) = state.challenges.iter().find_map(|challenge| challenge.error.clone()) {
                return Some(told(Error::Api(problem)));
            }
        }
        None
    }
}

#[async_trait]
impl Authority for Acme {
    async fn issue(&self, name: &DomainName, show: &dyn Show) -> Result<NewCertificate, AuthorityFault> {
        let account = self.account().await?;
        let names = [Identifier::Dns(name.as_str().to_owned())];
        let mut order = match account.new_order(&NewOrder::new(&names)).await {
            Ok(order) => order,
            Err(cause) => return Err(self.refused(cause).await),
        };
        Self::answer(&mut order, show).await?;
        match order.poll_ready(&PATIENCE).await {
            Ok(OrderStatus::Ready) => {}
            Err(cause @ (Error::Http(_) | Error::Other(_))) => return Err(told(cause)),
            // Some let an order wait whose challenge has failed.
            Err(cause @ Error::Timeout(_)) => {
                return Err(Self::refusal(&mut order).await.unwrap_or_else(|| told(cause)));
            }
            Ok(_) | Err(_) => return Err(Self::refusal(&mut order).await.unwrap_or_else(unseen)),
        }
        let key = order.finalize().await.map_err(told)?;
        let chain = order.poll_certificate(&PATIENCE).await.map_err(told)?;
        Ok(NewCertificate { chain, key: Secret::new(key) })
    }
}
