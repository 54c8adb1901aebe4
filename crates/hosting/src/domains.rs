//! Domains: names of their own that sites answer at, once their tenants have shown that they own them.

mod certificate;
mod checking;
mod dns;
pub mod events;
mod model;
mod name;
mod rules;
mod service;
mod store;
mod watching;

pub(crate) use certificate::{Held, Keys};
pub use dns::{NameServers, TextFault, TextRecords};
pub use model::{Certificate, DnsRecord, Domain, DomainStatus, NewCertificate};
pub use name::DomainName;
pub use rules::Domains;
pub use service::{DomainOf, DomainService};
pub(crate) use store::{Added, AmendDomain, DomainStore, Facts};
pub use watching::DomainWatch;
