//! Which certificate a visitor is shown.

use super::reload::Current;
use mainstay_hosting::serving::Serving;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::sync::Arc;

/// The certificate of the domain that is named, else the installation's own, else none: then there is no handshake.
pub(super) struct ByName {
    pub(super) serving: Arc<Serving>,
    pub(super) own: Option<Arc<Current>>,
}

impl fmt::Debug for ByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByName").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let of_domain = hello.server_name().and_then(|name| self.serving.certificate(name));
        of_domain.or_else(|| self.own.as_ref()?.resolve(hello))
    }
}
