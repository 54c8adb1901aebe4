//! Sites: what is to be served, and whether it is.

mod actions;
mod cause;
mod doing;
pub mod events;
mod history;
mod label;
mod making;
mod model;
mod page;
mod paying;
mod rules;
mod service;
mod settings;
mod state;
mod status;
mod terms;
mod token;

pub(crate) use actions::{Pushed, deploy_push, skip_push};
pub(crate) use cause::Cause;
pub use cause::Reason;
pub(crate) use doing::Doing;
pub(crate) use history::HistoryStore;
pub use history::{History, HistoryService, Subject, Transition};
pub use model::{Actor, NewSite, OwnDomain, Site, SiteChange, SiteQuery, StopReason};
pub use page::{Cursor, Slice, Wanted};
pub use rules::Sites;
pub use service::{Action, Outcome, SiteService, Wish};
pub use settings::{HealthCheck, HealthKind, Resources, Settings, SourceKind};
pub(crate) use state::State;
pub use status::{Condition, DesiredState, SiteStatus};
pub(crate) use terms::{Complaints, check_name};
pub(crate) use token::Pass;
pub use token::SealedToken;
