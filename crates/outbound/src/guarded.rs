//! The client that looks where it goes.

use crate::error::OutboundError;
use crate::model::{Answer, Request};
use crate::names::{CheckedNames, Names, Refusal, SystemNames};
use crate::reach::Reach;
use crate::service::Outbound;
use async_trait::async_trait;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Connections kept to a host while nobody uses them, and for how long.
const MOST_IDLE: usize = 1;
const IDLE: Duration = Duration::from_secs(15);

/// What frames a message follows from the message.
const FRAMING: [HeaderName; 4] = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION];

/// Asks whom its [`Reach`] lets it, and nobody else.
pub struct Guarded {
    client: Client,
    names: CheckedNames,
}

impl Guarded {
    /// Over the names and the certificates that the operating system knows.
    ///
    /// # Errors
    /// [`OutboundError::Broken`] when TLS cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, OutboundError> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (known, _) = roots.add_parsable_certificates(found.certs);
        if known == 0 {
            tracing::warn!("the operating system knows no certificate authority: no host will be believed");
        }
        Self::with(reach, roots, Arc::new(SystemNames))
    }

    /// Over these names, believing hosts whom these certificates vouch for.
    ///
    /// # Errors
    /// Those of [`Guarded::new`].
    pub fn with(reach: Reach, roots: RootCertStore, names: Arc<dyn Names>) -> Result<Self, OutboundError> {
        let names = CheckedNames { names, reach };
        #[expect(clippy::disallowed_methods, reason = "this is the guarded client")]
        let builder = Client::builder();
        let client = builder
            .use_preconfigured_tls(tls(roots)?)
            .http1_only()
            .dns_resolver(Arc::new(names.clone()))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(MOST_IDLE)
            .pool_idle_timeout(IDLE)
            .build();
        Ok(Self { client: client.map_err(|_| OutboundError::Broken)?, names })
    }

    async fn exchange(&self, request: Request, host: &str) -> Result<Answer, OutboundError> {
        let Request { method, url, headers, body, most_bytes, .. } = request;
        let sent = self.client.request(method, url).headers(unframed(headers)).body(body).send().await;
        let mut response = sent.map_err(|cause| failure(&cause, host))?;
        let address = response.remote_addr().ok_or(OutboundError::Broken)?;
        // Told once more by the connection itself.
        if !self.names.reach.has(address.ip()) {
            return Err(OutboundError::NotPublic(host.to_owned()));
        }
        let body = read(&mut response, most_bytes).await?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Answer { status, headers, body, address })
    }

    /// The host of a URL that may be asked, as far as the URL alone tells.
    fn host(&self, url: &Url) -> Result<String, OutboundError> {
        let reach = &self.names.reach;
        let is_bare = url.username().is_empty() && url.password().is_none();
        let host = url.host().filter(|_| is_bare && reach.speaks(url.scheme())).ok_or(OutboundError::UnfitUrl)?;
        let is_within = match host {
            // The client asks no resolver about addresses.
            Host::Ipv4(address) => reach.has(address.into()),
            Host::Ipv6(address) => reach.has(address.into()),
            Host::Domain(name) => reach.has_name(name),
        };
        let host = host.to_string();
        if is_within { Ok(host) } else { Err(OutboundError::NotPublic(host)) }
    }
}

#[async_trait]
impl Outbound for Guarded {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let host = self.host(&request.url)?;
        let within = request.within;
        let exchange = tokio::time::timeout(within, self.exchange(request, &host));
        exchange.await.unwrap_or(Err(OutboundError::TimedOut))
    }
}

fn tls(roots: RootCertStore) -> Result<ClientConfig, OutboundError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(|_| OutboundError::Broken)?.with_root_certificates(roots).with_no_client_auth())
}

fn unframed(mut headers: HeaderMap) -> HeaderMap {
    for name in &FRAMING {
        headers.remove(name);
    }
    headers
}

/// The body, as long as it is no longer than it may be.
async fn read(response: &mut Response, most: usize) -> Result<Vec<u8>, OutboundError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| OutboundError::Broken)? {
        if body.len() + chunk.len() > most {
            return Err(OutboundError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What the client's error means: a refusal of ours is among its causes.
fn failure(error: &reqwest::Error, host: &str) -> OutboundError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(known) = cause {
        match known.downcast_ref() {
            Some(refusal) => return Refusal::of(*refusal, host),
            None => cause = known.source(),
        }
    }
    if error.is_connect() { OutboundError::Unreachable(host.to_owned()) } else { OutboundError::Broken }
}
