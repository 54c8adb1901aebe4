//! Which servers there are: those of the installation, and those of each workspace.

mod directory;
pub mod events;
mod model;
mod rules;
mod service;
pub(crate) mod store;
mod terms;
mod vault;

pub(crate) use directory::CHANGED;
pub use directory::{Directory, Roster};
pub use model::{
    AllowedCommand, Builtin, Definition, NewServer, Owner, Policy, SecretTexts, Server, ServerChange, Status, Target,
};
pub use rules::Servers;
pub use service::ServerService;
pub(crate) use vault::Vault;
