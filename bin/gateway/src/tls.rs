//! HTTPS: which protocols are spoken, and a certificate that can be renewed while serving.

mod by_name;
mod certificate;
mod reload;
#[cfg(test)]
mod tests;

use self::by_name::ByName;
pub(crate) use self::certificate::CertificateError;
pub(crate) use self::reload::Watch;
use self::reload::{Current, Reloader};
use crate::config::TlsFiles;
use mainstay_hosting::serving::Serving;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::ResolvesServerCert;
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;

fn provider() -> Arc<CryptoProvider> {
    // Named, because other crates of the tree bring a second provider and rustls then refuses to guess.
    Arc::new(aws_lc_rs::default_provider())
}

/// The certificate of the installation itself, and the watch that keeps it fresh for as long as it is held.
///
/// # Errors
/// When a file cannot be read, is not PEM, or the key is not the certificate's.
pub(crate) fn own(files: TlsFiles) -> Result<(Arc<Current>, Watch), CertificateError> {
    let (current, reloader) = Reloader::start(files, provider())?;
    Ok((current, reloader.watch()))
}

/// What a server needs to speak HTTPS: with the certificate of the domain that a visitor names (RFC 6066 section 3), else
/// with the installation's own, if it has one.
///
/// It speaks TLS 1.3 (RFC 8446) and 1.2 (RFC 5246), and offers HTTP/2 before HTTP/1.1 (RFC 7301).
pub(crate) fn server(own: Option<Arc<Current>>, serving: Arc<Serving>) -> ServerConfig {
    config(Arc::new(ByName { serving, own }))
}

fn config(certificates: Arc<dyn ResolvesServerCert>) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12]);
    let builder = builder.expect("the provider has cipher suites for both versions").with_no_client_auth();
    let mut config = builder.with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
