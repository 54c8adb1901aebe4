#![doc = include_str!("../README.md")]

pub mod clock;
pub mod event;
pub mod fault;
pub mod ids;
pub mod live;
pub mod origin;
pub mod page;
pub mod patch;
pub mod plan;
pub mod principal;
pub mod role;
pub mod scope;
pub mod seal;
pub mod secret;

pub use clock::{Clock, SystemClock, Timestamp};
pub use event::{Event, EventType};
pub use fault::{Details, Fault, FieldError, Kind, Tie};
pub use ids::{GrantId, Ids, KeyId, SessionId, SystemIds, UserId, WorkspaceId};
pub use live::Live;
pub use origin::Origin;
pub use page::{Listing, Page, PageRequest, Sort, Span};
pub use patch::Patch;
pub use plan::{Plan, Plans};
pub use principal::{Principal, Rights, Via};
pub use role::Role;
pub use scope::{Scope, Scopes};
pub use seal::Keyring;
pub use secret::Secret;
