//! Domains: names of their own that sites answer at, once their tenants have shown that they own them.

mod acme;
mod authority;
mod certificate;
mod certifying;
mod checking;
mod dns;
pub mod events;
mod model;
mod name;
mod ordering;
mod rules;
mod service;
mod store;
mod watching;

pub(crate) use acme::Acme;
pub use acme::AcmeTerms;
pub use authority::{Authority, AuthorityFault, Show};
pub(crate) use certificate::{Held, Keys};
pub use certifying::Certifying;
pub use dns::{NameServers, TextFault, TextRecords};
pub use model::{Certificate, DnsRecord, Domain, DomainStatus, NewCertificate, Ordering};
pub use name::DomainName;
pub use rules::Domains;
pub use service::{DomainOf, DomainService};
pub(crate) use store::{Added, AmendDomain, DomainStore, Facts};
pub use watching::DomainWatch;
