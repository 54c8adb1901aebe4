//! HTTPS: which protocols are spoken, and a certificate that can be renewed while serving.

mod certificate;
mod reload;
#[cfg(test)]
mod tests;

pub(crate) use self::certificate::CertificateError;
pub(crate) use self::reload::Watch;
use self::reload::{Current, Reloader};
use crate::config::TlsFiles;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;

/// What a server needs to speak HTTPS, and the watch that keeps its certificate fresh for as long as it is held.
///
/// It speaks TLS 1.3 (RFC 8446) and 1.2 (RFC 5246), and offers HTTP/2 before HTTP/1.1 (RFC 7301).
///
/// # Errors
/// When a file cannot be read, is not PEM, or the key is not the certificate's.
pub(crate) fn server(files: TlsFiles) -> Result<(ServerConfig, Watch), CertificateError> {
    // Named, because other crates of the tree bring a second provider and rustls then refuses to guess.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (current, reloader) = Reloader::start(files, Arc::clone(&provider))?;
    Ok((config(provider, current), reloader.watch()))
}

fn config(provider: Arc<CryptoProvider>, current: Arc<Current>) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13, &TLS12]);
    let builder = builder.expect("the provider has cipher suites for both versions").with_no_client_auth();
    let mut config = builder.with_cert_resolver(current);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
