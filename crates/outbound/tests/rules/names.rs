//! Names that lead where a test wants.

use async_trait::async_trait;
use mainstay_outbound::{Guarded, Names, Reach};
use rustls::RootCertStore;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every name has these addresses.
pub(crate) struct AllLeadTo(pub(crate) Vec<IpAddr>);

#[async_trait]
impl Names for AllLeadTo {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

/// Leads to the first address when it is asked first, to the second when it is asked again, and stays at the last.
pub(crate) struct Turncoat {
    leads_to: Vec<IpAddr>,
    pub(crate) asked: AtomicUsize,
}

impl Turncoat {
    pub(crate) fn new(leads_to: &[&str]) -> Arc<Self> {
        Arc::new(Self { leads_to: addresses(leads_to), asked: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Names for Turncoat {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst).min(self.leads_to.len() - 1);
        Ok(vec![self.leads_to[turn]])
    }
}

/// Never tells.
pub(crate) struct Mute;

#[async_trait]
impl Names for Mute {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        std::future::pending().await
    }
}

/// A client whose names lead to these addresses.
pub(crate) fn client(reach: Reach, roots: RootCertStore, leads_to: &[&str]) -> Guarded {
    Guarded::with(reach, roots, Arc::new(AllLeadTo(addresses(leads_to)))).expect("a client")
}

/// A client that believes nobody, with these names.
pub(crate) fn naming(reach: Reach, names: Arc<dyn Names>) -> Guarded {
    Guarded::with(reach, RootCertStore::empty(), names).expect("a client")
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().expect("an address")).collect()
}
