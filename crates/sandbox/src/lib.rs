#![doc = include_str!("../README.md")]

mod cgroup;
mod control;
mod error;
mod host;
mod inside;
pub mod keeper;
mod launcher;
mod launching;
mod message;
mod modes;
mod namespaces;
mod probe;
mod process;
mod report;
mod spec;
mod wire;

pub use cgroup::{Arbiter, sweep, usage_of};
pub use control::{Control, Started};
pub use error::SandboxError;
pub use launcher::Launcher;
pub use message::Usage;
pub use modes::run_if_asked;
pub use probe::Capabilities;
pub use report::{Applied, Ended, Level, Mechanism, Report};
pub use spec::{Access, Bind, Identity, Limits, Network, Ports, Spec};
