//! Connections to servers that are not built in, against servers that are good, odd and bad.

mod bad_processes;
mod bad_sites;
mod beginning;
mod calling;
mod keeping;
mod listing;
mod nothing_left;
mod process_world;
pub(crate) mod served;
mod shell;
mod site;
mod telling;
pub(crate) mod world;
