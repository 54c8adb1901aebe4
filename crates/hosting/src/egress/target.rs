//! Whom a request is for.

use super::refusal::Refusal;
use hyper::Uri;
use hyper::http::uri::Authority;
use std::fmt;
use url::Host;

/// A host and a port of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// However it was written: decimal, octal and short spellings of an address are that address.
    pub(super) host: Host<String>,
    pub(super) port: u16,
}

/// The port of http.
const HTTP: u16 = 80;

impl Target {
    /// Of a tunnel (RFC 9110 section 9.3.6): a host and a port, and nothing else.
    pub(super) fn of_tunnel(uri: &Uri) -> Result<Self, Refusal> {
        let authority = uri.authority().ok_or(Refusal::Unfit("it names no host"))?;
        let port = authority.port_u16().ok_or(Refusal::Unfit("it names no port"))?;
        Self::new(authority, port)
    }

    /// Of a request by http in absolute form (RFC 9112 section 3.2.2). Whoever wants https asks for a tunnel.
    pub(super) fn of_request(uri: &Uri) -> Result<Self, Refusal> {
        match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(authority)) => Self::new(authority, authority.port_u16().unwrap_or(HTTP)),
            (Some(_), _) => Err(Refusal::Unfit("its scheme is not http")),
            (None, _) => Err(Refusal::Unfit("it is for a proxy, and names no host")),
        }
    }

    fn new(authority: &Authority, port: u16) -> Result<Self, Refusal> {
        if authority.as_str().contains('@') {
            return Err(Refusal::Unfit("it names a user"));
        }
        let host = match Host::parse(authority.host()) {
            Ok(Host::Domain(name)) => Host::Domain(name.strip_suffix('.').map_or(name.clone(), str::to_owned)),
            Ok(address) => address,
            Err(_) => return Err(Refusal::Unfit("its host is none")),
        };
        Ok(Self { host, port })
    }

    /// The host, for a person.
    pub(super) fn name(&self) -> String {
        self.host.to_string()
    }

    /// What the host is to be told it is (RFC 9110 section 7.2).
    pub(super) fn told(&self) -> String {
        if self.port == HTTP { self.name() } else { self.to_string() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}
