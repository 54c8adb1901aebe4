//! How a mail server is written as a URL.

use super::Smtp;
use crate::transport::UrlError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

impl Smtp {
    /// Reads `smtp://USER:PASSWORD@HOST:PORT?tls=…` or `smtps://USER:PASSWORD@HOST:PORT`.
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text).map_err(|_| UrlError::Server)?;
        let host = host(&url).ok_or(UrlError::Server)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(UrlError::Option);
        }
        let from_start = url.scheme() == "smtps";
        let port = url.port().unwrap_or(if from_start { SUBMISSIONS_PORT } else { SUBMISSION_PORT });
        let parameters = || TlsParameters::new(host.clone()).map_err(|_| UrlError::Tls);
        let tls = match (from_start, url.query()) {
            (true, None) => Tls::Wrapper(parameters()?),
            (false, None) => Tls::Opportunistic(parameters()?),
            (false, Some("tls=required")) => Tls::Required(parameters()?),
            (false, Some("tls=none")) => Tls::None,
            _ => return Err(UrlError::Option),
        };
        Ok(Self { credentials: credentials(&url)?, host, port, tls })
    }
}

/// The host as resolvers and certificates write it: an IPv6 address without brackets.
fn host(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain("") => None,
        Host::Ipv6(address) => Some(address.to_string()),
        other => Some(other.to_string()),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, UrlError> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(String::from).map_err(|_| UrlError::Server);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(UrlError::Server),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}
