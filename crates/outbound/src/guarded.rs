//! The client that looks where it goes.

use crate::body;
use crate::error::OutboundError;
use crate::failure::failure;
use crate::flow::{self, Flow, Pace};
use crate::model::{Answer, Request, WITHIN};
use crate::names::{CheckedNames, Names, SystemNames};
use crate::reach::Reach;
use crate::service::{Outbound, OutboundFlows};
use crate::tls;
use async_trait::async_trait;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::RootCertStore;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Connections kept to a host while nobody uses them, and for how long: many deliveries may go to one host at a time.
const MOST_IDLE: usize = 64;
const IDLE: Duration = Duration::from_secs(30);
/// How long a connection may take to be made, name and handshake included, so that a host that is away is told from a
/// slow one.
const CONNECTING: Duration = Duration::from_secs(10);

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
        Self::with(reach, tls::system_roots(), Arc::new(SystemNames))
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
            .use_preconfigured_tls(tls::config(roots)?)
            .http1_only()
            .dns_resolver(Arc::new(names.clone()))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECTING)
            .pool_max_idle_per_host(MOST_IDLE)
            .pool_idle_timeout(IDLE)
            .build();
        Ok(Self { client: client.map_err(|_| OutboundError::Broken)?, names })
    }

    async fn exchange(&self, request: Request, host: &str) -> Result<Answer, OutboundError> {
        let (most_bytes, overflow) = (request.most_bytes, request.overflow);
        let (mut response, address) = self.begin(request, host).await?;
        let (body, is_cut) = body::read(&mut response, most_bytes, overflow).await?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Answer { status, headers, body, is_cut, address })
    }

    /// The answer with its body unread, and the address that gave it.
    async fn begin(&self, request: Request, host: &str) -> Result<(Response, SocketAddr), OutboundError> {
        let Request { method, url, headers, body, .. } = request;
        let sent = self.client.request(method, url).headers(unframed(headers)).body(body).send().await;
        let response = sent.map_err(|cause| failure(&cause, host))?;
        let address = response.remote_addr().ok_or(OutboundError::Broken)?;
        // Told once more by the connection itself.
        if self.names.reach.has(address.ip()) {
            Ok((response, address))
        } else {
            Err(OutboundError::NotPublic(host.to_owned()))
        }
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
    async fn check(&self, url: &Url) -> Result<(), OutboundError> {
        let host = self.host(url)?;
        if url.domain().is_none() {
            return Ok(());
        }
        let found = tokio::time::timeout(WITHIN, self.names.look_up(&host)).await;
        found.map_err(|_| OutboundError::TimedOut)?.map(drop).map_err(|refusal| refusal.of(&host))
    }

    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let host = self.host(&request.url)?;
        let within = request.within;
        let exchange = tokio::time::timeout(within, self.exchange(request, &host));
        exchange.await.unwrap_or(Err(OutboundError::TimedOut))
    }
}

#[async_trait]
impl OutboundFlows for Guarded {
    async fn open(&self, request: Request, pace: Pace) -> Result<Flow, OutboundError> {
        let host = self.host(&request.url)?;
        let (within, most_bytes) = (request.within, request.most_bytes);
        let begun = tokio::time::timeout(within, self.begin(request, &host));
        let (mut response, address) = begun.await.unwrap_or(Err(OutboundError::TimedOut))?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Flow { status, headers, address, body: flow::pieces(response, most_bytes, pace) })
    }
}

fn unframed(mut headers: HeaderMap) -> HeaderMap {
    for name in &FRAMING {
        headers.remove(name);
    }
    headers
}
