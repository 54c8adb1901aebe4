//! Hosts whose pages tell of what happens on them.

mod directory;
pub mod events;
mod model;
mod name;
mod rules;
mod service;
mod store;
mod unclaimed;

pub use directory::CHANGED;
pub(crate) use directory::Directory;
pub use model::{Domain, DomainChange, DomainId, Features, NewDomain, Settings, SettingsChange};
pub use name::{BadDomainName, DomainName};
pub use rules::Domains;
pub(crate) use rules::LONGEST_EVENT;
pub use service::DomainService;
pub(crate) use store::{DomainStore, open};
pub use unclaimed::Finder;
pub(crate) use unclaimed::Unclaimed;
