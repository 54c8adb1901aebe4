//! What a domain of a site is.

use super::name::DomainName;
use crate::ids::SiteId;
use crate::words::words;
use mainstay_kernel::{Secret, Timestamp, WorkspaceId};

words! {
    /// How far it is with a domain.
    DomainStatus {
        /// The record that shows whose it is was not seen yet.
        PendingDns = "PENDING_DNS",
        /// Name servers did not answer; they are asked again.
        Verifying = "VERIFYING",
        /// The site answers there.
        Active = "ACTIVE",
        /// The record did not come, or was gone for too long: it is looked for no longer.
        Failed = "FAILED",
    }
}

/// A domain of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// What it is called.
    pub name: DomainName,
    /// Whose site it is to be.
    pub workspace: WorkspaceId,
    /// The site that is to answer there.
    pub site: SiteId,
    /// The first part of the site's own host.
    pub label: String,
    /// How far it is.
    pub status: DomainStatus,
    /// What its record must hold.
    pub(crate) token: String,
    /// Whether the site has it, and nobody else.
    pub(crate) is_held: bool,
    /// What is in the way, as a sentence.
    pub problem: Option<String>,
    /// Since when its record is looked for in vain.
    pub(crate) missing_at: Option<Timestamp>,
    /// When name servers are to be asked next.
    pub(crate) check_at: Option<Timestamp>,
    /// When they were last asked.
    pub checked_at: Option<Timestamp>,
    /// When it was shown to be the tenant's.
    pub verified_at: Option<Timestamp>,
    /// What it is spoken to by.
    pub certificate: Option<Certificate>,
    /// How far it is with a certificate that is ordered.
    pub order: Ordering,
    /// When it was claimed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The certificate of a domain, whose key nobody is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// In PEM: its own first, then whoever vouches for it.
    pub(crate) chain: String,
    pub(crate) sealed_key: Vec<u8>,
    /// Who vouches for it.
    pub issuer: String,
    /// Until when it is good.
    pub not_after: Timestamp,
    /// When another is to be ordered.
    pub(crate) renew_at: Timestamp,
    /// Whether it was ordered, and not given by its tenant.
    pub is_ordered: bool,
}

/// How far it is with the certificate that an authority is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ordering {
    /// When it is to be ordered next; while somebody is at it, until when they hold it.
    pub(crate) at: Option<Timestamp>,
    /// How often it failed since it last did not.
    pub(crate) failures: i64,
    /// Why it failed last.
    pub fault: Option<String>,
    /// What whoever asks the domain over HTTP is shown: it begins with the token that is asked for.
    pub(crate) challenge: Option<String>,
}

/// A certificate that is to be a domain's.
#[derive(Debug, Clone)]
pub struct NewCertificate {
    /// In PEM: its own first, then whoever vouches for it.
    pub chain: String,
    /// In PEM.
    pub key: Secret<String>,
}

/// A record that name servers are to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// `TXT` or `CNAME`.
    pub kind: &'static str,
    /// Where it stands.
    pub name: String,
    /// What it holds.
    pub value: String,
}

impl Domain {
    /// Whether visitors meet something else at it than before.
    pub(crate) fn is_met_otherwise_than(&self, before: &Self) -> bool {
        self.is_held != before.is_held
            || self.certificate != before.certificate
            || self.order.challenge != before.order.challenge
    }

    /// Whether a certificate is being ordered, or will be, where there is none.
    pub fn is_ordering(&self) -> bool {
        self.order.at.is_some()
    }

    /// The record that shows whose it is.
    pub fn proof(&self) -> DnsRecord {
        DnsRecord { kind: "TXT", name: self.name.place(), value: format!("mainstay-verification={}", self.token) }
    }

    /// The record that leads visitors here, to the site's own host.
    pub fn pointer(&self, host: String) -> DnsRecord {
        DnsRecord { kind: "CNAME", name: self.name.as_str().to_owned(), value: host }
    }
}
