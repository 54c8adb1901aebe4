//! Certificates of domains: checked before they are taken, and ready to be shown to visitors.

use super::model::{Certificate, NewCertificate};
use super::name::DomainName;
use crate::error::HostingError;
use crate::ids::SiteId;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Ids, Secret, Timestamp};
use rustls::Error;
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use x509_parser::parse_x509_certificate;

/// Longest chain, and longest key.
const LONGEST_CHAIN: usize = 64 * 1024;
const LONGEST_KEY: usize = 16 * 1024;
/// Most certificates of a chain.
const MOST: usize = 10;

/// Seals and opens keys, each for its site and domain.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: Arc<dyn Ids>,
}

fn context(site: &SiteId, name: &str) -> String {
    format!("hosting_domains.sealed_key:{site}:{name}")
}

fn account_context(directory: &str) -> String {
    format!("hosting_acme_accounts.sealed:{directory}")
}

/// A certificate that visitors are shown, and what it was made of.
pub(crate) struct Held {
    pub(crate) chain: String,
    pub(crate) sealed_key: Vec<u8>,
    pub(crate) certified: Arc<CertifiedKey>,
}

fn provider() -> CryptoProvider {
    // Named, because other crates of the tree bring a second provider and rustls then refuses to guess.
    aws_lc_rs::default_provider()
}

fn wrong(field: &str, rule: &str, message: impl Into<String>) -> HostingError {
    HostingError::field(field, rule, message)
}

impl Keys {
    /// A certificate for a domain of a site.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] naming what is wrong with it.
    pub(super) fn check(
        &self,
        (site, name): (&SiteId, &DomainName),
        new: &NewCertificate,
        now: Timestamp,
    ) -> Result<Certificate, HostingError> {
        let chain = chain(&new.chain)?;
        let (issuer, not_before, not_after) = own(&chain, name, now)?;
        let key = key(new)?;
        CertifiedKey::from_der(chain, key, &provider()).map_err(|cause| match cause {
            Error::InconsistentKeys(_) => wrong(
                "privateKey",
                "match",
                "privateKey belongs to another certificate than the first one of the chain",
            ),
            _ => wrong("privateKey", "format", "privateKey must be a key of RSA, ECDSA or Ed25519"),
        })?;
        let key = new.key.expose().as_bytes();
        let sealed_key = self.keyring.seal(&context(site, name.as_str()), key, &*self.ids);
        // Two thirds of its life.
        let renew_at = not_before.plus(not_after.since(not_before) / 3 * 2);
        Ok(Certificate { chain: new.chain.clone(), sealed_key, issuer, not_after, renew_at, is_ordered: false })
    }

    /// One that was checked before, ready to be shown.
    pub(crate) fn open(&self, site: &SiteId, name: &str, chain: String, sealed_key: Vec<u8>) -> Option<Held> {
        let certified = self.certified(site, name, (&chain, &sealed_key));
        if certified.is_none() {
            tracing::error!(%site, domain = name, "the certificate of a domain cannot be opened; it is not shown");
        }
        Some(Held { certified: Arc::new(certified?), chain, sealed_key })
    }

    /// Who the installation is to an authority, sealed.
    pub(super) fn seal_account(&self, directory: &str, plain: &[u8]) -> Vec<u8> {
        self.keyring.seal(&account_context(directory), plain, &*self.ids)
    }

    /// The same, opened.
    pub(super) fn open_account(&self, directory: &str, sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        self.keyring.open(&account_context(directory), sealed).ok()
    }

    fn certified(&self, site: &SiteId, name: &str, (pem, sealed): (&str, &[u8])) -> Option<CertifiedKey> {
        let plain = self.keyring.open(&context(site, name), sealed).ok()?;
        let key = PrivateKeyDer::from_pem_slice(plain.expose()).ok()?;
        CertifiedKey::from_der(chain(pem).ok()?, key, &provider()).ok()
    }
}

fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, HostingError> {
    let unreadable = || wrong("certificate", "format", "certificate must be a chain in PEM, the domain's own first");
    if pem.len() > LONGEST_CHAIN {
        return Err(wrong("certificate", "max", format!("certificate may have up to {LONGEST_CHAIN} characters")));
    }
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|_| unreadable())?;
    if chain.is_empty() || chain.len() > MOST {
        return Err(unreadable());
    }
    for pair in chain.windows(2) {
        let (of, by) = (parse_x509_certificate(&pair[0]), parse_x509_certificate(&pair[1]));
        let is_by = of.is_ok_and(|(_, of)| by.is_ok_and(|(_, by)| of.issuer().as_raw() == by.subject().as_raw()));
        if !is_by {
            return Err(wrong("certificate", "chain", "Each certificate must be vouched for by the one behind it"));
        }
    }
    Ok(chain)
}

/// Who vouches for the first of a chain, and from when until when it is good.
fn own(
    chain: &[CertificateDer<'static>],
    name: &DomainName,
    now: Timestamp,
) -> Result<(String, Timestamp, Timestamp), HostingError> {
    let unreadable = || wrong("certificate", "format", "The first certificate cannot be read");
    let first = chain.first().ok_or_else(unreadable)?;
    let (_, read) = parse_x509_certificate(first).map_err(|_| unreadable())?;
    let parsed = ParsedCertificate::try_from(first).map_err(|_| unreadable())?;
    let server = ServerName::try_from(name.as_str()).map_err(|_| unreadable())?;
    if verify_server_name(&parsed, &server).is_err() {
        return Err(wrong("certificate", "covers", format!("certificate is not for {name}")));
    }
    let at = |seconds: i64| Timestamp::from_seconds(seconds.clamp(0, LAST));
    let (not_before, not_after) =
        (at(read.validity().not_before.timestamp()), at(read.validity().not_after.timestamp()));
    if not_after <= now {
        return Err(wrong("certificate", "expired", format!("certificate expired {}", not_after.to_iso_seconds())));
    }
    if not_before > now {
        let from = not_before.to_iso_seconds();
        return Err(wrong("certificate", "early", format!("certificate is good from {from} on only")));
    }
    Ok((read.issuer().to_string(), not_before, not_after))
}

/// The end of the year 9999, which is how certificates say never (RFC 5280 section 4.1.2.5).
const LAST: i64 = 253_402_300_799;

fn key(new: &NewCertificate) -> Result<PrivateKeyDer<'static>, HostingError> {
    let text = new.key.expose();
    if text.len() > LONGEST_KEY {
        return Err(wrong("privateKey", "max", format!("privateKey may have up to {LONGEST_KEY} characters")));
    }
    let read = PrivateKeyDer::from_pem_slice(text.as_bytes());
    read.map_err(|_| wrong("privateKey", "format", "privateKey must be a key in PEM, without a password"))
}
