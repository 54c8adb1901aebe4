//! Keepers: a box that outlives who asked for it.
//!
//! A keeper is one small process for one box, in a session of its own. Whoever knows its directory finds it again, also
//! after a restart: there lie `instance.json` (which process it is), `control.sock` (where it is asked), and, once the
//! program has ended, `exit.json` instead of both. A keeper never starts its program again.

mod asked;
mod client;
mod files;
mod keeping;
mod logs;
mod message;

pub use client::{Client, Found, find, start};
pub(crate) use keeping::{detach, run};
pub use logs::Logs;
pub use message::{Exit, Status};
