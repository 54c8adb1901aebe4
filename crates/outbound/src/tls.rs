//! Whom the client believes.

use crate::error::OutboundError;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// The certificate authorities that the operating system knows.
pub(crate) fn system_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (known, _) = roots.add_parsable_certificates(found.certs);
    if known == 0 {
        tracing::warn!("the operating system knows no certificate authority: no host will be believed");
    }
    roots
}

/// Believes hosts whom these certificates vouch for.
pub(crate) fn config(roots: RootCertStore) -> Result<ClientConfig, OutboundError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(|_| OutboundError::Broken)?.with_root_certificates(roots).with_no_client_auth())
}
